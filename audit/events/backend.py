"""Access without a clinician: the tokens of backend services."""

from typing import ClassVar

from audit.events.base import Event


class BackendTokenIssued(Event):
    """An EHR gave the app access without a clinician, for a while."""

    type: ClassVar[str] = "token.backend_issued"
    wording: ClassVar[str] = "was given access for work without a clinician"

    generation: int
    lifetime_seconds: int
    client_auth: str
    scopes_granted: tuple[str, ...]
    scopes_withheld: tuple[str, ...] = ()


class BackendTokenUnavailable(Event):
    """An EHR gave no such access, or could not be asked; ``code`` says why. One row per change."""

    type: ClassVar[str] = "token.backend_unavailable"
    wording: ClassVar[str] = "was given no access for work without a clinician"

    unapproved: tuple[str, ...] = ()  # scopes without two people's agreement: the EHR was not asked
