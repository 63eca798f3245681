"""What a clinician did about what a draft left out; its being found is an event of drafting."""

from typing import Any, ClassVar

from pydantic import Field

from audit.events.base import Event


class _OnOmission(Event):
    draft_id: str
    omission_id: str
    rule: str
    decision_id: str
    draft_revision: int


class OmissionAdded(_OnOmission):
    """A statement that code worded was added to the draft, and approved by the same tap."""

    type: ClassVar[str] = "omission.added"
    wording: ClassVar[str] = "added what the draft left out"
    sealed: ClassVar[frozenset[str]] = frozenset({"text", "claims", "verdict"})

    statement_id: str
    section: str
    outcome_found: str
    text_sha256: str
    text: str = ""
    claims: list[dict[str, Any]] = Field(default_factory=list)
    verdict: dict[str, Any] = Field(default_factory=dict)


class OmissionTakenOut(_OnOmission):
    """What was added was taken out again."""

    type: ClassVar[str] = "omission.taken_out"
    wording: ClassVar[str] = "took out again what they had added"
    sealed: ClassVar[frozenset[str]] = frozenset({"text"})

    statement_id: str
    text_sha256: str
    text: str = ""


class OmissionDismissed(_OnOmission):
    """Something that a rule asks for was found not needed."""

    type: ClassVar[str] = "omission.dismissed"
    wording: ClassVar[str] = "found something missing not needed"
    sealed: ClassVar[frozenset[str]] = frozenset({"words"})

    critical: bool
    reason: str = ""
    words: str = ""


class OmissionListedAgain(_OnOmission):
    """That it is not needed was taken back."""

    type: ClassVar[str] = "omission.listed_again"
    wording: ClassVar[str] = "listed something missing again"
    sealed: ClassVar[frozenset[str]] = frozenset({"words"})

    words: str = ""


class OmissionOpened(Event):
    """The source of something that is missing was shown."""

    type: ClassVar[str] = "omission.opened"
    wording: ClassVar[str] = "opened the source of something missing"
    sealed: ClassVar[frozenset[str]] = frozenset({"source", "name"})

    draft_id: str
    omission_id: str
    rule: str
    handle: str
    kind: str
    source: str = ""  # "Observation/12"
    name: str = ""
