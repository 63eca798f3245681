"""Whether a name that a claim gives is a name of its fact."""

from recommendations.clinical.facts import FactBase
from recommendations.verification.naming.drugs import lookalike
from recommendations.verification.naming.surfaces import surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bag
from recommendations.verification.rules import differs


def named_differently(said: str, fact: FactBase) -> list[Finding]:
    """A finding where ``said`` is none of the fact's names."""
    if not said or bag(said) in surfaces(fact):
        return []
    return [differs("name_differs", said, fact.name, fact.handle)]


def drug_named_differently(said: str, fact: FactBase) -> list[Finding]:
    """As :func:`named_differently`, pointing out names that are taken for one another."""
    found = named_differently(said, fact)
    if found and (pair := lookalike(said, fact.name)):
        words = f"{found[0].words} {pair[0]} and {pair[1]} are easily taken for one another."
        return [found[0].model_copy(update={"words": words})]
    return found
