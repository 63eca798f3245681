"""One question about a chart, answered in a statement or two: for evaluation, not for the panel."""

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Asked, Document, Section

CHART_QUESTION = Document(
    key="chart_question",
    title="Answer to a question about the chart",
    noun="answer",
    purpose="The answer to one question, from the chart alone.",
    sections=(
        Section(
            key="answer",
            title="Answer",
            belongs="What answers the question, and nothing else; with its day where it has one.",
            most=3,
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
    ),
    prompt="chart_question",
    most=3,
    asks=(Asked(key="question", label="Question", hint="", most=500),),
)
