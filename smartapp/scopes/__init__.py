"""What we ask an EHR for, why, who approved it, and what it granted.

In: what each workflow's tools read, and scope strings in either grammar of SMART, v1
``patient/Observation.read`` and v2 ``patient/Observation.rs?category=…``. Out: the smallest set to
ask for, whether a kind of read is allowed, what was withheld, given beyond, never used. Never: a
request made, a scope widened, a scope asked for that two people have not agreed to.
"""

from smartapp.scopes.asking import asked_for
from smartapp.scopes.grammar import (
    Interaction,
    ResourceScope,
    Syntax,
    allows,
    as_v1,
    parse,
    satisfies,
    surplus,
    withheld,
)
from smartapp.scopes.smallest import Need, Offer, covered, smallest
from smartapp.scopes.workflows import ToolUse, WorkflowUse, register, registered, tools_of

__all__ = [
    "Interaction",
    "Need",
    "Offer",
    "ResourceScope",
    "Syntax",
    "ToolUse",
    "WorkflowUse",
    "allows",
    "as_v1",
    "asked_for",
    "covered",
    "parse",
    "register",
    "registered",
    "satisfies",
    "smallest",
    "surplus",
    "tools_of",
    "withheld",
]
