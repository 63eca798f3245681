"""The documents of the panel: three always in sight, triage first; the others one press away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommendations.models import Draft
from recommendations.workflows.documentation.previsit_summary import PREVISIT_SUMMARY
from recommendations.workflows.documentation.progress_note import PROGRESS_NOTE
from recommendations.workflows.documents import Document
from recommendations.workflows.triage.triage import TRIAGE

# In this order: where the patient goes comes before what is written of the visit.
_IN_SIGHT = (TRIAGE.key, PREVISIT_SUMMARY.key, PROGRESS_NOTE.key)
# On a narrow panel; the whole title is said all the same.
_SHORT = {PREVISIT_SUMMARY.key: "Pre-visit", PROGRESS_NOTE.key: "Note"}
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
    short: str  # of the title


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
    """Every document with the state of its newest draft; the list in the registry's order."""
    found = [_tab(each, current, drafts.get(each.key), not_yet) for each in documents]
    front = [tab for key in _IN_SIGHT for tab in found if tab.document.key == key]
    return Tabs(tuple(front), tuple(tab for tab in found if tab not in front))


def _tab(document: Document, current: Document, draft: Draft | None, not_yet: str) -> Tab:
    state = draft.state if draft else ""
    words = _WORDS[Draft.State(state)] if state else not_yet
    short = _SHORT.get(document.key, document.title)
    return Tab(document, state, document.key == current.key, words, short)
