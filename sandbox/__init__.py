"""A pretend hospital: a SMART authorization server, a FHIR R4 server and an EHR screen.

In: synthetic charts (its own or a folder of them) and HTTP. Out: what an EHR of one of three
personalities would answer, strict about authorization and truthful about FHIR.
Never: holds a real patient, is reachable beyond the machine by default, or shares the app's code.
"""
