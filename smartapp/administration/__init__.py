"""What administrators see and do: scopes with their reasons, and what each EHR supports.

In: a member of staff with the role of administrator, or a management command. Out: reasons
written, approved, given up; reports on EHRs. Never: a launch, a patient's chart, a scope approved
by whoever asked for it.
"""
