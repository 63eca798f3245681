"""What a judgement may say beyond the facts that it names: what a cited text says, as it says it.

"The note calls creatinine 1.1 mg/dL, while the result is 1.4 mg/dL": each number is held against
the source that its own clause names, so that the two cannot be exchanged.
"""

import re
from dataclasses import replace
from decimal import Decimal

from recommendations.clinical.facts import CarePlanFact, Fact, NoteFact, ObservationFact
from recommendations.verification import units
from recommendations.verification.amounts import amounts_in
from recommendations.verification.chart import Chart
from recommendations.verification.dates import date_of
from recommendations.verification.naming import surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import listed, stem, words
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item, Number
from recommendations.verification.sentence.judging import datum
from recommendations.verification.sentence.patterns import frequencies_in
from recommendations.verification.sentence.scanning import Scan

_CLAUSE = listed("while whereas but although though yet")
_SENTENCE = re.compile(r"[.;!?](?=\s|$)|\n")
_THINGS = listed(
    "order orders value values result results reading readings measurement measurements problem "
    "problems medication medications drug drugs allergy allergies condition conditions visit visits"
)
_THE = listed("the these those")
_TAKING = listed("take takes taking taken took use uses using used")
_ORDERING = {"after": True, "following": True, "before": False, "preceding": False}


class Inferences:
    """One judgement, and what the notes and plans that it cites say."""

    def __init__(self, scan: Scan, binding: Binding, chart: Chart) -> None:
        self._scan = scan
        self._binding = binding
        self._chart = chart
        self._names = [i for i in scan.items if i.kind == "name"]

    def bears_out(self, item: Item, owners: frozenset[int]) -> bool:
        """Whether what no fact bears out is what a cited text says, or a number of things cited."""
        if item.kind == "number" and self._numbers_things(item, owners):
            return True
        if item.kind == "number" and self._of_another(item, owners):
            return True
        if item.kind not in {"number", "frequency"}:
            return False
        texts, first = self._speakers(item)
        if not first and self._adjoins(item, owners):
            return False
        if item.kind == "number" and item.value.comparator:
            if not self._compares(item.value, owners):
                return False
            item = replace(item, value=replace(item.value, comparator=""))
        return any(self._says(text, item, owners) for text in texts)

    def told(self, at: int) -> bool:
        """Whether a word stands in a text that its clause names as its source."""
        if not self._scan.cast.inferred:
            return False
        place = Item("residue", at, at + 1, self._scan.said[at])
        texts, first = self._speakers(place)
        return first and any(self._scan.said[at] in words(text) for text in texts)

    def tells_intake(self, item: Item) -> bool:
        """Whether a note or plan that the clause names tells that something is taken."""
        texts, _ = self._speakers(item)
        return any(_TAKING & set(words(text)) for text in texts)

    def out_of_order(self) -> list[Finding]:
        """ "A after B", of two cited things, where the chart does not date both, or otherwise."""
        if not self._scan.cast.inferred:
            return []
        found = []
        for at, word in enumerate(self._scan.said):
            before = [n for n in self._names if n.end <= at][-1:]
            after = [n for n in self._names if n.start > at][:1]
            if word not in _ORDERING or not before or not after or not self._leads_to(at, after[0]):
                continue
            pair = (before[0], after[0]) if _ORDERING[word] else (after[0], before[0])
            if not self._later(*pair):
                said = f"Says that one came {word} the other; the chart does not date both so."
                found.append(finding("date_differs", said, draft=word))
        return found

    def _leads_to(self, at: int, name: Item) -> bool:
        return not any(
            i.kind in {"number", "pair", "date", "ago"} for i in self._scan.items
            if at < i.start < name.start
        )  # fmt: skip

    def _later(self, one: Item, other: Item) -> bool:
        ours, theirs = (self._days(name) for name in (one, other))
        return bool(ours and theirs) and any(a > b for a in ours for b in theirs)

    def _days(self, name: Item) -> list[str]:
        facts = [self._binding.subject(i).fact for i in name.subjects if i >= 0]
        return [when.text for fact in facts if (when := date_of(fact, ""))]

    def _compares(self, number: Number, owners: frozenset[int]) -> bool:
        """Whether "above 4.1" is true of the result that it is said of."""
        facts = [self._binding.subject(i).fact for i in owners]
        values = [f.value.value for f in facts if isinstance(f, ObservationFact) and f.value]
        limit = Decimal(number.value)
        return bool(values) and all(
            (v < limit and number.comparator == "<") or (v > limit and number.comparator == ">")
            for v in values
        )

    def _numbers_things(self, item: Item, owners: frozenset[int]) -> bool:
        """ "Two enoxaparin orders", of which two are cited, and "the two" of two that are."""
        number: Number = item.value
        before = self._scan.said[item.start - 1] if item.start else ""
        plain = not number.unit and not number.comparator and not item.text.isdigit()
        if before in _THE and plain:
            return number.value == str(len(self._scan.cast.subjects))
        ahead = self._scan.said[item.end : item.end + 4]
        alone = not number.unit and not number.comparator and _THINGS & set(ahead)
        return bool(alone) and number.value == str(len(owners))

    def _of_another(self, item: Item, owners: frozenset[int]) -> bool:
        """A number in a unit that its neighbour cannot have is of the cited result that has it."""
        unit = item.value.unit
        values = [getattr(self._binding.subject(i).fact, "value", None) for i in owners]
        if not unit or any(v is None or units.convertible(unit, v.unit or v.ucum) for v in values):
            return False
        return any(
            datum(item, s, self._chart).holds
            for s in self._scan.cast.subjects
            if isinstance(s.fact, ObservationFact)
        )

    def _clause(self, item: Item) -> tuple[int, int]:
        start, end = 0, len(self._scan.tokens)
        for at in range(end):
            parts = self._scan.said[at] in _CLAUSE or ";" in self._scan.gap(at)
            if parts and at <= item.start:
                start = at
            elif parts:
                return start, at
        return start, end

    def _speakers(self, item: Item) -> tuple[list[str], bool]:
        """The texts of the notes and plans named in an item's clause; whether one stands before."""
        start, end = self._clause(item)
        texts, first = [], False
        for name in self._names:
            facts = [self._binding.subject(i).fact for i in name.subjects if i >= 0]
            told = [text for fact in facts if (text := _text(fact))]
            if told and start <= name.start < end:
                texts += told
                first = first or name.end <= item.start
        return texts, first

    def _adjoins(self, item: Item, owners: frozenset[int]) -> bool:
        """Whether an item stands right after the name of the fact it would be of."""
        near = [n for n in self._names if n.end <= item.start and n.subjects & owners][-1:]
        return bool(near) and item.start - near[0].end <= 2

    def _says(self, text: str, item: Item, owners: frozenset[int]) -> bool:
        names = {name for i in owners for name in surfaces(self._binding.subject(i).fact)}
        parts = _SENTENCE.split(text)
        about = [p for p in parts if any(set(n) <= {stem(w) for w in words(p)} for n in names)]
        return any(_holds(part, item) for part in about or parts)


def _text(fact: Fact) -> str:
    if isinstance(fact, CarePlanFact):
        return "\n".join((fact.name, *fact.activities, fact.text))
    return fact.text if isinstance(fact, NoteFact) else ""


def _holds(part: str, item: Item) -> bool:
    if item.kind == "frequency":
        return item.value in frequencies_in(part)
    number: Number = item.value
    return not number.comparator and any(
        amount == number.value
        and (not unit or not number.unit or units.convertible(unit, number.unit))
        for amount, unit in amounts_in(part)
    )
