"""A bucket's arithmetic: places taken by time, a clinician's mark, the EHR's hold.

A bucket refills at ``per_second`` and holds ``burst`` places. A place is taken now or not at all;
who finds none is told how long to sleep. Where buckets stand is ``.pacing``'s to say.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Whoever waits asks again in time; a mark left by one who went away must not keep the night.
MARK_SECONDS = 0.1
# Longer than any EHR asks for: a hold in a store whose clock was set back must end some day.
_LONGEST_HOLD_SECONDS = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """One bucket. ``leaves`` is the share of the burst, 0 to 1, that this asker does not touch."""

    key: str
    per_second: float
    burst: float
    leaves: float = 0.0


class Place(NamedTuple):
    """Whether a place was taken; if not, in how many seconds one may be free."""

    taken: bool
    wait: float = 0.0


class State(NamedTuple):
    """One bucket's state: when it would be full again, until when a clinician waits for it, and
    until when the EHR wants to hear nothing.
    """

    full_at: float = 0.0
    awaited_until: float = 0.0
    held_until: float = -math.inf


def step(
    states: Sequence[State], paces: Sequence[Pace], now: float, *, first: bool
) -> tuple[Place, list[State]]:
    """Return the place and the buckets after it. ``scripts.TAKE`` says the same."""
    found: list[State] = []
    waits: list[float] = []
    for state, pace in zip(states, paces, strict=True):
        # A bucket is never emptier than empty: a clock that was set back is no reason to wait.
        full_at = min(state.full_at, now + pace.burst / pace.per_second)
        usable = max(1.0, pace.burst * (1.0 - pace.leaves))
        wait = full_at - (usable - 1.0) / pace.per_second - now
        held_until = min(state.held_until, now + _LONGEST_HOLD_SECONDS)
        wait = max(wait, held_until - now)
        marked = min(state.awaited_until, now + 1.0 / pace.per_second + MARK_SECONDS)
        waits.append(max(0.0, wait if first else max(wait, marked - now)))
        # Kept no longer either: by a clock that began anew the night would wait for it for days.
        longest = max(now, held_until) + 1.0 / pace.per_second + MARK_SECONDS
        found.append(State(full_at, min(state.awaited_until, longest), held_until))
    if (wait := max(waits)) > 0:
        if first:
            found = [
                s._replace(awaited_until=now + w + MARK_SECONDS) if w > 0 else s
                for s, w in zip(found, waits, strict=True)
            ]
        return Place(taken=False, wait=wait), found
    taken = [
        s._replace(full_at=max(s.full_at, now) + 1.0 / p.per_second)
        for s, p in zip(found, paces, strict=True)
    ]
    return Place(taken=True), taken


def held(state: State, now: float, seconds: float) -> State:
    """Return the bucket that gives no place for so long, or for as long as it did already."""
    return state._replace(held_until=max(state.held_until, now + seconds))
