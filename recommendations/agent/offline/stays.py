"""What a discharge summary tells of one stay: its course, what is pending, what has ended."""

from collections.abc import Iterator
from functools import partial

from recommendations.agent.offline import orders, phrases, sections, stay_phrases
from recommendations.agent.offline.desk import Desk, distinct
from recommendations.agent.offline.quotes import quote
from recommendations.agent.offline.telling import Telling, tell
from recommendations.clinical.facts import (
    EncounterFact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    PartialDate,
    ProcedureFact,
    ReportFact,
)
from recommendations.clinical.medications import CURRENT
from recommendations.clinical.observations import FINAL
from recommendations.clinical.results import ToolName

# HL7 v3 ActCode of stays (IMP, ACUTE, NONAC, OBSENC, SS) in the words of the encounters tool.
_STAYS = {"inpatient", "inpatient encounter", "inpatient acute", "inpatient non-acute",
          "observation", "observation encounter", "short stay"}  # fmt: skip
_GIVEN_UP = {"cancelled"}
_AWAITED_DAYS = 30  # as the rule for results pending at discharge asks (omissions)
_ENDED_DAYS = 400


def stay_of(desk: Desk) -> EncounterFact | None:
    """The newest stay in hospital, under way or over."""
    visits = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    return next((fact for fact in visits if fact.encounter_class.lower() in _STAYS), None)


def stay(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest stay, with its days; else the newest visit."""
    visits = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    found = stay_of(desk) or next(iter(visits), None)
    if found is not None:
        said = stay_phrases.stay(section, found) or phrases.encounter(section, found)
        yield Telling(("stay", "stays"), (found.handle,), said)


def notes(desk: Desk, section: str) -> Iterator[Telling]:
    """A passage of each note of the stay, the oldest first."""
    found = [
        fact
        for fact in desk.facts(ToolName.NOTES, NoteFact)
        if not fact.superseded
        and _within(desk, fact.authored)
        # A note that gives orders to software is shown as such, and not quoted.
        and fact.handle not in desk.giving_orders
    ]
    yield from tell(
        ("note of the stay", "notes of the stay"),
        reversed(found),
        lambda fact: phrases.note(section, fact, words) if (words := quote(fact)) else None,
        most=5,
    )


def procedures(desk: Desk, section: str) -> Iterator[Telling]:
    """Procedures of the stay."""
    found = desk.facts(ToolName.PROCEDURES, ProcedureFact)
    done = [f for f in found if f.status == "completed" and _within(desk, f.performed)]
    kind = ("procedure of the stay", "procedures of the stay")
    yield from tell(kind, distinct(done), partial(phrases.procedure, section), most=3)


def _within(desk: Desk, when: PartialDate | None) -> bool:
    found = stay_of(desk)
    if found is None or found.start is None or when is None or len(when.day) < len("2026-11-17"):
        return False
    last = found.end.day if found.end else desk.today.isoformat()
    return found.start.day <= when.day <= last


def pending(desk: Desk, section: str) -> Iterator[Telling]:
    """Results and reports that are not final; that none is, only where all were read."""
    results = [
        fact
        for fact in desk.facts(ToolName.LABS, ObservationFact)
        if fact.status not in FINAL and fact.status not in _GIVEN_UP
    ]
    reports = [
        fact
        for fact in desk.facts(ToolName.REPORTS, ReportFact)
        if fact.status not in FINAL and fact.status not in _GIVEN_UP
    ]
    late = [fact for fact in results if desk.recent(fact.effective, _AWAITED_DAYS)]
    kind = ("result that is not final", "results that are not final")
    yield from tell(kind, late, partial(stay_phrases.awaited, section))
    asked = [f for f in reports if desk.recent(f.effective, _AWAITED_DAYS)]
    kind = ("report that is not final", "reports that are not final")
    yield from tell(kind, asked, partial(stay_phrases.report, section))
    whole = all(desk.call(tool).complete for tool in (ToolName.LABS, ToolName.REPORTS))
    if whole and not results and not reports:
        yield Telling(("", ""), (), stay_phrases.none_pending(section))


def ordered(desk: Desk, section: str) -> Iterator[Telling]:
    """Active and on-hold orders; that there is none, only where all were read."""
    every = desk.facts(ToolName.MEDICATIONS, MedicationFact)
    found = [f for f in every if f.status in CURRENT and not f.reported]
    kind = ("current order", "current orders")
    yield from tell(kind, found, partial(orders.medication, section))
    yield from sections.none(desk, section, ToolName.MEDICATIONS)


def reported(desk: Desk, section: str) -> Iterator[Telling]:
    """What the patient reported to take at home."""
    found = [f for f in desk.facts(ToolName.MEDICATIONS, MedicationFact) if f.reported]
    kind = ("reported medication", "reported medications")
    yield from tell(kind, found, partial(orders.medication, section))


def ended(desk: Desk, section: str) -> Iterator[Telling]:
    """Orders of late that the chart says are stopped or completed, the newest first."""
    found = [
        fact
        for fact in desk.facts(ToolName.MEDICATIONS, MedicationFact)
        if fact.status in {"stopped", "completed"}
        and not fact.reported
        and desk.recent(fact.authored, _ENDED_DAYS)
    ]
    kind = ("order that has ended", "orders that have ended")
    yield from tell(kind, found, partial(orders.medication, section), most=8)
