"""How far a follower has come, and what it has seen that it may be shown again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Seen(NamedTuple):
    """What is known of one resource: the prints of what was told, and its newest moment."""

    prints: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place among an EHR's changes.

    ``mark``: up to here all is told; by the EHR's clock where it tells moments of change, by ours
    otherwise. ``whole_at``: when all was last read, by our clock. ``seen`` is by ``Type/id``.
    ``withheld``: the last look was told that something was held back; ``behind`` is then where the
    mark stood before that began, for what was held back may be as old as that.
    """

    mark: datetime | None = None
    whole_at: datetime | None = None
    seen: dict[str, Seen] = field(default_factory=dict)
    withheld: bool = False
    behind: datetime | None = None

    def stored(self) -> dict[str, Any]:
        """Return it as JSON; :meth:`of` is the way back. It holds references: PHI."""
        return {
            "mark": _text(self.mark),
            "whole_at": _text(self.whole_at),
            "seen": {name: [list(each.prints), _text(each.at)] for name, each in self.seen.items()},
            "withheld": self.withheld,
            "behind": _text(self.behind),
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Bookmark":
        """Return what :meth:`stored` gave."""
        seen = {
            name: Seen(tuple(prints), moment(at)) for name, (prints, at) in stored["seen"].items()
        }
        return cls(
            moment(stored["mark"]),
            moment(stored["whole_at"]),
            seen,
            withheld=bool(stored.get("withheld")),
            behind=moment(stored.get("behind")),
        )


def moment(text: object) -> datetime | None:
    """Read an ISO instant with its zone; ``None`` where it is none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
