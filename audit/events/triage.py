"""Triage: what was asked, what was suggested and by whom, what a clinician made of it.

``triage.asked``      a clinician asked for triage of a complaint; sealed ``complaint``.
``triage.suggested``  the urgency and destination as drafted and as rules left them.
``triage.decided``    the urgency and destination that a clinician signed.
"""

from typing import ClassVar

from audit.events.base import Event


class TriageAsked(Event):
    """A complaint was handed in."""

    type: ClassVar[str] = "triage.asked"
    wording: ClassVar[str] = "asked for triage of a complaint"
    sealed: ClassVar[frozenset[str]] = frozenset({"complaint", "source"})

    draft_id: str
    document: str
    origin: str  # "typed", "visit", "appointment", …
    characters: int
    complaint: str = ""
    source: str = ""  # "Encounter/12/_history/3"


class TriageSuggested(Event):
    """What was suggested. Categories are of the scale named in ``versions``.

    ``drafted`` is a model's category, ``forced`` the one that the strongest red flag asks for.
    """

    type: ClassVar[str] = "triage.suggested"
    wording: ClassVar[str] = "suggested an urgency and a destination"
    sealed: ClassVar[frozenset[str]] = frozenset(
        {
            "urgency",
            "drafted",
            "forced",
            "by",
            "flags",
            "destination",
            "drafted_destination",
            "said",
        }
    )

    draft_id: str
    document: str
    raised: bool  # by rule, above what a model said
    flags_found: int
    missing: tuple[str, ...]  # signs that are not known now
    stale: tuple[str, ...]  # signs that were measured too long ago to count
    routing: str = ""  # a code where code had to say something of the destination
    versions: dict[str, str]
    urgency: int = 0
    drafted: int = 0  # 0: no model
    forced: int = 0  # 0: no red flag
    by: tuple[str, ...] = ()  # rules that force it
    flags: tuple[str, ...] = ()  # "news2_high: NEWS2 is at least 7 …"
    destination: str = ""
    drafted_destination: str = ""
    said: str = ""  # "Raised by rule from category 4 …"


class TriageDecided(Event):
    """What was signed; with the reason where it is less urgent than a red flag asks for."""

    type: ClassVar[str] = "triage.decided"
    wording: ClassVar[str] = "decided an urgency and a destination"
    sealed: ClassVar[frozenset[str]] = frozenset({"urgency", "suggested", "destination"})

    draft_id: str
    document: str
    as_suggested: bool
    below_red_flag: bool
    reason: str = ""  # of the list
    urgency: int = 0
    suggested: int = 0
    destination: str = ""
