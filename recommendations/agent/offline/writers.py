"""Who writes what a section of a document tells."""

from collections.abc import Callable, Iterator

from recommendations.agent.offline import asked, results, sections, stays, to_patient
from recommendations.agent.offline.desk import Desk
from recommendations.agent.offline.telling import Count, Telling
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.documents import Section
from recommendations.workflows.topics import Topic

Writer = Callable[[Desk, str], Iterator[Telling]]

WRITERS: dict[Topic, Writer] = {
    Topic.WHO: sections.who,
    Topic.TODAY: sections.today,
    Topic.OPEN_REFERRALS: sections.referrals,
    Topic.PRESENTING: sections.presenting,
    Topic.STAY: stays.stay,
    Topic.PROBLEMS: sections.problems,
    Topic.MEDICATIONS: sections.medications,
    Topic.ORDERED_MEDICATIONS: stays.ordered,
    Topic.DOSES_OF_STAY: sections.doses,
    Topic.HOME_MEDICATIONS: stays.reported,
    Topic.ENDED_MEDICATIONS: stays.ended,
    Topic.ALLERGIES: sections.allergies,
    Topic.ABNORMAL_RESULTS: results.abnormal,
    Topic.MOVED_RESULTS: results.moved,
    Topic.FEW_VITAL_SIGNS: results.signs,
    Topic.OTHER_RESULTS: results.others,
    Topic.VITAL_SIGNS: results.vitals,
    Topic.PENDING_RESULTS: stays.pending,
    Topic.RECENT_VISITS: sections.visits,
    Topic.RECENT_PROCEDURES: sections.procedures,
    Topic.PROCEDURES_OF_STAY: stays.procedures,
    Topic.RECENT_NOTES: sections.notes,
    Topic.NOTES_OF_VISIT: sections.notes_of_the_visit,
    Topic.NOTES_OF_STAY: stays.notes,
    Topic.FAMILY_HISTORY: sections.family,
    Topic.APPOINTMENTS: sections.appointments,
    Topic.CARE_PLANS: sections.care_plans,
    Topic.YOUR_VISIT: to_patient.visit,
    Topic.YOUR_MEDICINES: to_patient.medicines,
    Topic.YOUR_STOPPED_MEDICINES: to_patient.stopped,
    Topic.YOUR_ALLERGIES: to_patient.allergies,
    Topic.YOUR_RESULTS: to_patient.results,
    Topic.YOUR_APPOINTMENTS: to_patient.appointments,
    Topic.ASKED_MEDICINES: asked.medicines,
    Topic.ASKED_RESULTS: asked.results_asked,
    Topic.ASKED_APPOINTMENTS: asked.appointments,
}


def statements(section: Section, desk: Desk, count: Count) -> Iterator[DraftedStatement]:
    """The statements of one section, as many as ``count`` has room for, none said twice."""
    for topic in section.tells:
        for telling in WRITERS[topic](desk, section.key):
            if (statement := count.take(telling)) is not None:
                yield statement
