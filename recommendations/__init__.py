"""The judgement: clinical tools, the agent, verification, drafts and clinicians' decisions.

In: a launch's reader. Out: drafts whose every statement was checked by code, and decisions.
Never: holds a token, speaks HTTP to an EHR, or lets a text leave that no clinician signed.
"""
