"""A letter to a colleague. To whom, and what is asked, are the clinician's own words."""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Asked, Document, Frame, Section, Style
from recommendations.workflows.topics import Topic

REFERRAL_LETTER = Document(
    key="referral_letter",
    title="Referral letter",
    noun="letter",
    purpose="What a colleague needs of this chart to answer your question.",
    sections=(
        Section(
            key="patient",
            title="The patient",
            belongs="Age and sex, never a name; the visit that this letter comes from.",
            most=3,
            tells=(Topic.WHO, Topic.TODAY, Topic.OPEN_REFERRALS),
        ),
        Section(
            key="problems",
            title="Problems",
            belongs="Active problems and diagnoses, those that the question is about first.",
            most=10,
            rules=("treated_problem",),
            tells=(Topic.PROBLEMS,),
        ),
        Section(
            key="findings",
            title="Findings",
            belongs="Results, vital signs and procedures that the question is about, with dates; "
            "those out of range first.",
            most=12,
            rules=("critical_result", "newly_abnormal_result", "pending_result"),
            tells=(
                Topic.ABNORMAL_RESULTS,
                Topic.MOVED_RESULTS,
                Topic.FEW_VITAL_SIGNS,
                Topic.RECENT_PROCEDURES,
            ),
        ),
        Section(
            key="history",
            title="What notes say",
            belongs="What recent notes say of it, word for word.",
            most=3,
            tells=(Topic.RECENT_NOTES,),
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
    ),
    tools=(
        ToolName.DEMOGRAPHICS,
        ToolName.ENCOUNTERS,
        ToolName.APPOINTMENTS,
        ToolName.REFERRALS,
        ToolName.DIAGNOSES,
        ToolName.LABS,
        ToolName.VITALS,
        ToolName.PROCEDURES,
        ToolName.NOTES,
        ToolName.MEDICATIONS,
        ToolName.ALLERGIES,
    ),
    prompt="referral_letter",
    most=45,
    style=Style(reader="a colleague of another service"),
    asks=(
        Asked(
            key="to",
            label="To whom",
            hint="A service or a colleague, such as Nephrology clinic.",
            most=120,
            of_chart="whom",
        ),
        Asked(
            key="question",
            label="Your question",
            hint="Goes into the letter as you write it.",
            most=600,
            lines=3,
            of_chart="text",
        ),
    ),
    brought_by=(ToolName.REFERRALS,),
    frame=Frame(
        layout="paragraphs",
        before=("To: {to}", "Dear colleague,", "My question: {question}"),
        after=("Thank you for seeing this patient.", "Yours sincerely,", "{clinician}"),
    ),
)
