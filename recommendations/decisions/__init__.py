"""What a named clinician does with a draft's statements.

In: one clinician's act on one exact text, as their page showed it. Out: an appended Decision, the
draft's next revision and an event of the trail, in one transaction. Never: a decision that nobody
made, a text other than the one shown, anything sent to the chart.
"""
