"""Triage and routing: how urgent, and where to.

In: the presenting complaint, facts of the chart, the hospital's list of destinations. Out: the
document's shape, red flags found by rules with their published sources, and the urgency that is
suggested: a model's, raised where a rule asks for more, never lowered. Never: reads, writes, or
knows who the patient is.
"""
