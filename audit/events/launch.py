"""Launches and their tokens."""

from typing import ClassVar

from audit.events.base import Event


class LaunchStarted(Event):
    """A browser was sent to an EHR's authorization page."""

    type: ClassVar[str] = "launch.started"
    wording: ClassVar[str] = "began to open the app"

    standalone: bool
    scopes_requested: tuple[str, ...]


class LaunchOpened(Event):
    """An EHR vouched for a clinician and a patient."""

    type: ClassVar[str] = "launch.opened"
    wording: ClassVar[str] = "opened the patient"

    standalone: bool
    scopes_granted: tuple[str, ...]
    # Asked for and not granted: what the app will have to call missing.
    scopes_withheld: tuple[str, ...] = ()
    encounter_given: bool = False
    client_auth: str = ""
    unit: str = ""  # the EHR's id of a department; "" where it was not told with the token


class UnitLearned(Event):
    """Where a launch's visit takes place was learned from the visit."""

    type: ClassVar[str] = "launch.unit_learned"
    wording: ClassVar[str] = "came from a unit that the visit names"

    unit: str


class LaunchRefusal(Event):
    """A launch, or a page inside one, was refused; ``code`` says why."""

    type: ClassVar[str] = "launch.refused"
    wording: ClassVar[str] = "was refused"
    sealed: ClassVar[frozenset[str]] = frozenset({"further"})

    detail: str = ""  # free of PHI
    further_host: str = ""
    further: str = ""  # the address at which the EHR says more; what it holds, we cannot know


class LaunchEnded(Event):
    """A launch accepts nothing more."""

    type: ClassVar[str] = "launch.ended"
    wording: ClassVar[str] = "ended the session"

    reason: str


class TokenRefreshed(Event):
    """The EHR renewed a launch's access."""

    type: ClassVar[str] = "token.refreshed"
    wording: ClassVar[str] = "had access renewed"

    generation: int
    rotated: bool  # whether the EHR gave a new refresh token
    lifetime_seconds: int


class TokenLost(Event):
    """The EHR would not renew a launch's access."""

    type: ClassVar[str] = "token.lost"
    wording: ClassVar[str] = "lost access"
    sealed: ClassVar[frozenset[str]] = frozenset({"further"})

    generation: int
    further_host: str = ""
    further: str = ""


class TokenRevoked(Event):
    """We gave a launch's access back to the EHR."""

    type: ClassVar[str] = "token.revoked"
    wording: ClassVar[str] = "gave access back"

    confirmed: bool  # whether the EHR said so
