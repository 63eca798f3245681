"""What reviewers do: looking is itself recorded."""

from typing import ClassVar, Literal

from audit.events.base import Event


class TrailSearched(Event):
    """A reviewer searched the trail. What was typed is sealed: it may name anyone."""

    type: ClassVar[str] = "trail.searched"
    wording: ClassVar[str] = "looked at the trail"
    sealed: ClassVar[frozenset[str]] = frozenset({"filters"})

    asked: tuple[str, ...]  # the names of the filters used
    filters: dict[str, str]
    shown: int
    matching: int  # as far as was counted


class PatientSought(Event):
    """A reviewer gave a patient's id, to be turned into its blind index."""

    type: ClassVar[str] = "trail.patient_sought"
    wording: ClassVar[str] = "looked for a patient in the trail"

    found: bool


class EventOpened(Event):
    """A reviewer opened one event, sealed fields and all."""

    type: ClassVar[str] = "trail.event_opened"
    wording: ClassVar[str] = "opened an event of the trail"

    event_id: int
    event_type: str


class ProofTaken(Event):
    """A reviewer took the proof that one event is in the signed tree."""

    type: ClassVar[str] = "trail.proof_taken"
    wording: ClassVar[str] = "took the proof of an event of the trail"

    event_id: int
    leaf: int
    size: int


class TrailExported(Event):
    """Somebody with the server wrote the whole trail into a file."""

    type: ClassVar[str] = "trail.exported"
    wording: ClassVar[str] = "wrote the trail into a file, without its sealed parts"

    size: int


class DecisionOpened(Event):
    """A reviewer opened a decision with all that led to it."""

    type: ClassVar[str] = "trail.decision_opened"
    wording: ClassVar[str] = "opened a decision"

    draft_id: str
    events: int
    proof: Literal["holds", "broken"]


class DraftReplayed(Event):
    """An old draft was made again from what is kept; ``printed``: with statements of it."""

    type: ClassVar[str] = "trail.draft_replayed"
    wording: ClassVar[str] = "made a draft again from the trail"

    draft_id: str
    exact: bool
    requests: int
    statements: int
    differing: int  # statements that are judged otherwise now
    printed: bool
    verifier: str


class LookRefused(Event):
    """A look that showed nothing: not a reviewer, not signed in, nothing there, no sense in it."""

    type: ClassVar[str] = "trail.refused"
    wording: ClassVar[str] = "tried to look at the trail"

    page: str  # the name of the page, never its address
