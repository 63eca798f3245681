"""Documentation: the pre-visit summary and the progress note.

In: nothing but these definitions. Out: which sections a draft has. Never: an order, a message, or
anything that is not text for a clinician to sign.
"""
