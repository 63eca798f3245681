"""What a notification says, whatever form it came in."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """One event that a notification tells of. ``focus`` is ``Type/id``; all but ``kind`` is PHI.

    ``number`` for what is counted (FHIR), ``event_id`` for what is named (webhook).
    """

    kind: str
    number: int | None = None
    event_id: str = ""
    focus: str = ""
    patient_id: str = ""
    body: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """One notification. ``total``: how many events there ever were, where the sender says so."""

    type: str  # "handshake", "heartbeat", "event-notification", "query-event", "webhook"
    events: tuple[Told, ...] = ()
    total: int | None = None
