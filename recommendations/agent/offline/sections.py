"""What most sections tell: which facts, and in which order."""

from collections.abc import Iterator
from functools import partial

from recommendations.agent.offline import given, orders, phrases, reactions
from recommendations.agent.offline.desk import Desk, distinct
from recommendations.agent.offline.quotes import beginning, quote
from recommendations.agent.offline.telling import Kind, Telling, tell
from recommendations.clinical.diagnoses import ACTIVE
from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    FactBase,
    FamilyHistoryFact,
    MedicationFact,
    NoteFact,
    ProcedureFact,
    ReferralFact,
)
from recommendations.clinical.medications import CURRENT
from recommendations.clinical.results import ToolName

_OPEN = {"in-progress", "arrived", "triaged", "onleave"}
_TO_COME = {"booked", "pending", "arrived", "checked-in"}
_DOUBTED = {"refuted", "entered-in-error"}
_STAY = 45  # days: doses of an older stay say nothing of the one that ends
_VISIT_NOTES = 30  # days: a note older than that does not tell of this visit

_NEVER_MISSED = ("", "")


def who(desk: Desk, section: str) -> Iterator[Telling]:
    """Age and sex."""
    facts = desk.facts(ToolName.DEMOGRAPHICS, DemographicsFact)
    yield from tell(_NEVER_MISSED, facts, partial(phrases.demographics, section))


def today(desk: Desk, section: str) -> Iterator[Telling]:
    """The visit under way, else the appointment of today."""
    visits = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    under_way = [f for f in visits if f.status in _OPEN and desk.recent(f.start)]
    kind = ("visit under way", "visits under way")
    yield from tell(kind, under_way, partial(phrases.encounter, section), most=1)
    if not under_way:
        appointments = desk.facts(ToolName.APPOINTMENTS, AppointmentFact)
        due = [f for f in appointments if desk.ago(f.start) == 0 and f.status in _TO_COME]
        kind = ("appointment of today", "appointments of today")
        yield from tell(kind, due, partial(phrases.appointment, section), most=1)


def referrals(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest referral that is open."""
    found = desk.facts(ToolName.REFERRALS, ReferralFact)
    current = [f for f in found if f.is_referral and f.status == "active"]
    current = [f for f in current if desk.recent(f.authored)]
    kind = ("open referral", "open referrals")
    yield from tell(kind, current, partial(phrases.referral, section), most=1)


def presenting(desk: Desk, section: str) -> Iterator[Telling]:
    """What the patient comes for, in a sentence of the complaint."""
    found = desk.facts(ToolName.COMPLAINT, NoteFact)
    found = [fact for fact in found if fact.handle not in desk.giving_orders]
    yield from tell(_NEVER_MISSED, found, partial(_complaint, section))


def problems(desk: Desk, section: str) -> Iterator[Telling]:
    """The active problems, then the diagnoses of recent visits."""
    found = [
        fact
        for fact in desk.facts(ToolName.DIAGNOSES, ConditionFact)
        if fact.status in ACTIVE
        and fact.verification not in _DOUBTED
        and (fact.category == "problem-list-item" or desk.recent(fact.onset or fact.recorded))
    ]
    # SNOMED's own tag tells "(finding)" (employment, education) from "(disorder)".
    found.sort(key=lambda fact: fact.name.endswith(("(finding)", "(situation)")))
    kind = ("active problem", "active problems")
    yield from tell(kind, distinct(found), partial(phrases.condition, section))
    yield from none(desk, section, ToolName.DIAGNOSES)


def medications(desk: Desk, section: str) -> Iterator[Telling]:
    """Orders about to be signed, active and on-hold orders, and what is reported."""
    found = desk.facts(ToolName.MEDICATIONS, MedicationFact)
    prepared = [fact for fact in found if fact.status == "draft"]
    current = [fact for fact in found if fact.status in CURRENT]
    kind = ("current medication", "current medications")
    yield from tell(kind, [*prepared, *current], partial(orders.medication, section))
    yield from none(desk, section, ToolName.MEDICATIONS)


def doses(desk: Desk, section: str) -> Iterator[Telling]:
    """The doses of the last weeks: those not given, for they were due, and those given."""
    found = desk.facts(ToolName.ADMINISTRATIONS, AdministrationFact)
    recent = [f for f in found if desk.recent(f.start, _STAY)]
    write = partial(given.administration, section)
    missed = [f for f in recent if f.status == "not-done"]
    yield from tell(("dose not given", "doses not given"), missed, write, most=6)
    others = [f for f in recent if f.status != "not-done"]
    yield from tell(("dose given", "doses given"), others, write, most=6)


def allergies(desk: Desk, section: str) -> Iterator[Telling]:
    """Allergies that stand, or that somebody asked and there was none."""
    found = desk.facts(ToolName.ALLERGIES, AllergyFact)
    standing = [f for f in found if f.status in ACTIVE and f.verification not in _DOUBTED]
    real = [f for f in standing if not f.none_known]
    # A row "no known allergies" left beside an allergy is not repeated: the allergy is.
    for fact in real or standing:
        yield from _parts(("allergy", "allergies"), fact, reactions.allergy(section, fact))
    yield from none(desk, section, ToolName.ALLERGIES)


def _parts(kind: Kind, fact: FactBase, said: list[phrases.Said]) -> Iterator[Telling]:
    for number, each in enumerate(said):
        yield Telling(kind, (fact.handle,), each, part=number)


def visits(desk: Desk, section: str) -> Iterator[Telling]:
    """The last two visits or stays that are over."""
    found = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    past = [f for f in found if f.status == "finished" and desk.recent(f.start)]
    kind = ("recent visit", "recent visits")
    yield from tell(kind, past, partial(phrases.encounter, section), most=2)


def procedures(desk: Desk, section: str) -> Iterator[Telling]:
    """The last two procedures."""
    found = desk.facts(ToolName.PROCEDURES, ProcedureFact)
    done = [f for f in found if f.status == "completed" and desk.recent(f.performed)]
    kind = ("recent procedure", "recent procedures")
    yield from tell(kind, distinct(done), partial(phrases.procedure, section), most=2)


def notes(desk: Desk, section: str) -> Iterator[Telling]:
    """A sentence of each of the two newest notes."""
    yield from _quoted(desk, section, days=400)


def notes_of_the_visit(desk: Desk, section: str) -> Iterator[Telling]:
    """A sentence of the notes of the last weeks."""
    yield from _quoted(desk, section, days=_VISIT_NOTES)


def _quoted(desk: Desk, section: str, *, days: int) -> Iterator[Telling]:
    found = desk.facts(ToolName.NOTES, NoteFact)
    current = [f for f in found if not f.superseded and desk.recent(f.authored, days)]
    # A note that gives orders to software is shown as such, and not quoted.
    current = [f for f in current if f.handle not in desk.giving_orders]
    yield from tell(("recent note", "recent notes"), current, partial(_note, section), most=2)


def _note(section: str, fact: NoteFact) -> phrases.Said:
    words = quote(fact)
    return phrases.note(section, fact, words) if words else None


def _complaint(section: str, fact: NoteFact) -> phrases.Said:
    return phrases.note(section, fact, whole) if (whole := beginning(fact.text)) else None


def family(desk: Desk, section: str) -> Iterator[Telling]:
    """What is recorded of relatives."""
    kind = ("condition of a relative", "conditions of relatives")
    for fact in desk.facts(ToolName.FAMILY_HISTORY, FamilyHistoryFact):
        yield from _parts(kind, fact, phrases.family(section, fact))


def appointments(desk: Desk, section: str) -> Iterator[Telling]:
    """What comes next, soonest first, then what was missed of late."""
    found = desk.facts(ToolName.APPOINTMENTS, AppointmentFact)
    coming = [f for f in found if (desk.ago(f.start) or 0) < 0 and f.status in _TO_COME]
    missed = [f for f in found if f.status == "noshow" and desk.recent(f.start)]
    write = partial(phrases.appointment, section)
    yield from tell(
        ("appointment to come", "appointments to come"), reversed(coming), write, most=3
    )
    yield from tell(("missed appointment", "missed appointments"), missed, write, most=2)


def care_plans(desk: Desk, section: str) -> Iterator[Telling]:
    """Active care plans."""
    active = [f for f in desk.facts(ToolName.CARE_PLANS, CarePlanFact) if f.status == "active"]
    kind = ("active care plan", "active care plans")
    yield from tell(kind, active, partial(phrases.care_plan, section), most=3)


_ABSENT = {
    ToolName.DIAGNOSES: ("problems", "problem list", "problems"),
    ToolName.MEDICATIONS: ("medications", "medication list", "medications"),
    ToolName.ALLERGIES: ("allergies", "allergy list", "allergies"),
}


def none(desk: Desk, section: str, tool: ToolName) -> Iterator[Telling]:
    """That a list is empty; said only where all of it was read, and nothing is in it."""
    result = desk.call(tool)
    if result.complete and not result.total:
        yield Telling(_NEVER_MISSED, (), phrases.absence(section, *_ABSENT[tool]))
