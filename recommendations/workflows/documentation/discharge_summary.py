"""What a stay in hospital was, for whoever looks after the patient next.

The sections are those that the Joint Commission asks of a discharge summary (RC.02.04.01, EP 3:
reason, findings, procedures and treatment, condition, instructions) and the minimal data of the
Transitions of Care Consensus Policy Statement (J Gen Intern Med 2009;24:971): medications with
what changed, allergies, results pending, follow-up. The condition at discharge and what the
patient was told are the clinician's to write: no chart of ours holds them as data.
"""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Document, Section, Style
from recommendations.workflows.topics import Topic

DISCHARGE_SUMMARY = Document(
    key="discharge_summary",
    title="Discharge summary",
    noun="summary",
    purpose="The stay, what is pending and the medications, for whoever sees the patient next.",
    sections=(
        Section(
            key="stay",
            title="The stay",
            belongs="Age and sex; the stay with its first and last day and its reason, as the "
            "chart has them.",
            most=4,
            tells=(Topic.WHO, Topic.STAY),
        ),
        Section(
            key="course",
            title="Course",
            belongs="What notes of the stay say of its course, word for word; procedures of the "
            "stay. Nothing is told between the lines of two notes.",
            most=8,
            rules=("visit_instruction",),
            tells=(Topic.NOTES_OF_STAY, Topic.PROCEDURES_OF_STAY),
        ),
        Section(
            key="doses",
            title="Doses in the stay",
            belongs="Doses that were due and not given, with the reason, then doses given; never "
            "as orders. Where the chart has none, nothing.",
            most=8,
            tells=(Topic.DOSES_OF_STAY,),
        ),
        Section(
            key="problems",
            title="Problems",
            belongs="The diagnoses of the stay and the active problems, one a statement.",
            most=12,
            rules=("treated_problem",),
            tells=(Topic.PROBLEMS,),
        ),
        Section(
            key="results",
            title="Results",
            belongs="Last results and vital signs, those out of range first, and what moved.",
            most=10,
            rules=("critical_result", "newly_abnormal_result"),
            tells=(Topic.ABNORMAL_RESULTS, Topic.MOVED_RESULTS, Topic.FEW_VITAL_SIGNS),
        ),
        Section(
            key="pending",
            title="Results pending",
            belongs="Every result that is not final; that none is pending only where all results "
            "and reports were read to their end.",
            most=8,
            rules=("pending_result",),
            tells=(Topic.PENDING_RESULTS,),
        ),
        Section(
            key="medications",
            title="Medications at discharge",
            belongs="Active and on-hold orders with dose and date, one a statement.",
            most=18,
            rules=("high_alert_medication",),
            tells=(Topic.ORDERED_MEDICATIONS,),
        ),
        Section(
            key="medication_history",
            title="Home medications, and what has ended",
            belongs="What the patient reported to take; orders that the chart says are stopped or "
            "completed. Started, stopped or changed is said only as an order's own status and "
            "date say it.",
            most=10,
            note="Compare with the medications at discharge. Only the chart's own statuses and "
            "dates are told; what was meant to change is yours to add.",
            tells=(Topic.HOME_MEDICATIONS, Topic.ENDED_MEDICATIONS),
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
            key="follow_up",
            title="Follow-up",
            belongs="Appointments to come, care plans; no advice of the drafter's own.",
            most=6,
            tells=(Topic.APPOINTMENTS, Topic.CARE_PLANS),
        ),
    ),
    tools=(
        ToolName.DEMOGRAPHICS,
        ToolName.ENCOUNTERS,
        ToolName.NOTES,
        ToolName.PROCEDURES,
        ToolName.DIAGNOSES,
        ToolName.LABS,
        ToolName.REPORTS,
        ToolName.VITALS,
        ToolName.MEDICATIONS,
        ToolName.ADMINISTRATIONS,
        ToolName.ALLERGIES,
        ToolName.APPOINTMENTS,
        ToolName.CARE_PLANS,
    ),
    prompt="discharge_summary",
    most=70,
    style=Style(reader="the clinician who sees the patient next"),
)
