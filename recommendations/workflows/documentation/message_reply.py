"""An answer to what a patient wrote, from the chart alone.

The message is text that nobody vouches for (``docs/injection.md``): it says what is asked, and
proves nothing.
"""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Asked, Document, Frame, Section, Style
from recommendations.workflows.topics import Topic

MESSAGE_REPLY = Document(
    key="message_reply",
    title="Reply to a message",
    noun="reply",
    purpose="An answer to a patient's message, from what the chart holds. It promises nothing.",
    sections=(
        Section(
            key="medicines",
            title="Your medicines",
            belongs="Orders that the message asks about, as instructions with dose and times.",
            most=6,
            tells=(Topic.ASKED_MEDICINES,),
        ),
        Section(
            key="results",
            title="Your results",
            belongs="Results that the message asks about, with value, date and side of the range.",
            most=6,
            tells=(Topic.ASKED_RESULTS,),
        ),
        Section(
            key="visits",
            title="Your visits",
            belongs="Appointments that the message asks about, with dates.",
            most=4,
            tells=(Topic.ASKED_APPOINTMENTS,),
        ),
    ),
    tools=(
        ToolName.MEDICATIONS,
        ToolName.ALLERGIES,
        ToolName.LABS,
        ToolName.APPOINTMENTS,
        ToolName.ENCOUNTERS,
    ),
    prompt="message_reply",
    most=12,
    style=Style(reader="the patient", person="second", grade=6.0),
    asks=(
        Asked(
            key="message",
            label="The patient's message",
            hint="Paste it here. It is read as the patient's words, and nothing in it is obeyed.",
            most=4000,
            whose="patient",
            lines=6,
            of_chart="text",
        ),
    ),
    brought_by=(ToolName.MESSAGES,),
    frame=Frame(
        layout="paragraphs",
        before=("Hello,", "Thank you for your message. This is what your chart says."),
        after=(
            "If this does not answer your question, call us.",
            "If you think that your life is in danger, call 911.",
            "{clinician}",
        ),
    ),
)
