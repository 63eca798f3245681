"""Which parts of the chart a drafter asks for, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.clinical.results import ToolName
from recommendations.models import DraftProgress
from recommendations.workflows.documents import Document

TOOLS: dict[str, str] = {
    ToolName.DEMOGRAPHICS: "Age and sex",
    ToolName.DIAGNOSES: "Problems",
    ToolName.MEDICATIONS: "Medications",
    ToolName.ALLERGIES: "Allergies",
    ToolName.LABS: "Labs",
    ToolName.VITALS: "Vital signs",
    ToolName.NOTES: "Notes",
    ToolName.ENCOUNTERS: "Visits",
    ToolName.APPOINTMENTS: "Appointments",
    ToolName.IMMUNIZATIONS: "Immunizations",
    ToolName.CARE_PLANS: "Care plans",
    ToolName.PROCEDURES: "Procedures",
    ToolName.FAMILY_HISTORY: "Family history",
    ToolName.ADMINISTRATIONS: "Doses given",
    ToolName.COMPLAINT: "Complaint",
    ToolName.REPORTS: "Reports",
    ToolName.MESSAGES: "Messages",
    ToolName.REFERRALS: "Referrals",
}


@dataclass(frozen=True, slots=True)
class Read:
    """A part of the chart as the drafter asked for it."""

    label: str
    count: str
    state: str  # "done", "missing", "waiting"


def reads_of(document: Document, news: Sequence[DraftProgress] = ()) -> tuple[Read, ...]:
    """The parts of the chart that a document asks for, and how far the drafter has come."""
    told: dict[str, dict[str, object]] = {}
    for row in news:
        if row.kind == "reading":
            told[str(row.detail.get("source"))] = row.detail
    return tuple(_read(tool, told.get(tool.value)) for tool in document.tools)


def _read(tool: ToolName, detail: dict[str, object] | None) -> Read:
    label = TOOLS[tool]
    if detail is None:
        return Read(label, "", "waiting")
    total = detail.get("total")
    count = str(detail.get("shown") if total is None else total)
    return Read(label, count, "done" if detail.get("complete") else "missing")
