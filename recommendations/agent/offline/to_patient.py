"""What is told to the patient: the words are those of ``verification.second_person``."""

from collections.abc import Callable, Iterator
from typing import Any

from recommendations.agent.offline.desk import Desk, F
from recommendations.agent.offline.phrases import Said, say
from recommendations.agent.offline.results import out_of_range
from recommendations.agent.offline.stays import stay_of
from recommendations.agent.offline.telling import Kind, Telling, tell
from recommendations.agent.offline.words import drug, iso
from recommendations.clinical.diagnoses import ACTIVE
from recommendations.clinical.facts import (
    AllergyFact,
    AppointmentFact,
    EncounterFact,
    MedicationFact,
    ObservationFact,
)
from recommendations.clinical.observations import versus_range
from recommendations.clinical.results import ToolName
from recommendations.verification import second_person
from recommendations.verification.claims import (
    AllergyClaim,
    EventClaim,
    MedicationClaim,
    ObservationClaim,
)
from recommendations.verification.naming import plain_test, same_drug

_MEDICINE = ("medicine", "medicines")
_NO_ONE_DOSE = (
    "medicine whose order gives no single dose and time",
    "medicines whose orders give no single dose and time",
)
_STOPPED_DAYS = 400
_CLAIMS = 4  # of one statement
_OPEN = {"in-progress", "arrived", "triaged", "finished"}


def visit(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest visit or stay."""
    found = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    past = [f for f in found if f.status in _OPEN and desk.recent(f.start)]
    newest = stay_of(desk) if past and past[0].status == "finished" else None
    yield from _told(section, ("visit", "visits"), [newest or past[0]] if past else [], _visit)


def medicines(desk: Desk, section: str) -> Iterator[Telling]:
    """Each active order that has one dose and time, as an instruction."""
    found = desk.facts(ToolName.MEDICATIONS, MedicationFact)
    for fact in found:
        if fact.status == "active":
            yield medicine(section, fact)


def medicine(section: str, fact: MedicationFact) -> Telling:
    """One medicine; one whose order gives no single dose is counted as such, and not told."""
    said = _said(section, fact, _medicine(fact))
    return Telling(_MEDICINE if said else _NO_ONE_DOSE, (fact.handle,), said)


def stopped(desk: Desk, section: str) -> Iterator[Telling]:
    """What is on hold or was stopped of late, where no other order of the drug stands."""
    every = desk.facts(ToolName.MEDICATIONS, MedicationFact)
    current = [f for f in every if f.status in {"active", "draft"}]
    found = [
        fact
        for fact in every
        if fact.status == "on-hold"
        or (fact.status == "stopped" and desk.recent(fact.authored, _STOPPED_DAYS))
    ]
    alone = [f for f in found if not any(same_drug(f.name, other.name) for other in current)]
    yield from _told(section, ("stopped medicine", "stopped medicines"), alone, _medicine)


def allergies(desk: Desk, section: str) -> Iterator[Telling]:
    """Allergies that stand."""
    found = desk.facts(ToolName.ALLERGIES, AllergyFact)
    standing = [
        f
        for f in found
        if f.status in ACTIVE and f.verification not in {"refuted", "entered-in-error"}
    ]
    real = [f for f in standing if not f.none_known]
    for fact in real or standing:
        yield from _allergy(section, fact)


def told_results(
    section: str, facts: list[ObservationFact], *, most: int | None = None
) -> Iterator[Telling]:
    """Results, each with its side of the range."""
    yield from _told(section, ("result", "results"), facts, _result, most=most)


def results(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest values out of range."""
    found = out_of_range(desk)
    kind = ("result out of range", "results out of range")
    yield from _told(section, kind, found, _result, most=6)


def appointments(desk: Desk, section: str) -> Iterator[Telling]:
    """What is booked, the soonest first."""
    found = desk.facts(ToolName.APPOINTMENTS, AppointmentFact)
    booked = [f for f in found if f.status == "booked" and (desk.ago(f.start) or 0) < 0]
    kind = ("visit to come", "visits to come")
    yield from _told(section, kind, list(reversed(booked)), _visit, most=4)


def _told(
    section: str,
    kind: Kind,
    facts: list[F],
    claim: Callable[[F], Any],
    *,
    most: int | None = None,
) -> Iterator[Telling]:
    yield from tell(kind, facts, lambda fact: _said(section, fact, claim(fact)), most=most)


def _said(section: str, fact: Any, claim: Any) -> Said:
    text = second_person.sentence(claim, fact)
    return say(section, text, claim) if text else None


def _medicine(fact: MedicationFact) -> MedicationClaim:
    name, dose = drug(fact)
    told = fact.status == "active"
    return MedicationClaim(
        ref=fact.handle,
        name=name,
        dose=dose if told else "",
        route=fact.route if told else "",
        frequency=fact.frequency if told else "",
        as_needed=True if told and fact.as_needed else None,
        status=fact.status,
    )


def _allergy(section: str, fact: AllergyFact) -> Iterator[Telling]:
    """An allergy with its reactions, so many a statement as it has claims."""
    reactions = list(dict.fromkeys(r.manifestation for r in fact.reactions)) or [""]
    for number, start in enumerate(range(0, len(reactions), _CLAIMS)):
        claims = [
            AllergyClaim(ref=fact.handle, substance=fact.name, reaction=reaction)
            for reaction in reactions[start : start + _CLAIMS]
        ]
        text = second_person.allergy(claims, fact)
        said = say(section, text, *claims) if text else None
        yield Telling(("allergy", "allergies"), (fact.handle,), said, part=number)


def _result(fact: ObservationFact) -> ObservationClaim:
    return ObservationClaim(
        ref=fact.handle,
        name=plain_test(fact),
        value=fact.value.value if fact.value else None,
        value_text=fact.value_text,
        unit=fact.value.unit if fact.value else "",
        when=iso(fact.effective),
        versus_range=versus_range(fact),
    )


def _visit(fact: EncounterFact | AppointmentFact) -> EventClaim:
    planned = isinstance(fact, AppointmentFact)
    return EventClaim(
        ref=fact.handle,
        name=fact.name,
        when=iso(fact.start),
        status=("missed" if fact.status == "noshow" else fact.status) if planned else "",
        reason="" if planned else fact.reason[:300],
    )
