"""The proof: every row recomputed, every chain followed from its first row to its head.

A changed row no longer hashes to what it says; a removed, inserted or moved one breaks the chain;
rows cut off at the end are missed by the head. Someone who can rewrite both rows and heads, hashes
and all, is found only against a copy of a head kept elsewhere: see ``heads`` of the report.
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db import connection

from audit import append_only
from audit.hashing import HASHED, commitment, payload_context, row_hash
from audit.models import GENESIS, AuditEvent, StreamHead
from encryption import SealBroken, open_sealed

_COLUMNS = (*HASHED, "hash", "payload", "id")
_STREAM, _SEQUENCE, _TYPE = (HASHED.index(name) for name in ("stream", "sequence", "type"))
_PREVIOUS, _COMMITMENT = (HASHED.index(name) for name in ("previous_hash", "commitment"))
_WIDTH = len(HASHED)
_HASH, _PAYLOAD, _ID = _WIDTH, _WIDTH + 1, _WIDTH + 2
_CHUNK = 5000

Row = tuple[Any, ...]
Head = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing in a stream that does not hold, in words for a reviewer."""

    stream: str
    sequence: int
    kind: str  # changed, missing, inserted, truncated, payload, head
    words: str
    event_id: int | None = None


@dataclass(slots=True)
class Report:
    """What a verification found. ``digest`` is one hash over all heads, to keep elsewhere."""

    rows: int = 0
    payloads: int = 0
    streams: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    missing_triggers: list[str] = field(default_factory=list)
    digest: str = ""
    checked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def whole(self) -> bool:
        """Whether every row and head holds. (A trigger that is gone has altered nothing yet.)"""
        return not self.faults


def verify(streams: list[str] | None = None, *, payloads: bool = True) -> Report:
    """Verify the whole trail, or only ``streams``; with ``payloads``, open those as well.

    Acts may go on being recorded meanwhile: rows newer than the heads seen first are followed
    to the heads seen last.
    """
    begun = time.perf_counter()
    report = Report(missing_triggers=append_only.missing(connection))
    heads = _heads(streams)
    report.digest = _digest(heads)
    for stream, rows in groupby(_rows(streams), key=lambda row: row[_STREAM]):
        fault = _first_fault(stream, rows, heads.pop(stream, None), report, payloads=payloads)
        if fault is not None:
            report.faults.append(fault)
        report.streams += 1
    report.faults += [_cut(stream, 0, head[0]) for stream, head in heads.items() if head[0]]
    report.seconds = time.perf_counter() - begun
    return report


def row_fault(event: AuditEvent, before: AuditEvent | None) -> Fault | None:
    """Verify one row by itself and against the row ``before`` it; the rest is not looked at."""
    row = tuple(getattr(event, name) for name in _COLUMNS)
    sequence, previous = (before.sequence, before.hash) if before else (0, GENESIS)
    fault = _link_fault(row, sequence, previous) or _content_fault(row)
    if fault is None and (event.commitment or event.payload is not None):
        fault = _payload_fault(row)
    return fault


def _heads(streams: list[str] | None) -> dict[str, Head]:
    heads = StreamHead.objects.all()
    if streams is not None:
        heads = heads.filter(stream__in=streams)
    return {head.stream: (head.sequence, head.hash) for head in heads}


def _digest(heads: dict[str, Head]) -> str:
    lines = (f"{stream}|{number}|{value}\n" for stream, (number, value) in sorted(heads.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _rows(streams: list[str] | None) -> Iterable[Row]:
    events = AuditEvent.objects.order_by("stream", "sequence")
    if streams is not None:
        events = events.filter(stream__in=streams)
    return events.values_list(*_COLUMNS).iterator(_CHUNK)


def _first_fault(
    stream: str, rows: Iterable[Row], head: Head | None, report: Report, *, payloads: bool
) -> Fault | None:
    sequence, previous = 0, GENESIS
    for row in rows:
        fault = _link_fault(row, sequence, previous) or _content_fault(row)
        if fault is None and payloads and (row[_COMMITMENT] or row[_PAYLOAD] is not None):
            report.payloads += 1
            fault = _payload_fault(row)
        if fault is not None:
            return fault
        report.rows += 1
        sequence, previous = row[_SEQUENCE], row[_HASH]
        if head is not None and sequence == head[0] and previous != head[1]:
            return _head_fault(stream, sequence, "does not have the hash its head keeps")
    return _end_fault(stream, sequence, head)


def _link_fault(row: Row, sequence: int, previous: str) -> Fault | None:
    if row[_SEQUENCE] > sequence + 1:
        gone = f"{sequence + 1}" if row[_SEQUENCE] == sequence + 2 else f"from {sequence + 1}"
        return _fault(row, "missing", f"the row before it is gone (row {gone})", sequence + 1)
    if row[_SEQUENCE] <= sequence:
        return _fault(row, "inserted", "there is another row in its place")
    if row[_PREVIOUS] != previous:
        return _fault(row, "inserted", "does not follow the row before it")
    return None


def _content_fault(row: Row) -> Fault | None:
    if row_hash(list(row[:_WIDTH])) == row[_HASH]:
        return None
    return _fault(row, "changed", "is not what was recorded: its hash differs")


def _payload_fault(row: Row) -> Fault | None:
    if row[_PAYLOAD] is None or not row[_COMMITMENT]:
        return _fault(row, "payload", "has lost its sealed part, or was given one")
    try:
        plaintext = open_sealed(
            row[_PAYLOAD], context=payload_context(row[_STREAM], row[_SEQUENCE])
        )
    except SealBroken:
        return _fault(row, "payload", "has a sealed part that does not open: altered, or no key")
    if commitment(plaintext) != row[_COMMITMENT]:
        return _fault(row, "payload", "has another sealed part than was recorded")
    return None


def _end_fault(stream: str, sequence: int, head: Head | None) -> Fault | None:
    if head is not None and sequence < head[0]:
        return _cut(stream, sequence, head[0])
    if head is not None and sequence == head[0]:
        return None
    # Rows came in after the heads were read; the head must have come along with them.
    now = _heads([stream]).get(stream)
    if now is None:
        return _head_fault(stream, sequence, "has no head")
    if now[0] < sequence:
        return _head_fault(stream, now[0] + 1, "stands beyond the head of its stream")
    return None


def _fault(row: Row, kind: str, words: str, sequence: int | None = None) -> Fault:
    place = row[_SEQUENCE] if sequence is None else sequence
    return Fault(row[_STREAM], place, kind, f"{row[_TYPE]} {words}", row[_ID])


def _cut(stream: str, sequence: int, head: int) -> Fault:
    return Fault(stream, sequence + 1, "truncated", f"rows {sequence + 1} to {head} are gone")


def _head_fault(stream: str, sequence: int, words: str) -> Fault:
    return Fault(stream, sequence, "head", f"the row {words}")
