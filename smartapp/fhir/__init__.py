"""The pipe to an EHR's FHIR server.

In: a launch, and which clinical concepts are wanted. Out: resources of that launch's one patient,
each with its version, and beside them what is missing and why. Never: another patient's resource,
a token sent to another server, a cut-off chart that looks whole, PHI in a log or an exception.
"""
