"""A progress note of today's visit: subjective, objective, assessment, plan."""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Document, Section
from recommendations.workflows.topics import Topic

PROGRESS_NOTE = Document(
    key="progress_note",
    title="Progress note",
    noun="note",
    purpose="Today's note, as far as the chart already tells it; the clinician adds the visit.",
    sections=(
        Section(
            key="subjective",
            title="Subjective",
            belongs="Why the patient is here and what notes of this visit say that they report, "
            "word for word; family history where it matters. Nothing that was not said.",
            most=6,
            tells=(Topic.WHO, Topic.TODAY, Topic.NOTES_OF_VISIT, Topic.FAMILY_HISTORY),
        ),
        Section(
            key="objective",
            title="Objective",
            belongs="Vital signs and results with their dates, those out of range first.",
            most=12,
            rules=("critical_result", "newly_abnormal_result", "pending_result"),
            tells=(
                Topic.VITAL_SIGNS,
                Topic.ABNORMAL_RESULTS,
                Topic.MOVED_RESULTS,
                Topic.OTHER_RESULTS,
            ),
        ),
        Section(
            key="allergies_and_medications",
            title="Allergies and medications",
            belongs="Allergies with reactions; active and on-hold medications with dose.",
            most=18,
            rules=("active_allergy", "high_alert_medication"),
            tells=(Topic.ALLERGIES, Topic.MEDICATIONS),
        ),
        Section(
            key="assessment",
            title="Assessment",
            belongs="The problems this visit is about, and judgements marked as inferences.",
            most=8,
            rules=("treated_problem",),
            tells=(Topic.PROBLEMS,),
        ),
        Section(
            key="plan",
            title="Plan",
            belongs="Text for the note: what the chart already plans, and proposals marked as "
            "inferences. Orders are placed in the chart, not here.",
            most=8,
            rules=("visit_instruction",),
            tells=(Topic.APPOINTMENTS, Topic.CARE_PLANS),
            note="Text for the note. Orders are placed in the chart, not here.",
        ),
    ),
    tools=(
        ToolName.DEMOGRAPHICS,
        ToolName.ENCOUNTERS,
        ToolName.NOTES,
        ToolName.VITALS,
        ToolName.LABS,
        ToolName.ALLERGIES,
        ToolName.MEDICATIONS,
        ToolName.DIAGNOSES,
        ToolName.FAMILY_HISTORY,
        ToolName.APPOINTMENTS,
        ToolName.CARE_PLANS,
    ),
    prompt="progress_note",
    most=45,
)
