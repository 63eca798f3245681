"""The hospital's authorization server: SMART App Launch, strict.

In: launches made by the EHR screen, requests of registered clients. Out: codes, tokens, id_tokens
and the context beside them, and the answer to "may this token do that?".
Never: forgives a wrong parameter, accepts anything twice, or serves FHIR itself.
"""
