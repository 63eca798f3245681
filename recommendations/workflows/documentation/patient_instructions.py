"""What a patient takes home, in words that most adults read with ease.

Grade 6 is what the American Medical Association and the National Institutes of Health advise for
what patients are given to read (Weiss, Health Literacy, AMA Foundation 2007); the sections are
those of AHRQ's IDEAL discharge planning (2013) that a chart can fill: the reason, medicines,
results, appointments.
"""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Document, Frame, Section, Style
from recommendations.workflows.topics import Topic

PATIENT_INSTRUCTIONS = Document(
    key="patient_instructions",
    title="Patient instructions",
    noun="instructions",
    several=True,
    purpose="What the patient takes home, in plain words: every sentence is measured.",
    sections=(
        Section(
            key="visit",
            title="Your visit",
            belongs="When and why the patient was here, as the chart says.",
            most=3,
            tells=(Topic.YOUR_VISIT,),
        ),
        Section(
            key="medicines",
            title="Your medicines",
            belongs="Each active order as an instruction: “Take your …”, with dose and times.",
            most=15,
            rules=("high_alert_medication",),
            tells=(Topic.YOUR_MEDICINES,),
        ),
        Section(
            key="stopped",
            title="Do not take",
            belongs="Each order that is on hold or was stopped of late: “Do not take …”.",
            most=6,
            tells=(Topic.YOUR_STOPPED_MEDICINES,),
        ),
        Section(
            key="allergies",
            title="Your allergies",
            belongs="What the patient is allergic to, and what it causes.",
            most=8,
            rules=("active_allergy",),
            tells=(Topic.YOUR_ALLERGIES,),
        ),
        Section(
            key="results",
            title="Your results",
            belongs="Results of late that are out of range, with value and date.",
            most=6,
            tells=(Topic.YOUR_RESULTS,),
        ),
        Section(
            key="next",
            title="What comes next",
            belongs="Visits to come, with their dates.",
            most=4,
            tells=(Topic.YOUR_APPOINTMENTS,),
        ),
    ),
    tools=(
        ToolName.ENCOUNTERS,
        ToolName.MEDICATIONS,
        ToolName.ALLERGIES,
        ToolName.LABS,
        ToolName.APPOINTMENTS,
    ),
    prompt="patient_instructions",
    most=30,
    style=Style(reader="the patient", person="second", grade=6.0),
    frame=Frame(
        layout="points",
        after=(
            "Call us if you feel worse or have a question about this.",
            "If you think that your life is in danger, call 911.",
            "{clinician}",
        ),
    ),
)
