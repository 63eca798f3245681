"""What is read while nobody waits: the charts of the next day's patients.

In: an EHR and a Group of it, or a list of patients. Out: each patient's chart, read once with the
backend's token, sealed, forgotten after a day; what is missing from it, and why. Never: a clinician
kept waiting, the EHR asked faster than its profile allows, one patient read by two workers, a
launch shown what its own token could not read.
"""
