"""What the chart says a patient comes for today: the reason of the visit, or of the appointment."""

from dataclasses import dataclass

from recommendations.clinical.facts import AppointmentFact, EncounterFact, PartialDate, Source
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolName
from recommendations.models import Triage

_UNDER_WAY = {"in-progress", "arrived", "triaged", "onleave", "planned"}
_DUE = {"booked", "pending", "arrived", "checked-in", "fulfilled"}


@dataclass(frozen=True, slots=True)
class CameFor:
    """A reason that the chart has, and the resource that has it. PHI."""

    text: str
    origin: Triage.Origin
    source: Source


def came_for(reading: Reading) -> CameFor | None:
    """The reason of a visit of today that is under way, else of an appointment of today."""
    today = reading.as_of.date().isoformat()
    visits = [f for f in reading.call(ToolName.ENCOUNTERS).facts if isinstance(f, EncounterFact)]
    for visit in visits:
        if visit.status in _UNDER_WAY and visit.reason and _of(visit.start, today):
            return CameFor(visit.reason, Triage.Origin.VISIT, visit.source)
    found = reading.call(ToolName.APPOINTMENTS).facts
    for due in (fact for fact in found if isinstance(fact, AppointmentFact)):
        if due.status in _DUE and due.reason and _of(due.start, today):
            return CameFor(due.reason, Triage.Origin.APPOINTMENT, due.source)
    return None


def _of(when: PartialDate | None, today: str) -> bool:
    return when is not None and when.day == today
