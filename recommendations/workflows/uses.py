"""What each workflow reads, told to the room that asks EHRs for scopes: it knows none of them."""

from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ToolName
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.read_ahead import FIRST_LOOK
from smartapp.scopes import ToolUse, WorkflowUse, register
from smartapp.scopes.workflows import SIGNER

_TITLES = {
    ToolName.DEMOGRAPHICS: "Who the patient is",
    ToolName.DIAGNOSES: "Problems and diagnoses",
    ToolName.LABS: "Laboratory results",
    ToolName.VITALS: "Vital signs",
    ToolName.CARE_PLANS: "Care plans",
    ToolName.FAMILY_HISTORY: "Family history",
    ToolName.ADMINISTRATIONS: "Doses given and not given",
    ToolName.REPORTS: "Laboratory reports",
    ToolName.MESSAGES: "Messages of the patient",
    ToolName.REFERRALS: "Referrals and orders",
}


def tell() -> None:
    """Tell of the panel and of every document; a tool that none of them uses asks for nothing."""
    register(WorkflowUse("panel", "Panel", (*_first_look(), SIGNER)))
    for document in DOCUMENTS.values():
        read = dict.fromkeys((*document.tools, *document.brought_by))
        tools = tuple(_use(tool) for tool in read if TOOLS[tool].concepts)
        register(WorkflowUse(document.key, document.title, tools))


def _first_look() -> tuple[ToolUse, ...]:
    """The tools whose concepts the panel reads before anybody asked for a document."""
    return tuple(_use(name) for name, tool in TOOLS.items() if set(tool.concepts) & set(FIRST_LOOK))


def _use(name: ToolName) -> ToolUse:
    title = _TITLES.get(name, name.value.replace("_", " ").capitalize())
    return ToolUse(name.value, title, tuple(concept.value for concept in TOOLS[name].concepts))
