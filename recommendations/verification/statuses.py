"""Statuses by the words people use for them; FHIR's own codes among them."""

from recommendations.verification.plain import words

_SAME: tuple[tuple[str, ...], ...] = (
    ("active", "current", "ongoing"),
    ("recurrence", "recurrent"),
    ("remission", "in remission"),
    ("completed", "complete", "done", "finished", "given", "administered", "ended"),
    ("stopped", "discontinued", "ended"),
    ("on hold", "held", "paused"),
    ("cancelled", "canceled"),
    ("noshow", "no show", "missed"),
    ("booked", "scheduled", "planned"),
    ("fulfilled", "kept", "attended"),
    ("in progress", "ongoing", "under way"),
    ("not done", "not given"),
    ("final", "completed"),
)


def same_status(said: str, recorded: str) -> bool:
    """Whether both name the same status."""
    ours, theirs = " ".join(words(said)), " ".join(words(recorded))
    return bool(theirs) and (
        ours == theirs or any(ours in group and theirs in group for group in _SAME)
    )
