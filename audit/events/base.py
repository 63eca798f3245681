"""The shape every event shares."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """How an act ended."""

    SUCCESS = "success"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


class Event(BaseModel):
    """One act. Subclasses add typed fields; none may hold PHI in the clear.

    ``type`` is stored and never renamed ("launch.opened"). ``wording`` is the sentence a reviewer
    reads, without the actor ("opened the patient"). Fields named in ``sealed`` are PHI: they are
    kept encrypted, out of the row's readable detail.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    wording: ClassVar[str]
    sealed: ClassVar[frozenset[str]] = frozenset()

    outcome: Outcome = Outcome.SUCCESS
    # A stable error code where the act was refused or failed ("state_mismatch").
    code: str = ""
