"""What a store gives: a secret, when it was made, and how long it may be used unasked."""

from dataclasses import dataclass
from datetime import datetime

# How long a secret of a store in the network is used before the store is asked again: a renewed
# one is then in use within this time.
LIFETIME_SECONDS = 300.0


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """One secret. ``made_at`` is ``None`` where the store does not tell.

    ``lifetime_seconds``: zero for what is as quick to read as to remember.
    """

    value: str
    made_at: datetime | None = None
    lifetime_seconds: float = 0.0
