"""The trail as lines that are verified without us: ``audit/verifier/verify_trail.py``.

Sealed parts stay here: a line has what its row's hash is made of, which is their salted commitment.
What a row says in the clear (who, when, from where) is in it, so an export goes to reviewers only.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from audit.hashing import FORMAT, HASHED
from audit.models import AuditEvent, Leaf, SignedCheckpoint
from audit.tree.sealing import signer

_CHUNK = 2000


def lines(checkpoint: SignedCheckpoint) -> Iterator[str]:
    """Yield the lines of an export of all rows that ``checkpoint`` is signed over.

    The first is ``{"format", "origin", "key", "size", "checkpoint", "columns"}``, each further one
    ``{"leaf", "hash", "row"}``, ``row`` with the values of ``columns``. A row that is gone is left
    out; the verifier names it.
    """
    yield _line(
        {
            "format": f"countersign-trail/{FORMAT}",
            "origin": settings.LEDGER_NAME,
            "key": str(signer().verifier),
            "size": checkpoint.size,
            "checkpoint": checkpoint.note,
            "columns": HASHED,
        }
    )
    for begin in range(0, checkpoint.size, _CHUNK):
        end = min(begin + _CHUNK, checkpoint.size)
        yield from _rows(begin, end)


def _rows(begin: int, end: int) -> Iterator[str]:
    leaves = Leaf.objects.filter(index__gte=begin, index__lt=end).order_by("index")
    places = dict(leaves.values_list("event_id", "index"))
    rows = AuditEvent.objects.filter(id__in=list(places)).values_list("id", "hash", *HASHED)
    for event_id, hash_, *values in sorted(rows, key=lambda row: places[row[0]]):
        yield _line({"leaf": places[event_id], "hash": hash_, "row": [_text(v) for v in values]})


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True) + "\n"
