"""Evaluation with a real model, by people who have a key: what it costs is told before it is spent.

Cases come from the shared data, nothing of them is kept here; answers go through the product's own
loop, tools and verification, in memory, without a patient's EHR and without a database.
"""
