"""Who may go to the model next: so many places for all workers together, and one fair line.

A place is a draft that is being made with the model under a lease that holds; nothing else is
counted, so that a killed worker's place is free when its lease runs out. The line is fair between
clinicians: everybody's first draft comes before anybody's second, the ones being made counted.
What nobody waits for comes behind all of them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from recommendations.agent import providers
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
    holding = Draft.objects.filter(
        state=Draft.State.RUNNING, with_model=True, lease_until__gte=now
    ).values_list("launch__clinician_id", flat=True)
    taken = Counter(holding)
    line = _in_turn(_waiting(now), taken)
    return Standing(tuple(line), max(0, settings.MODEL_PLACES - taken.total()))


_Row = tuple[UUID, UUID, bool, str]  # draft, clinician, ahead, state


def _waiting(now: datetime) -> list[_Row]:
    dropped = Q(state=Draft.State.RUNNING, lease_until__lt=now)
    rows = Draft.objects.filter(
        dropped | Q(state=Draft.State.QUEUED), attempts__lt=settings.DRAFT_MAX_ATTEMPTS
    )
    columns = ("pk", "launch__clinician_id", "ahead", "state")
    return list(rows.order_by("created_at").values_list(*columns))


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


def _lock() -> None:
    # SQLite's transactions are IMMEDIATE and hold the whole file anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
