"""The door and the pipe: SMART launches, tokens, and careful FHIR reads and writes.

In: a launch from a registered EHR. Out: one patient's data, typed, with what is missing.
Never: judges the data, shows it, or lets another room hold a token.
"""
