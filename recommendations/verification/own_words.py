"""A clinician's own words beside the chart: advice, and never a bar to signing.

Words of one's own may say what no chart knows yet. So only that is told which clearly speaks of
something that was read: a value on a date of which the chart has another, a dose of an order that
says otherwise, a drug that is not on the list that was read.
"""

import re
from collections.abc import Iterator

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    Fact,
    MedicationFact,
    ObservationFact,
)
from recommendations.verification.chart import Chart
from recommendations.verification.naming.drugs import drug_names, like, mentions
from recommendations.verification.outcomes import Finding, Outcome, Verdict
from recommendations.verification.plain import bag, bagged, flat, listed, tokens
from recommendations.verification.rules import differs, finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Cast, Item, Subject
from recommendations.verification.sentence.judging import Judgement, datum
from recommendations.verification.sentence.scanning import Scan

_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\u201c\"])|\n+|;\s")
# Words of a plan: what follows is to be, and the chart does not have it yet.
_PLANS = listed(
    "increase increased decrease decreased reduce reduced start started stop stopped change "
    "changed switch switched raise raised lower lowered titrate add added plan planned will "
    "restart resume begin recommend consider hold held uptitrate taper today instead new"
)
_DOSES = frozenset(("number", "frequency", "route"))
_DRUGS = (MedicationFact, AllergyFact, AdministrationFact)
_MOST = 60  # facts of one sentence: a name may stand for hundreds of results


def verify_text(text: str, chart: Chart) -> Verdict:
    """What of ``text`` the chart says otherwise.

    *checked* where something was compared and agrees, *inferred* where nothing could be compared,
    *contradicted* and *not found* with their findings.
    """
    findings: list[Finding] = []
    agreed: set[str] = set()
    for sentence in _END.split(text):
        if sentence.strip():
            found, held = _sentence(sentence, chart)
            findings += found
            agreed |= held
    outcome, refs = _outcome(findings, agreed), tuple(sorted(agreed))
    return Verdict(outcome=outcome, findings=tuple(findings), refs=refs)


def named(text: str, chart: Chart) -> list[Fact]:
    """The facts whose names stand in ``text``; a test's name stands for all results of it."""
    return _named([token.word for token in tokens(flat(text))], chart)


def _outcome(findings: list[Finding], agreed: set[str]) -> Outcome:
    if any(f.contradicts for f in findings):
        return Outcome.CONTRADICTED
    if findings:
        return Outcome.NOT_FOUND
    return Outcome.CHECKED if agreed else Outcome.INFERRED


def _sentence(sentence: str, chart: Chart) -> tuple[list[Finding], set[str]]:
    said = [token.word for token in tokens(flat(sentence))]
    facts = _named(said, chart)
    scan = Scan(sentence, Cast(tuple(Subject(i, f) for i, f in enumerate(facts))))
    reading = _Reading(scan, chart, planned=bool(_PLANS & set(said)))
    found = [*reading.results(), *reading.doses(), *_strangers(said, chart)]
    return found, reading.agreed


def _named(said: list[str], chart: Chart) -> list[Fact]:
    """The facts whose names stand in a sentence."""
    names = chart.names()
    found: dict[str, Fact] = {}
    for start in range(len(said)):
        for size in range(1, min(chart.longest_name(), len(said) - start) + 1):
            for fact in names.get(bagged(tuple(said[start : start + size])), ())[:_MOST]:
                found[fact.handle] = fact
    return list(found.values())


class _Reading:
    """One sentence of somebody's own."""

    def __init__(self, scan: Scan, chart: Chart, *, planned: bool) -> None:
        self.agreed: set[str] = set()
        self._scan = scan
        self._chart = chart
        self._planned = planned
        self._binding = Binding(scan, chart)

    def results(self) -> Iterator[Finding]:
        """Values of a test on a day for which the chart has another value."""
        for item in self._scan.items:
            if item.kind not in {"number", "pair"}:
                continue
            who = self._who(item, ObservationFact)
            dated = self._of_the_day(item, who)
            held = self._holders(item, who)
            if dated and held & dated:
                self.agreed |= {self._binding.subject(i).handle for i in held & dated}
            elif dated:
                yield self._differs(item, min(dated), "value_differs")
            elif not self._days(item) and len(held) == 1:
                self.agreed |= {self._binding.subject(i).handle for i in held}

    def doses(self) -> Iterator[Finding]:
        """Doses and frequencies that none of the drug's current orders has."""
        for item in self._scan.items if not self._planned else ():
            if item.kind not in _DOSES or (item.kind == "number" and not item.value.unit):
                continue
            given = self._holders(item, self._who(item, AdministrationFact))
            self.agreed |= {self._binding.subject(i).handle for i in given}
            if given:
                continue
            who = frozenset(i for i in self._who(item, MedicationFact) if self._current(i))
            held = self._holders(item, who)
            self.agreed |= {self._binding.subject(i).handle for i in held}
            if who and not held and self._says(item, min(who)).holds is False:
                rule = "dose_differs" if item.kind == "number" else f"{item.kind}_differs"
                yield self._differs(item, min(who), rule)

    def _who(self, item: Item, kind: type[Fact]) -> frozenset[int]:
        owners = self._binding.owners(item)
        return frozenset(i for i in owners if isinstance(self._binding.subject(i).fact, kind))

    def _current(self, index: int) -> bool:
        return self._binding.subject(index).fact.status in {"active", "on-hold"}

    def _days(self, item: Item) -> list[Item]:
        return [i for i in self._scan.items if i.kind == "date"]

    def _of_the_day(self, item: Item, who: frozenset[int]) -> frozenset[int]:
        days = self._days(item)
        if len(days) != 1:
            return frozenset()
        return frozenset(i for i in who if self._says(days[0], i).holds)

    def _says(self, item: Item, index: int) -> Judgement:
        return datum(item, self._binding.subject(index), self._chart)

    def _holders(self, item: Item, who: frozenset[int]) -> frozenset[int]:
        return frozenset(i for i in who if self._says(item, i).holds)

    def _differs(self, item: Item, index: int, rule: str) -> Finding:
        subject = self._binding.subject(index)
        chart = self._says(item, index).chart or "something else"
        return differs(rule, f"{subject.fact.name} {item.text}", chart, subject.handle)


def _strangers(said: list[str], chart: Chart) -> Iterator[Finding]:
    """Drugs that neither the medications nor the allergies that were read have."""
    if _PLANS & set(said) or not chart.complete("medications"):
        return
    known = [f for f in chart.facts if isinstance(f, _DRUGS)]
    for start, end, _ in mentions(tuple(said)):
        name = " ".join(said[start:end])
        if any(
            bag(name) in drug_names(f.name) or set(bag(name)) <= set(bag(f.name)) for f in known
        ):
            continue
        words = f"Names {name}, which is not on the medication list that was read."
        if near := next((f.name for f in known for w in bag(f.name) if like(w, name)), ""):
            words = f"{words[:-1]}; {near} is."
        yield finding("drug_uncited", words, draft=name)
