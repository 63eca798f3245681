"""The door: a launch from the EHR, the callback, and the session each launch lives in.

In: an `iss` and a `launch` from a registered EHR, later a code. Out: a ``Launch`` row bound to
one browser cookie, one clinician, one patient and one set of tokens; or a page that says why not.
Never: an unregistered issuer, a patient or a person taken from anywhere but the EHR's own
signed or TLS-protected answer, two launches sharing anything.
"""
