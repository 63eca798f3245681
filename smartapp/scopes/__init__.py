"""What we ask an EHR for, and what it granted.

In: scope strings in either grammar of SMART, v1 ``patient/Observation.read`` and v2
``patient/Observation.rs?category=…``. Out: whether a kind of read is allowed, and what was
withheld. Never: a request made, a scope widened.
"""

from smartapp.scopes.asking import asked_for
from smartapp.scopes.grammar import Interaction, ResourceScope, allows, parse, withheld

__all__ = ["Interaction", "ResourceScope", "allows", "asked_for", "parse", "withheld"]
