"""What the workflows use, told by themselves at start: this room knows none of them by name.

A workflow names its tools; a tool, the clinical concepts it reads. How a concept is asked for is
the vendor profile's business, so concepts are plain names here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from smartapp.scopes.smallest import Need


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One clinical tool: the concepts it reads, and what it asks for beside any concept."""

    key: str
    title: str
    concepts: tuple[str, ...] = ()
    asks: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowUse:
    """One workflow and the tools it uses."""

    key: str
    title: str
    tools: tuple[ToolUse, ...]


_registered: dict[str, WorkflowUse] = {}


def register(workflow: WorkflowUse) -> None:
    """Make a workflow known; telling the same again is nothing, telling it otherwise an error."""
    known = _registered.setdefault(workflow.key, workflow)
    if known != workflow:
        raise ValueError(f"Two workflows are called {workflow.key!r}.")


def registered() -> tuple[WorkflowUse, ...]:
    """Return every workflow, in the order in which they told of themselves."""
    return tuple(_registered.values())


def tools_of(workflows: Iterable[WorkflowUse]) -> dict[str, ToolUse]:
    """Return every tool of these workflows once, by its key."""
    return {tool.key: tool for workflow in workflows for tool in workflow.tools}


# What the panel reads before anybody has asked for a document: the strip, the counts, the name of
# who signs. The chart's part is added by the room that knows its concepts.
SIGNER = ToolUse("signer", "Name of who signs", asks=(Need("Practitioner", "read"),))
