"""Documentation: what a clinician writes about a patient, to a colleague, or to the patient.

In: nothing but these definitions. Out: which sections a draft has. Never: an order, a message, or
anything that is not text for a clinician to sign.
"""
