"""Whether a name said is a name of the fact: exactly, or by a listed synonym, never by likeness."""

from recommendations.clinical.facts import FactBase
from recommendations.verification.chart import names_of
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import words
from recommendations.verification.rules import differs


def named_differently(said: str, fact: FactBase) -> list[Finding]:
    """A finding where ``said`` is none of the fact's names."""
    if not said or words(said) in names_of(fact):
        return []
    return [differs("name_differs", said, fact.name, fact.handle)]


def drug_named_differently(said: str, fact: FactBase) -> list[Finding]:
    """As :func:`named_differently`; a drug may also be named without strength and form."""
    ours = words(said)
    if not ours or any(name[: len(ours)] == ours for name in names_of(fact)):
        return []
    return [differs("name_differs", said, fact.name, fact.handle)]
