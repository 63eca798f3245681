"""Notifications as EHRs and integration engines send them, sent when the control says so.

In: what happened, to whom to tell it, in which form, with which gaps and repeats. Out: POSTs to
that address, and ``$events`` for who missed some.
Never: sends anything unasked.
"""
