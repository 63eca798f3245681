"""What this software says of itself: its model card, and the AI provenance of what was signed.

Everything is put together from the code, its settings, the evaluations that were saved and the
counts of this installation; what only the provider of the model could tell is said to be unknown.
It drafts nothing and decides nothing.
"""
