"""All that is wrong with one sentence."""

from dataclasses import replace

from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.dates import date_of, shown
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import words
from recommendations.verification.rules import differs, finding
from recommendations.verification.sentence import moved, series, two_ways, whole
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.bounds import bounded
from recommendations.verification.sentence.cast import cast_of
from recommendations.verification.sentence.counting import numbers_named, spanned
from recommendations.verification.sentence.cues import cue, role_of_name
from recommendations.verification.sentence.inferring import Inferences
from recommendations.verification.sentence.items import Item, Number, Subject
from recommendations.verification.sentence.judging import YES, Judgement, datum, no, said
from recommendations.verification.sentence.left_out import PRESENT
from recommendations.verification.sentence.quoting import ended, hidden, unquoted
from recommendations.verification.sentence.residue import residue_findings
from recommendations.verification.sentence.scanning import DRUGS, Scan

_DATA = frozenset((
    "number", "pair", "span", "date", "clock", "ago", "age", "frequency", "as_needed", "route",
    "reaction", "value_text", "reason", "why", "occasion",
))  # fmt: skip
# Judged over the whole sentence, not word by word.
_TOGETHER = frozenset(("trend", "status", "sequence", "enumeration"))
_ONE_OF_MANY = frozenset(("last", "first", "highest", "lowest"))
_DOSES = frozenset(("administrations",))
_BECAME = {
    "verification": frozenset(("refuted",)),
    "booked": frozenset(("noshow", "cancelled", "fulfilled", "completed", "occurred")),
}
_WHOLE = frozenset(("negation", "pronoun", "unborne"))
_RULES = {
    "pair": "value_differs", "span": "range_differs", "date": "date_differs", "ago": "date_differs",
    "clock": "date_differs", "why": "reason_differs",
    "age": "age_differs", "frequency": "frequency_differs", "as_needed": "as_needed_differs",
    "route": "route_differs", "reaction": "reaction_differs", "value_text": "value_differs",
    "reason": "purpose_unsupported", "status": "status_differs",
    "verification": "verification_differs", "side": "laterality_differs", "role": "role_differs",
    "range": "range_differs", "trend": "trend_differs", "criticality": "criticality_differs",
    "severity": "severity_differs", "relation": "relation_differs", "sex": "sex_differs",
    "told": "instruction_differs",
    "order": "intake_unproven", "intake": "intake_unproven", "allergy": "kind_differs",
    "causes": "kind_differs", "stay": "status_differs", "comparator": "comparator_differs",
    "occasion": "reason_differs", "sequence": "date_differs", "enumeration": "count_differs",
    "ageless": "age_differs", "persistence": "range_differs",
}  # fmt: skip


def sentence_findings(statement: DraftedStatement, chart: Chart) -> list[Finding]:
    """What of the sentence its facts do not bear out; the claims are taken to hold."""
    unseen = hidden(statement.text)
    if unseen:
        return unseen
    if (worded := two_ways.quoting(statement, chart)) is not None:
        return worded
    text, quoting = unquoted(statement)
    if quoting := quoting or ended(statement, chart):
        return quoting
    return Examination(Scan(text, cast_of(statement, chart)), chart).findings()


class Examination:
    """One sentence under examination."""

    def __init__(self, scan: Scan, chart: Chart) -> None:
        self._scan = scan
        self._chart = chart
        self._cast = scan.cast
        self._binding = Binding(scan, chart)
        self._inferences = Inferences(scan, self._binding, chart)
        self._owned: list[series.Owned] = []

    def findings(self) -> list[Finding]:
        """Every finding, the most telling first."""
        found = [f for item in self._compared() if (f := self._of(item)) is not None]
        found += series.findings(self._owned, self._binding, self._scan)
        found += whole.findings(self._scan, self._binding, self._chart)
        found += residue_findings(self._scan, self._inferences.told)
        found += self._inferences.out_of_order()
        return sorted(found, key=lambda f: not f.contradicts)

    def _compared(self) -> list[Item]:
        """Items to judge, a number taking up the comparator said before it."""
        found: list[Item] = []
        for item in self._scan.items:
            last = found[-1] if found else None
            if last and item.kind == "number" and _leads(last, item):
                if series.compared(last, item, self._scan, self._binding):
                    found[-1] = item
                    continue
                if bounded(last, item, self._scan, self._binding):
                    found.pop()
                    continue
                number: Number = item.value
                found[-1] = replace(item, start=last.start, text=f"{last.text} {item.text}",
                                    value=replace(number, comparator=last.value))  # fmt: skip
            elif item.kind in _DATA or (item.kind == "cue" and item.family not in _WHOLE):
                found.append(item)
        return found

    def _of(self, item: Item) -> Finding | None:
        owners = self._binding.owners(item)
        judgements = [self._judge(item, index) for index in owners]
        held = zip(owners, judgements, strict=True)
        self._owned.append(series.Owned(item, owners, frozenset(i for i, j in held if j.holds)))
        every = self._counts(item) or bool(self._binding.together(item))
        if self._unowned(item):
            if not self._owned[-1].holders:
                self._owned.pop()  # how many there are, and no value of any of them
            return None
        if holding(judgements, every=every) or self._overruled(item):
            return None
        if self._cast.inferred and (
            self._excused(item, judgements) or self._inferences.bears_out(item, owners)
        ):
            return None
        return self._misplaced(item, owners) or self._told(item, judgements)

    def _overruled(self, item: Item) -> bool:
        """ "A suspected embolism was refuted": the doubt is told, and what became of it.

        So is what became of a visit: "booked for 18 Nov was missed".
        """
        became = _BECAME.get("booked" if item.value == "booked" else item.family, frozenset())
        if item.value in became:
            return False
        owners = self._binding.owners(item)
        later = [i for i in self._scan.items if i.value in became and i.start > item.start]
        return any(self._binding.owners(i) & owners for i in later)

    def _judge(self, item: Item, index: int) -> Judgement:
        subject = self._binding.subject(index)
        if item.kind != "cue":
            return datum(item, subject, self._chart)
        if item.family in {"sequence", "enumeration"}:
            return self._several(item)
        if item.family == "trend":
            direction = moved.direction(item, self._scan, self._binding, self._chart)
            return said(direction == item.value, direction)
        if (item.family, item.value) == ("role", "now"):
            return self._now(replace(item, value="last"), index)
        if item.family == "role" and self._of_name(item, index):
            return role_of_name(item.value, subject.fact, self._chart)
        return cue(item, subject.fact, self._chart)

    def _now(self, item: Item, index: int) -> Judgement:
        """ "At present" is the last value, and no old one unless its day is told."""
        judged = self._judge(item, index)
        fact = self._binding.subject(index).fact
        days = self._chart.days_since(date_of(fact, ""))
        old = days is not None and days > PRESENT and fact.kind == "observation"
        told = any(i.kind in {"date", "ago"} for i in self._scan.items)
        return no(shown(date_of(fact, ""))) if judged.holds and old and not told else judged

    def _of_name(self, item: Item, index: int) -> bool:
        """Whether "last" stands right before a name: the last of that name, and not of all."""
        return any(
            i.kind == "name" and index in i.subjects and i.start == item.end
            for i in self._scan.items
        )

    def _counts(self, item: Item) -> bool:
        """Whether an item is said of all that is counted; "three results: 4.4, 4.8, 5.9" is not."""
        roles = [i for i in self._scan.items if i.family == "role" and i.value in _ONE_OF_MANY]
        if roles and roles[0].start <= item.start:
            return False  # "four times, most recently 10.4 g/dL": that one alone
        alike = [i for i in self._scan.items if i.kind == item.kind]
        told = len(alike) - (item.kind == "number")  # the number itself counts, and is no result
        values = item.kind in {"number", "pair", "date"} and told > 1
        return bool(self._cast.counts) and not (
            values and any(told == c.number for c in self._cast.counts)
        )

    def _several(self, item: Item) -> Judgement:
        """What is said of several facts at once: that they are two, or in which order they are."""
        if item.family == "sequence":
            return series.in_order(item, self._scan, self._binding)
        named = self._binding.numbered(item)
        return said(named == int(item.value), f"{named} that are named")

    def _unowned(self, item: Item) -> bool:
        """What stands without a fact: in a count its number, in an absence its scope."""
        if self._cast.counts and (counted := self._counted(item)) is not None:
            return counted
        if item.family == "intake" and item.value == "reported":
            return "medication" not in self._scan.kinds
        searched = {c.searched for c in self._cast.absences}
        if not searched:
            return numbers_named(item, self._scan, self._binding, self._chart)
        return (
            (item.family == "status" and item.value in {"active", "history", "booked"})
            or (item.family == "status" and item.value == "given" and searched <= _DOSES)
            or (item.family == "allergy" and "allergies" in searched)
            or (item.family == "order" and "medications" in searched)
        )

    def _counted(self, item: Item) -> bool | None:
        """Whether a count bears the item out; None where it has no say."""
        if item.kind == "date" and spanned(item, self._scan, self._cast):
            return True
        if item.kind == "number":
            value = item.value
            return not value.comparator and any(
                value.value == str(c.number) for c in self._cast.counts
            )
        if item.text.lower() == "only":
            return any(c.number == 1 for c in self._cast.counts)
        if item.kind == "as_needed":
            return self._counted_as_needed(item)
        if item.family == "allergy":
            return any(s.fact.kind == "allergy" for s in self._cast.subjects)
        return None

    def _counted_as_needed(self, item: Item) -> bool:
        """ "Three of them as needed": of so many a claim counts just those."""
        numbers = [
            i.value.value for i in self._scan.items if i.kind == "number" and i.end <= item.start
        ]
        return any(
            {"needed", "prn"} & set(words(c.what)) and numbers[-1:] == [str(c.number)]
            for c in self._cast.counts
        )

    def _excused(self, item: Item, judgements: list[Judgement]) -> bool:
        """In a judgement only what the chart denies counts, and numbers, dates and doses."""
        if item.kind != "cue":
            return False
        if self._scan.hedged(item.start):
            return True
        if (item.family, item.value) == ("intake", "taken"):
            return self._inferences.tells_intake(item)
        return all(j.holds is None for j in judgements)

    def _misplaced(self, item: Item, owners: frozenset[int]) -> Finding | None:
        others = [s for s in self._cast.subjects if s.index not in owners]
        for other in others:
            if item.family not in _TOGETHER and self._judge(item, other.index) == YES:
                whose = ", ".join(self._binding.subject(i).fact.name for i in owners) or "another"
                return misplaced(item.text, whose, other)
        return None

    def _told(self, item: Item, judgements: list[Judgement]) -> Finding:
        owners = self._owned[-1].owners
        rule = self._rule(item, owners)
        for index, judgement in zip(owners, judgements, strict=True):
            if judgement.holds is False:
                ref = self._binding.subject(index).handle
                return differs(rule, item.text, judgement.chart, ref)
        told = _UNKNOWN.get(item.family if item.kind == "cue" else item.kind, _NOTHING)
        return finding(rule, told.format(item.text), draft=item.text)

    def _rule(self, item: Item, owners: frozenset[int]) -> str:
        if item.kind == "number":
            kinds = {self._binding.kind(i) for i in owners}
            if "observation" in kinds:
                return "comparator_differs" if item.value.comparator else "value_differs"
            return "dose_differs" if kinds & DRUGS else "number_unsupported"
        return _RULES[item.family if item.kind == "cue" else item.kind]


def holding(judgements: list[Judgement], *, every: bool) -> bool:
    """Whether what is said of several is true of ``every`` one, or else of one."""
    some = all if every else any
    return bool(judgements) and some(j.holds is True for j in judgements)


def misplaced(text: str, whose: str, other: Subject) -> Finding:
    """A finding where something is said of one thing and true of another."""
    name = other.fact.name
    told = f"\u201c{text}\u201d is said of {whose}; in the chart it belongs to {name}."
    return finding("misplaced", told, ref=other.handle, draft=text, chart=name, against=True)


def _leads(last: Item, number: Item) -> bool:
    return last.kind == "cue" and last.family == "comparator" and number.start - last.end <= 1


_NOTHING = "Says \u201c{}\u201d, which nothing it cites bears out."
_UNKNOWN = {
    "intake": "Says \u201c{}\u201d; neither an order nor a dose given shows that something is "
    "taken.",
    "told": "Tells the patient \u201c{}\u201d, which no order in the chart says.",
    "allergy": "Says \u201c{}\u201d of what is no allergy in the chart.",
    "trend": "Says \u201c{}\u201d without two results that show it.",
    "comparator": "Says \u201c{}\u201d; the chart gives a plain number, or none.",
}
