"""What a patient's message asks about, as far as words show it: rules do not understand it.

A thing is asked about where the message names it, or names its kind ("my medicine", "the blood
test", "my next visit"). What the message says is nowhere taken for true.
"""

from collections.abc import Iterator

from recommendations.agent.offline import results, to_patient
from recommendations.agent.offline.desk import Desk
from recommendations.agent.offline.telling import Telling
from recommendations.clinical.facts import FactBase, MedicationFact
from recommendations.clinical.results import ToolName
from recommendations.verification.naming import surfaces
from recommendations.verification.plain import listed, stem, words

_MEDICINES = listed(
    "medicine medicines medication medications med meds drug drugs pill pills tablet tablets "
    "prescription prescriptions refill refills dose doses take taking"
)
_RESULTS = listed("result results lab labs test tests blood bloodwork level levels")
_VISITS = listed("visit visits appointment appointments appt schedule scheduled booked when clinic")
_MOST_RESULTS = 4


def medicines(desk: Desk, section: str) -> Iterator[Telling]:
    """The active orders that the message names, else all where it asks about medicines."""
    found = [
        fact for fact in desk.facts(ToolName.MEDICATIONS, MedicationFact) if fact.status == "active"
    ]
    for fact in _asked(desk, found, _MEDICINES):
        yield to_patient.medicine(section, fact)


def results_asked(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest results that the message names; where it asks, those out of range, or a few."""
    every = results.latest(desk)
    named = [fact for fact in every if _names(desk, fact)]
    found = named
    if not named and _words(desk) & _RESULTS:
        found = results.out_of_range(desk) or [f for f in every if f.value][:_MOST_RESULTS]
    yield from to_patient.told_results(section, found, most=_MOST_RESULTS)


def appointments(desk: Desk, section: str) -> Iterator[Telling]:
    """Visits to come, where the message asks about visits."""
    if _words(desk) & _VISITS:
        yield from to_patient.appointments(desk, section)


def _asked(desk: Desk, facts: list[MedicationFact], kind: frozenset[str]) -> list[MedicationFact]:
    named = [fact for fact in facts if _names(desk, fact)]
    return named or (facts if _words(desk) & kind else [])


def _words(desk: Desk) -> frozenset[str]:
    return frozenset(words(desk.message))


def _names(desk: Desk, fact: FactBase) -> bool:
    """Whether every word of one of its names is in the message."""
    said = {stem(word) for word in _words(desk)}
    return any(set(name) <= said for name in surfaces(fact))
