"""The sealer: gives committed rows their leaves, in the order of their ids, and signs the tree.

Any number of processes may try; who holds the one row of :class:`SealerTurn` is the sealer, and
whoever dies gives it back with the connection. Nobody who appends waits: a row whose transaction
is still open is not seen, and gets its leaf when it is.
"""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from audit.models import AuditEvent, Leaf, SealerTurn, SignedCheckpoint, Tile
from audit.tree import merkle
from audit.tree.notes import Checkpoint, Signer
from audit.tree.stored import WIDTH, StoredNodes, edge

BATCH = 5000
# No act stays open for so long: what may still come in has an id above that which was seen then.
_OPEN_AT_MOST = timedelta(minutes=5)
LOOK_BACK_EVERY = timedelta(seconds=10)

Row = tuple[int, str]


@cache
def signer() -> Signer:
    """Return the key that signs checkpoints (``LEDGER_NAME``, ``LEDGER_KEY``)."""
    return Signer(settings.LEDGER_NAME, settings.LEDGER_KEY)


def size() -> int:
    """Return how many leaves the tree has."""
    newest = Leaf.objects.aggregate(newest=Max("index"))["newest"]
    return 0 if newest is None else newest + 1


def seal(limit: int = BATCH) -> int | None:
    """Give up to ``limit`` rows their leaves; return how many, None where another is sealing."""
    with transaction.atomic():
        turn = _turn()
        if turn is None:
            return None
        rows = _late(turn, limit) or _new(limit)
        if rows:
            _plant(size(), rows)
        return len(rows)


def check_point() -> SignedCheckpoint | None:
    """Sign the tree as it stands; None where it has not grown, or another is sealing."""
    with transaction.atomic():
        leaves = size()
        if not leaves or _turn() is None:
            return None
        if SignedCheckpoint.objects.filter(size=leaves).exists():
            return None
        head = Checkpoint(settings.LEDGER_NAME, leaves, merkle.root(StoredNodes(), leaves))
        note = signer().sign(head.text())
        return SignedCheckpoint.objects.create(size=leaves, note=note, at=timezone.now())


def _turn() -> SealerTurn | None:
    # SQLite has no row locks; its transactions are IMMEDIATE and so hold the whole file.
    SealerTurn.objects.bulk_create([SealerTurn(pk=1)], ignore_conflicts=True)
    return (
        SealerTurn.objects.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        .filter(pk=1)
        .first()
    )


def _new(limit: int) -> list[Row]:
    """Return rows above every one that has a leaf."""
    highest = Leaf.objects.aggregate(highest=Max("event_id"))["highest"] or 0
    rows = AuditEvent.objects.filter(id__gt=highest).order_by("id")
    return list(rows.values_list("id", "hash")[:limit])


def _late(turn: SealerTurn, limit: int) -> list[Row]:
    """Return rows that were committed after one with a higher id had its leaf."""
    now = timezone.now()
    if turn.looked_back_at and now - turn.looked_back_at < LOOK_BACK_EVERY:
        return []
    highest = Leaf.objects.aggregate(highest=Max("event_id"))["highest"] or 0
    rows = list(without_leaf(turn.floor, highest).values_list("id", "hash")[:limit])
    if not rows:
        turn.looked_back_at = now
        _raise_floor(turn, highest)
        turn.save()
    return rows


def without_leaf(above: int, up_to: int) -> QuerySet[AuditEvent]:
    """Return rows with ids in this range, the lower end not in it, that have no leaf, by id."""
    leaf = Leaf.objects.filter(event_id=OuterRef("id"))
    within = AuditEvent.objects.filter(id__gt=above, id__lte=up_to)
    return within.filter(~Exists(leaf)).order_by("id")


def _raise_floor(turn: SealerTurn, highest: int) -> None:
    now = timezone.now()
    if turn.seen_at is None or now - turn.seen_at > _OPEN_AT_MOST:
        turn.floor = turn.seen
        turn.seen, turn.seen_at = highest, now


def _plant(first: int, rows: list[Row]) -> None:
    Leaf.objects.bulk_create(
        [Leaf(index=first + number, event_id=event_id) for number, (event_id, _) in enumerate(rows)]
    )
    hashes = [merkle.leaf_hash(bytes.fromhex(row_hash)) for _, row_hash in rows]
    level = 0
    while hashes:
        first, hashes = _lay(level, first, hashes)
        level += 1


def _lay(level: int, first: int, hashes: list[bytes]) -> tuple[int, list[bytes]]:
    """Store the tiles that ``hashes``, from place ``first`` of their level on, make whole.

    Return where the nodes above the new tiles begin, and their hashes.
    """
    begin = first // WIDTH
    if (first + len(hashes)) // WIDTH == begin:
        return 0, []
    if first % WIDTH:
        hashes = edge(level, begin)[: first % WIDTH] + hashes
    whole = [hashes[at : at + WIDTH] for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
    roots = [_fold(tile) for tile in whole]
    Tile.objects.bulk_create(
        [
            Tile(level=level, index=begin + number, hashes=b"".join(tile), root=roots[number])
            for number, tile in enumerate(whole)
        ]
    )
    return begin, roots


def _fold(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = merkle.above(hashes)
    return hashes[0]
