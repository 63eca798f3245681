"""What a drafter tells while it drafts, and to whom.

The agent knows no database and no browser: whoever runs it listens, records and may stop it.
"""

from dataclasses import dataclass, field
from typing import Protocol

from recommendations.clinical.results import ToolResult
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Finding


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """One tool's answer, as the drafter was given it."""

    result: ToolResult
    arguments: str = ""  # JSON
    given: str = ""  # the exact text a model was given
    asked_by: str = "model"


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A request about to be sent. ``body`` is the canonical JSON of all of it: PHI.

    ``frame``: versions and hashes of what code puts around the prompt.
    """

    model_id: str
    turn: int
    attempt: int
    prompt_version: str
    prompt_sha256: str
    body: str = field(repr=False)
    sha256: str
    frame: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """How a request ended; ``code`` is empty where it ended well. ``body`` and ``blocks`` are PHI.

    ``blocks`` are as they go back to the model, ids and signatures and all; empty where the answer
    was not whole.
    """

    request: ModelRequest = field(repr=False)
    request_id: str
    stop_reason: str
    tokens: dict[str, int]
    ms: int
    body: str = field(repr=False)
    code: str = ""
    blocks: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A statement that was told and does not hold, with what verification found. PHI."""

    number: int
    section: str
    text: str = field(repr=False)
    outcome: str
    reasons: tuple[Finding, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What comes in the place of statement ``number``; nothing where it is withdrawn."""

    number: int
    statement: DraftedStatement | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MovedOn:
    """A model could not draft; ``next_model`` is asked now."""

    model_id: str
    code: str
    next_model: str


class Listener(Protocol):
    """Hears everything in order. What it raises ends the drafting and is not caught below."""

    def read(self, answer: ToolAnswer) -> None:
        """A tool was answered."""

    def asking(self, request: ModelRequest) -> None:
        """A request is about to be sent: recorded first, or not sent."""

    def answered(self, answer: ModelAnswer) -> None:
        """A request ended, well or not."""

    def stated(self, statement: DraftedStatement) -> None:
        """A statement closed. Provisional until the drafter is done."""

    def doubts(self) -> tuple[Doubt, ...]:
        """What of the statements told does not hold, each by a number of its own."""
        ...

    def sent_back(self, doubts: tuple[Doubt, ...]) -> None:
        """The model is about to be asked once more about these."""

    def came_back(self, replacements: tuple[Replacement, ...], code: str) -> None:
        """What came of it; ``code`` says why nothing did."""

    def moved_on(self, step: MovedOn) -> None:
        """Another model begins; the statements so far are void."""

    def chose(self, chosen: dict[str, str]) -> None:
        """What was chosen beside the statements, by key; told only where something is to choose."""

    def discarded(self, code: str) -> None:
        """The statements so far came from an answer that broke off."""

    def tick(self) -> None:
        """Something arrived, or nothing did for a while; called often."""

    def should_stop(self) -> bool:
        """Whether to give up the draft now."""
        ...
