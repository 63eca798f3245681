"""Sentences about doses that were given, or were not: never to be read as orders."""

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import AdministrationFact
from recommendations.verification.chart import Chart
from recommendations.verification.dates import shown
from recommendations.verification.naming import surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import listed
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.judging import UNKNOWN, Judgement, said
from recommendations.verification.sentence.scanning import Scan

_DOSES = listed("dose doses administration administrations infusion infusions")
_TELLING = frozenset(("given", "not-done", "in-progress", "occurred"))
_BEGUN = frozenset(("completed", "in-progress", "on-hold", "stopped"))


def unsaid(scan: Scan, binding: Binding) -> list[Finding]:
    """Doses of which the sentence does not say that they are doses given, or not given."""
    told = any(i.family == "status" and i.value in _TELLING for i in scan.items)
    if told or _DOSES & set(scan.said):
        return []
    return [
        _unsaid(subject.fact)
        for index in sorted(binding.mentioned())
        if index >= 0 and isinstance((subject := binding.subject(index)).fact, AdministrationFact)
    ]


def _unsaid(fact: AdministrationFact) -> Finding:
    done = "was not given" if fact.status == "not-done" else "was given"
    words = f"Does not say that {fact.name} {done}: it reads as an order."
    return finding("given_unsaid", words, ref=fact.handle, chart=fact.status)


def role(value: str, fact: AdministrationFact, chart: Chart) -> Judgement:
    """Whether it is the first or last dose of its drug; unknown unless all doses were read."""
    mine = surfaces(fact)
    times = {
        moment: other.start
        for other in chart.standing(AdministrationFact)
        if other.status in _BEGUN
        and surfaces(other) & mine
        and (moment := fhir_json.moment(other.start))
    }
    if value not in {"first", "last"} or not times or not chart.complete("administrations"):
        return UNKNOWN
    best = (min if value == "first" else max)(times)
    holds = fact.status in _BEGUN and fhir_json.moment(fact.start) == best
    return said(holds, shown(times[best]))
