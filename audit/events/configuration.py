"""What happens to the keys and secrets by which we prove ourselves to EHRs."""

from typing import ClassVar, Literal

from audit.events.base import Event, Outcome


class KeyRotated(Event):
    """A signing key entered a stage of its rotation."""

    type: ClassVar[str] = "config.key_rotated"
    wording: ClassVar[str] = "changed a signing key"

    kid: str
    algorithm: str
    stage: Literal["publish", "sign", "withdraw"]


class SecretChanged(Event):
    """A secret reached a new value, as its store or its keyed hash tells."""

    type: ClassVar[str] = "config.secret_changed"
    wording: ClassVar[str] = "found a secret renewed"

    reference: str  # where it is kept; never what it is


class SecretGrewOld(Event):
    """A secret should be renewed soon, or should have been."""

    type: ClassVar[str] = "config.secret_old"
    wording: ClassVar[str] = "found a secret that is due to be renewed"

    reference: str
    days: int
    level: Literal["warning", "alert"]


class SecretUnavailable(Event):
    """A secret could not be had from its store; ``code`` says why."""

    type: ClassVar[str] = "config.secret_unavailable"
    wording: ClassVar[str] = "could not read a secret"

    outcome: Outcome = Outcome.FAILED
    reference: str
