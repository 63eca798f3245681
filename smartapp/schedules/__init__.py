"""What is done at an EHR again and again without a clinician, by itself.

In: what an administrator set: a night, the following of changes or a bulk import, of a group, daily
or every so often. Out: runs, each in the trail from its beginning to its end. Never: two runs of
one kind at one EHR at once, a run lost or begun anew by a restart.
"""
