"""What a patient is told to take is told with how often: a dose by itself is no instruction."""

from collections.abc import Iterator

from recommendations.clinical.facts import MedicationFact
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import listed
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_VERBS = listed("take use inject inhale apply put")
_HOW = frozenset(("number", "route"))
_WHEN = frozenset(("frequency", "as_needed"))


def instructed(scan: Scan, binding: Binding) -> Iterator[Finding]:
    """ "Take your methotrexate 15 mg by mouth", of an order for once a week."""
    if not scan.said or scan.said[0] not in _VERBS:
        return
    told = next((i for i in scan.items if i.family == "told" and i.start == 0), None)
    kinds = {item.kind for item in scan.items}
    if told is None or not kinds & _HOW or kinds & _WHEN:
        return
    yield from (_untold(fact) for fact in _orders(told, binding) if fact.frequency)


def _orders(told: Item, binding: Binding) -> Iterator[MedicationFact]:
    facts = (binding.subject(i).fact for i in sorted(binding.owners(told)))
    return (fact for fact in facts if isinstance(fact, MedicationFact))


def _untold(fact: MedicationFact) -> Finding:
    words = (
        f"Tells how much {fact.name} to take and not how often; the order says {fact.frequency}."
    )
    return finding(
        "instruction_differs", words, ref=fact.handle, chart=fact.frequency, against=True
    )
