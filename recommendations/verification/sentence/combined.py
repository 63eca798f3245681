"""Drugs of several strengths: each stands with the part that it belongs to, however it is named."""

from collections.abc import Iterator

from recommendations.clinical.facts import AdministrationFact, MedicationFact
from recommendations.verification.naming.drugs import strengths
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Subject
from recommendations.verification.sentence.scanning import Scan


def exchanged(subject: Subject, scan: Scan, binding: Binding) -> Iterator[Finding]:
    """A strength told after one part of the name where the chart has it after another.

    Only where every part is told: in "Humulin, 30 units" the number is a dose.
    """
    fact = subject.fact
    if not isinstance(fact, MedicationFact | AdministrationFact):
        return
    known = strengths(fact.name)
    parts, numbers = ({pair[at] for pair in known} for at in (0, 1))
    if len(parts) < 2 or len(numbers) < 2:
        return
    told = [pair for pair in strengths(scan.text) if pair[0] in parts and pair[1] in numbers]
    wrong = next((pair for pair in told if pair not in known), None)
    if wrong and {part for part, _ in told} == parts:
        said = " ".join(wrong)
        words = f"Tells \u201c{said}\u201d of {fact.name}: its strengths are exchanged."
        yield finding(
            "misplaced", words, ref=fact.handle, draft=said, chart=fact.name, against=True
        )
