"""What a clinician reads in the half minute before a visit."""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Document, Section
from recommendations.workflows.topics import Topic

PREVISIT_SUMMARY = Document(
    key="previsit_summary",
    title="Pre-visit summary",
    noun="summary",
    purpose="What to know of this patient before the visit, in half a minute.",
    sections=(
        Section(
            key="why_today",
            title="Why today",
            belongs="Age and sex, and what today's visit or appointment is for, as the chart says.",
            most=3,
            tells=(Topic.WHO, Topic.TODAY),
        ),
        Section(
            key="problems",
            title="Active problems",
            belongs="Active problems and diagnoses, one a statement, with onset and certainty.",
            most=10,
            rules=("treated_problem",),
            tells=(Topic.PROBLEMS,),
        ),
        Section(
            key="medications",
            title="Medications",
            belongs="Active and on-hold orders and reported home medications, one a statement.",
            most=15,
            rules=("high_alert_medication",),
            tells=(Topic.MEDICATIONS,),
        ),
        Section(
            key="allergies",
            title="Allergies",
            belongs="Allergies with reactions, or that none is known where somebody asked.",
            most=8,
            rules=("active_allergy",),
            tells=(Topic.ALLERGIES,),
        ),
        Section(
            key="results",
            title="Results",
            belongs="Recent results and vital signs: those out of range first, and what moved.",
            most=12,
            rules=("critical_result", "newly_abnormal_result", "pending_result"),
            tells=(
                Topic.ABNORMAL_RESULTS,
                Topic.MOVED_RESULTS,
                Topic.FEW_VITAL_SIGNS,
                Topic.OTHER_RESULTS,
                Topic.VITAL_SIGNS,
            ),
        ),
        Section(
            key="since_last_visit",
            title="Since the last visit",
            belongs="Visits, stays and procedures of late; what recent notes say, word for word.",
            most=6,
            tells=(Topic.RECENT_VISITS, Topic.RECENT_PROCEDURES, Topic.RECENT_NOTES),
        ),
        Section(
            key="follow_up",
            title="Follow-up",
            belongs="Appointments to come and missed, care plans; no advice of the drafter's own.",
            most=6,
            rules=("visit_instruction",),
            tells=(Topic.APPOINTMENTS, Topic.CARE_PLANS),
        ),
    ),
    tools=(
        ToolName.DEMOGRAPHICS,
        ToolName.DIAGNOSES,
        ToolName.MEDICATIONS,
        ToolName.ALLERGIES,
        ToolName.LABS,
        ToolName.VITALS,
        ToolName.ENCOUNTERS,
        ToolName.APPOINTMENTS,
        ToolName.NOTES,
        ToolName.PROCEDURES,
        ToolName.CARE_PLANS,
    ),
    prompt="previsit_summary",
    most=48,
)
