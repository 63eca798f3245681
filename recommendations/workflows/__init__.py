"""What the app can be asked to do, one folder a workflow.

A workflow says which documents there are: their sections, what belongs in each, which tools may
be used and how long a draft may be. It drafts nothing, reads nothing and decides nothing.
"""
