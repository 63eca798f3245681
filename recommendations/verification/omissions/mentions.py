"""What a clinician's own words tell of the chart: they carry no claims, so by name and value."""

from recommendations.clinical.facts import Fact, ObservationFact
from recommendations.verification.chart import Chart
from recommendations.verification.own_words import named, verify_text
from recommendations.verification.plain import words

PENDING = {"registered", "preliminary", "partial"}
_WAITING = frozenset(("pending", "awaited", "awaiting", "outstanding", "preliminary", "await"))


def mentions(text: str, chart: Chart) -> set[str]:
    """Handles of what ``text`` tells: an entry by its name, a result by its name and its value.

    What is said against the chart ("not allergic to penicillin") tells nothing of it.

    A result that is not final has none to tell yet: its name is enough where it is said to be
    waited for.
    """
    verdict = verify_text(text, chart)
    agreed, denied = set(verdict.refs), {each.ref for each in verdict.findings}
    said = words(text)
    return {
        fact.handle
        for fact in named(text, chart)
        if fact.handle not in denied and (fact.handle in agreed or _told_by_name(fact, said))
    }


def _told_by_name(fact: Fact, said: tuple[str, ...]) -> bool:
    if not isinstance(fact, ObservationFact):
        return True
    if fact.status in PENDING:
        return bool(_WAITING & set(said))
    value = words(fact.value_text)
    return bool(value) and any(
        said[at : at + len(value)] == value for at in range(len(said) - len(value) + 1)
    )
