"""The clinician's screen.

In: requests that passed the launch's door. Out: the panel, its fragments, and answers to what the
clinician did; each is recorded before it is shown. Never: another launch's draft, chart data in an
address, a decision taken by the page itself.
"""
