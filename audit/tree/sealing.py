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
# An id may be drawn a moment before its transaction has a number.
_NUMBERED_BY_THEN = timedelta(seconds=10)

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
        rows = list(without_leaf(turn.floor).values_list("id", "hash")[:limit])
        if rows:
            _plant(size(), rows)
        _raise_floor(turn)
        return len(rows)


def waiting() -> bool:
    """Whether rows wait for their leaves."""
    turn = SealerTurn.objects.first()
    return without_leaf(turn.floor if turn else 0).exists()


def check_point() -> SignedCheckpoint | None:
    """Sign the tree as it stands; None where it has not grown, or another is sealing."""
    with transaction.atomic():
        if _turn() is None or not (leaves := size()):
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


def without_leaf(above: int) -> QuerySet[AuditEvent]:
    """Return rows with ids above this that have no leaf, by id.

    One question, so one snapshot: a row is never seen without the one before it in its stream.
    """
    leaf = Leaf.objects.filter(event_id=OuterRef("id"))
    return AuditEvent.objects.filter(~Exists(leaf), id__gt=above).order_by("id")


def _raise_floor(turn: SealerTurn) -> None:
    """Let the floor follow, under whatever a transaction that is still open may have drawn.

    In three turns: what has been drawn; seconds later our own transaction's number, which is above
    that of whoever drew it; and, once no older one is open, the floor.
    """
    now = timezone.now()
    if turn.seen_xid:
        if _oldest_open() < turn.seen_xid:
            return
        # What was drawn by then and has no leaf now was rolled back.
        waits = without_leaf(turn.floor).values_list("id", flat=True).first()
        turn.floor = turn.seen if waits is None else min(turn.seen, waits - 1)
        turn.seen, turn.seen_xid, turn.seen_at = _drawn(), 0, now
    elif turn.seen_at is None:
        turn.seen, turn.seen_at = _drawn(), now
    elif now - turn.seen_at >= _NUMBERED_BY_THEN:
        turn.seen_xid = _own()
    else:
        return
    turn.save()


def _drawn() -> int:
    """Return the highest id drawn: by the sequence, as a row's own may have been chosen."""
    if connection.vendor != "postgresql":
        return AuditEvent.objects.aggregate(newest=Max("id"))["newest"] or 0
    # A sequence that nothing was drawn from names the first number that will be.
    return _number(
        "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END"
        " FROM audit_auditevent_id_seq"
    )


def _own() -> int:
    """Return this transaction's number; on SQLite, with one writer at a time, always 1."""
    if connection.vendor != "postgresql":
        return 1
    return _number("SELECT pg_current_xact_id()::text::bigint")


def _oldest_open() -> int:
    """Return the number of the oldest transaction that is open; on SQLite it is this one."""
    if connection.vendor != "postgresql":
        return 1
    return _number("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def _number(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])


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
