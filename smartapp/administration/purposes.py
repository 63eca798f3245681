"""What each scope is for: the workflows by resources, computed from what they use."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartapp.fhir.vendors import Profile
from smartapp.fhir.vendors.needs import needs_of_tool
from smartapp.scopes import Need, ToolUse, WorkflowUse, covered, registered
from smartapp.scopes.asking import is_for_backend


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one workflow does with one scope: the letters it uses and the tools that need them."""

    workflow: WorkflowUse
    letters: str  # "", "r", "s" or "rs"
    tools: tuple[ToolUse, ...]


def purposes(
    profile: Profile, scope: str, workflows: Iterable[WorkflowUse] | None = None
) -> tuple[Purpose, ...]:
    """Return, for every workflow in order, what it needs ``scope`` for; perhaps nothing.

    Workflows read on behalf of a clinician, so they never need a system/ scope.
    """
    return tuple(
        _purpose(profile, scope, workflow)
        for workflow in (registered() if workflows is None else workflows)
    )


def reason(profile: Profile, scope: str) -> str:
    """Return a sentence that says which tools of which workflows need a scope; "" where none."""
    used = [purpose for purpose in purposes(profile, scope) if purpose.letters]
    if not used:
        return ""
    tools = ", ".join(dict.fromkeys(tool.title for purpose in used for tool in purpose.tools))
    where = ", ".join(purpose.workflow.title for purpose in used)
    return f"Read for: {tools}. Used by: {where}."


def reasons(profile: Profile, scopes: Iterable[str]) -> dict[str, str]:
    """Return such a sentence for each scope that a tool needs."""
    found = {scope: reason(profile, scope) for scope in scopes}
    return {scope: words for scope, words in found.items() if words}


def _purpose(profile: Profile, scope: str, workflow: WorkflowUse) -> Purpose:
    tools: list[ToolUse] = []
    met: set[Need] = set()
    for tool in workflow.tools:
        needs = () if is_for_backend(scope) else needs_of_tool(profile, tool)
        own = {need for need in needs if covered(need, [scope])}
        if own:
            tools.append(tool)
            met |= own
    letters = {need.letter for need in met}
    return Purpose(workflow, "".join(each for each in "rs" if each in letters), tuple(tools))
