"""Who may go to the model next: so many places for all workers together, and one fair line.

A place is a draft that is being made with the model under a lease that holds; nothing else is
counted, so that a killed worker's place is free when its lease runs out. The line is fair between
clinicians: everybody's first draft comes before anybody's second, the ones being made counted.
What nobody waits for comes behind all of them.

Where all that wait may go, it matters to nobody who goes first, and many workers are told at once
(:func:`turn_beside_others`). Two hundred drafts would otherwise begin one after the other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from recommendations.agent import providers
from recommendations.budgets.limits import any_daily
from recommendations.budgets.spending import day_is_spent
from recommendations.drafts import circumstances
from recommendations.models import Draft

# Any number, and the same in every process: PostgreSQL's locks of this kind are named by numbers.
_LOCK = 7_316_049
QUEUE_TOO_LONG = "queue_too_long"


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is. ``without_model`` is why the model is not to be asked; empty: it is."""

    draft_id: UUID
    with_model: bool
    without_model: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The line as it is: ids in their order, and how many of them may go now."""

    line: tuple[UUID, ...]
    free: int

    def before(self, draft_id: UUID) -> int | None:
        """How many go before this one; ``None`` where it is not waiting for a place."""
        if draft_id not in self.line[self.free :]:
            return None
        return self.line.index(draft_id)


class Crowded(Exception):
    """Whose turn it is must be asked alone, in a new transaction: :func:`turn`."""


def turn_beside_others(draft_id: UUID) -> Turn:
    """Say that a draft may be made by the worker that was woken for it, where all that wait may.

    Raises :class:`Crowded` where places are too few, a day's budget has to be counted, or the
    draft does not wait. Call in a transaction: until its end nobody is told anything alone.
    """
    if not providers.configured():
        return Turn(draft_id, with_model=False)
    _lock(shared=True)
    now = timezone.now()
    if _waited_too_long(draft_id, now):
        return Turn(draft_id, with_model=False, without_model=QUEUE_TOO_LONG)
    if any_daily() or not _all_may_go(draft_id, now):
        raise Crowded
    return Turn(draft_id, with_model=True)


def _all_may_go(draft_id: UUID, now: datetime) -> bool:
    # In one question: whoever begins meanwhile is either still waiting in it or holds a place.
    waits = _waits(now)
    found = Draft.objects.filter(state__in=(Draft.State.QUEUED, Draft.State.RUNNING)).aggregate(
        mine=Count("pk", filter=waits & Q(pk=draft_id)),
        waiting=Count("pk", filter=waits),
        holding=Count("pk", filter=_holds(now)),
    )
    room = found["waiting"] + found["holding"] <= settings.MODEL_PLACES
    return bool(found["mine"] and room)


def turn(draft_id: UUID) -> Turn | None:
    """Say which draft is to be made by a worker that was woken for ``draft_id``; none: none now.

    Call in a transaction: until its end no other worker is told anything. Where others go first,
    the worker makes the first of the line: there are as many wake-ups as drafts.
    """
    if not providers.configured():
        return Turn(draft_id, with_model=False)
    _lock()
    now = timezone.now()
    if _waited_too_long(draft_id, now):
        return Turn(draft_id, with_model=False, without_model=QUEUE_TOO_LONG)
    standing = stand(now)
    if not standing.free:
        # Who will not go to the model need not wait for it.
        code = _spent(draft_id) if draft_id in standing.line else ""
        return Turn(draft_id, with_model=False, without_model=code) if code else None
    mine = draft_id in standing.line[: standing.free]
    first = draft_id if mine else next(iter(standing.line), None)
    if first is None:
        return None
    code = _spent(first)
    return Turn(first, with_model=not code, without_model=code)


def stand(now: datetime | None = None) -> Standing:
    """Look at the line."""
    now = now or timezone.now()
    holding = Draft.objects.filter(_holds(now)).values_list("launch__clinician_id", flat=True)
    taken = Counter(holding)
    line = _in_turn(_waiting(now), taken)
    return Standing(tuple(line), max(0, settings.MODEL_PLACES - taken.total()))


_Row = tuple[UUID, UUID, bool, str]  # draft, clinician, ahead, state


def _waiting(now: datetime) -> list[_Row]:
    rows = Draft.objects.filter(_waits(now)).order_by("created_at")
    return list(rows.values_list("pk", "launch__clinician_id", "ahead", "state"))


def _waits(now: datetime) -> Q:
    dropped = Q(state=Draft.State.RUNNING, lease_until__lt=now)
    waiting = dropped | Q(state=Draft.State.QUEUED)
    return waiting & Q(attempts__lt=settings.DRAFT_MAX_ATTEMPTS)


def _holds(now: datetime) -> Q:
    return Q(state=Draft.State.RUNNING, with_model=True, lease_until__gte=now)


def _in_turn(rows: Iterable[_Row], taken: Counter[UUID]) -> list[UUID]:
    own = Counter(taken)
    placed = []
    for number, (pk, clinician, ahead, state) in enumerate(rows):
        # What a lost worker dropped has had its turn, and somebody has seen it begin.
        place = 0 if state == Draft.State.RUNNING else 1 + own[clinician]
        placed.append((ahead, place, number, pk))
        own[clinician] += 1
    return [pk for *_, pk in sorted(placed, key=lambda each: each[:3])]


def _waited_too_long(draft_id: UUID, now: datetime) -> bool:
    since = now - timedelta(seconds=settings.MODEL_QUEUE_SECONDS)
    return Draft.objects.filter(
        pk=draft_id, state=Draft.State.QUEUED, ahead=False, created_at__lt=since
    ).exists()


def _spent(draft_id: UUID) -> str:
    draft = Draft.objects.select_related("launch__ehr", "launch__clinician").get(pk=draft_id)
    with circumstances.of(draft.launch):
        return day_is_spent(draft)


def _lock(*, shared: bool = False) -> None:
    # SQLite's transactions are IMMEDIATE and hold the whole file anyway.
    if connection.vendor == "postgresql":
        how = "_shared" if shared else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{how}(%s)", [_LOCK])
