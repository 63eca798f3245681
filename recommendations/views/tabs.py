"""The documents of the panel: two always in sight, the others one press away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommendations.models import Draft
from recommendations.workflows.documents import Document

_IN_SIGHT = 2
_WORDS = {
    Draft.State.QUEUED: "Waiting",
    Draft.State.RUNNING: "Arriving",
    Draft.State.READY: "To review",
    Draft.State.FAILED: "Not drafted",
    Draft.State.SIGNED: "Signed",
    Draft.State.REJECTED: "Rejected",
}
_NOT_YET = "Not drafted"


@dataclass(frozen=True, slots=True)
class Tab:
    """One document, and how far its draft is."""

    document: Document
    state: str  # of the draft; empty where there is none
    current: bool
    words: str


@dataclass(frozen=True, slots=True)
class Tabs:
    """``front`` in sight; ``more`` in a list that opens, whose lead names the current one."""

    front: tuple[Tab, ...]
    more: tuple[Tab, ...]

    @property
    def chosen(self) -> Tab | None:
        """The current document, where it is one of the list's."""
        return next((tab for tab in self.more if tab.current), None)

    @property
    def begun(self) -> int:
        """How many of the list's documents have a draft."""
        return sum(bool(tab.state) for tab in self.more)


def tabs(
    documents: Iterable[Document],
    current: Document,
    drafts: Mapping[str, Draft],
    *,
    not_yet: str = _NOT_YET,
) -> Tabs:
    """Every document with the state of its newest draft, in the order of the registry."""
    found = [_tab(each, current, drafts.get(each.key), not_yet) for each in documents]
    return Tabs(tuple(found[:_IN_SIGHT]), tuple(found[_IN_SIGHT:]))


def _tab(document: Document, current: Document, draft: Draft | None, not_yet: str) -> Tab:
    state = draft.state if draft else ""
    words = _WORDS[Draft.State(state)] if state else not_yet
    return Tab(document, state, document.key == current.key, words)
