"""The EHRs we are connected to: what they say of themselves, and how we prove who we are to them.

In: a registered ``Ehr``. Out: its checked SMART configuration, its public keys, our signing keys,
an OAuth client that authenticates the registered way and speaks to that EHR's hosts alone.
Never: a patient, a launch, a token kept; a secret's value in a row, a log or an exception.
"""
