"""Which facts go into which section, and in which order."""

from collections.abc import Callable, Iterator

from recommendations.agent.offline import phrases, results
from recommendations.agent.offline.desk import Desk, distinct
from recommendations.agent.offline.quotes import quote
from recommendations.clinical.diagnoses import ACTIVE
from recommendations.clinical.facts import (
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    FamilyHistoryFact,
    MedicationFact,
    NoteFact,
    ProcedureFact,
    ToolName,
)
from recommendations.clinical.medications import CURRENT
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.documents import Document, Section

_OPEN = {"in-progress", "arrived", "triaged", "onleave"}
_TO_COME = {"booked", "pending", "arrived", "checked-in"}
_DOUBTED = {"refuted", "entered-in-error"}
_VISIT_NOTES = 30  # days: a note older than that does not tell of this visit

Writer = Callable[[Desk, str], Iterator[phrases.Said]]


def statements(document: Document, section: Section, desk: Desk) -> Iterator[DraftedStatement]:
    """The statements of one section, at most ``section.most``, none said twice."""
    seen = set[str]()
    for writer in WRITERS[document.key][section.key]:
        for statement in writer(desk, section.key):
            if len(seen) == section.most:
                return
            if statement is not None and statement.text not in seen:
                seen.add(statement.text)
                yield statement


def who(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """Age and sex."""
    for fact in desk.facts(ToolName.DEMOGRAPHICS, DemographicsFact):
        yield phrases.demographics(section, fact)


def today(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """The visit under way, else the appointment of today."""
    visits = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    under_way = [f for f in visits if f.status in _OPEN and desk.recent(f.start)]
    yield from (phrases.encounter(section, fact) for fact in under_way[:1])
    if not under_way:
        appointments = desk.facts(ToolName.APPOINTMENTS, AppointmentFact)
        due = [f for f in appointments if desk.ago(f.start) == 0 and f.status in _TO_COME]
        yield from (phrases.appointment(section, fact) for fact in due[:1])


def problems(desk: Desk, section: str) -> Iterator[phrases.Said]:
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
    yield from (phrases.condition(section, fact) for fact in distinct(found))
    yield _none(desk, section, ToolName.DIAGNOSES)


def medications(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """Orders about to be signed, active and on-hold orders, and what is reported."""
    found = desk.facts(ToolName.MEDICATIONS, MedicationFact)
    prepared = [fact for fact in found if fact.status == "draft"]
    current = [fact for fact in found if fact.status in CURRENT]
    yield from (phrases.medication(section, fact) for fact in [*prepared, *current])
    yield _none(desk, section, ToolName.MEDICATIONS)


def allergies(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """Allergies that stand, or that somebody asked and there was none."""
    found = desk.facts(ToolName.ALLERGIES, AllergyFact)
    standing = [f for f in found if f.status in ACTIVE and f.verification not in _DOUBTED]
    real = [f for f in standing if not f.none_known]
    # A row "no known allergies" left beside an allergy is not repeated: the allergy is.
    yield from (phrases.allergy(section, fact) for fact in real or standing)
    yield _none(desk, section, ToolName.ALLERGIES)


def visits(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """The last two visits or stays that are over."""
    found = desk.facts(ToolName.ENCOUNTERS, EncounterFact)
    past = [f for f in found if f.status == "finished" and desk.recent(f.start)]
    yield from (phrases.encounter(section, fact) for fact in past[:2])


def procedures(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """The last two procedures."""
    found = desk.facts(ToolName.PROCEDURES, ProcedureFact)
    done = [f for f in found if f.status == "completed" and desk.recent(f.performed)]
    yield from (phrases.procedure(section, fact) for fact in distinct(done)[:2])


def notes(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """A sentence of each of the two newest notes."""
    yield from _quoted(desk, section, days=400)


def notes_of_the_visit(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """A sentence of the notes of the last weeks."""
    yield from _quoted(desk, section, days=_VISIT_NOTES)


def _quoted(desk: Desk, section: str, *, days: int) -> Iterator[phrases.Said]:
    found = desk.facts(ToolName.NOTES, NoteFact)
    current = [f for f in found if not f.superseded and desk.recent(f.authored, days)]
    for fact in current[:2]:
        if words := quote(fact):
            yield phrases.note(section, fact, words)


def family(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """What is recorded of relatives."""
    for fact in desk.facts(ToolName.FAMILY_HISTORY, FamilyHistoryFact):
        yield from phrases.family(section, fact)


def appointments(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """What comes next, soonest first, then what was missed of late."""
    found = desk.facts(ToolName.APPOINTMENTS, AppointmentFact)
    coming = [f for f in found if (desk.ago(f.start) or 0) < 0 and f.status in _TO_COME]
    missed = [f for f in found if f.status == "noshow" and desk.recent(f.start)]
    yield from (phrases.appointment(section, fact) for fact in reversed(coming[-3:]))
    yield from (phrases.appointment(section, fact) for fact in missed[:2])


def care_plans(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """Active care plans."""
    found = desk.facts(ToolName.CARE_PLANS, CarePlanFact)
    yield from (phrases.care_plan(section, f) for f in found[:3] if f.status == "active")


_ABSENT = {
    ToolName.DIAGNOSES: ("problems", "problem list", "problems"),
    ToolName.MEDICATIONS: ("medications", "medication list", "medications"),
    ToolName.ALLERGIES: ("allergies", "allergy list", "allergies"),
}


def _none(desk: Desk, section: str, tool: ToolName) -> phrases.Said:
    """That a list is empty; said only where all of it was read, and nothing is in it."""
    result = desk.call(tool)
    if not result.complete or result.total:
        return None
    return phrases.absence(section, *_ABSENT[tool])


WRITERS: dict[str, dict[str, tuple[Writer, ...]]] = {
    "previsit_summary": {
        "why_today": (who, today),
        "problems": (problems,),
        "medications": (medications,),
        "allergies": (allergies,),
        "results": (results.abnormal, results.moved, results.signs, results.others, results.vitals),
        "since_last_visit": (visits, procedures, notes),
        "follow_up": (appointments, care_plans),
    },
    "progress_note": {
        "subjective": (who, today, notes_of_the_visit, family),
        "objective": (results.vitals, results.abnormal, results.moved, results.others),
        "allergies_and_medications": (allergies, medications),
        "assessment": (problems,),
        "plan": (appointments, care_plans),
    },
}
