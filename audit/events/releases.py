"""What documents are drafted with, and who decided it. Prompts and models are no PHI; reasons are
people's words about them and stand readable."""

from typing import ClassVar

from audit.events.base import Event, Outcome


class _ReleaseEvent(Event):
    document: str
    unit: str = ""  # "EHR/unit"; empty: everywhere
    release: str = ""  # "contract@5 progress_note@1"; empty: what the hospital uses
    release_sha256: str = ""
    models: tuple[str, ...] = ()  # empty: those of the settings


class ReleaseProposed(_ReleaseEvent):
    """A change of what a document is drafted with waits for a second person."""

    type: ClassVar[str] = "release.proposed"
    wording: ClassVar[str] = "proposed what a document is drafted with"

    change: str
    reason: str


class ReleaseApproved(_ReleaseEvent):
    """A second person agreed: drafts asked for from now on are made with it."""

    type: ClassVar[str] = "release.approved"
    wording: ClassVar[str] = "approved what a document is drafted with"

    change: str
    proposer_name: str
    instead_of: str = ""  # what was in use


class ReleaseDismissed(_ReleaseEvent):
    """A proposal was withdrawn or turned down; nothing changed."""

    type: ClassVar[str] = "release.dismissed"
    wording: ClassVar[str] = "dismissed a proposed change of a prompt"

    change: str
    proposer_name: str


class ReleaseRolledBack(_ReleaseEvent):
    """What was in use before is in use again."""

    type: ClassVar[str] = "release.rolled_back"
    wording: ClassVar[str] = "rolled back what a document is drafted with"

    change: str
    reason: str
    instead_of: str


class ReleaseShipped(_ReleaseEvent):
    """Where nobody has decided anything, a newer version came into use with the software."""

    type: ClassVar[str] = "release.shipped"
    wording: ClassVar[str] = "began to use a prompt that came with the software"

    change: str
    instead_of: str = ""


class DraftShadowed(_ReleaseEvent):
    """A draft was made again with another release from what it had read; no clinician sees it.

    What went to the model stands under ``shadow_id``. ``instead_of`` is what the draft was made by.
    """

    type: ClassVar[str] = "release.draft_shadowed"
    wording: ClassVar[str] = "had a draft made again beside it with another release"

    draft_id: str
    shadow_id: str
    instead_of: str
    model_id: str = ""
    outcomes: dict[str, int]
    outcomes_before: dict[str, int]
    both: int  # statements that both say


class ShadowRefused(_ReleaseEvent):
    """A draft was not made again beside itself; ``code`` says why. Nothing went to a model.

    ``document`` is empty where there is no such draft.
    """

    type: ClassVar[str] = "release.shadow_refused"
    wording: ClassVar[str] = "was refused to have a draft made again beside it"

    outcome: Outcome = Outcome.REFUSED
    draft_id: str


class ReleaseRefused(_ReleaseEvent):
    """A change was not proposed, approved, dismissed or rolled back; ``code`` says why."""

    type: ClassVar[str] = "release.refused"
    wording: ClassVar[str] = "was refused a change of a prompt"

    outcome: Outcome = Outcome.REFUSED
    act: str
