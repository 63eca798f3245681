"""The one pen: every event enters the trail here."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from audit.context import AuditContext, current
from audit.errors import LedgerUnavailable
from audit.events.base import Event
from audit.hashing import HASHED, commitment, payload_context, row_hash
from audit.models import AuditEvent, StreamHead
from encryption import seal

_OWN_COLUMNS = frozenset({"outcome", "code"})
_LIMITS = {
    field.attname: field.max_length
    for field in AuditEvent._meta.get_fields()  # noqa: SLF001 - Django's public API
    if isinstance(field, models.CharField)
}


def record(event: Event) -> AuditEvent:
    """Append ``event`` in the current transaction, under :func:`audit.context.current`.

    Raises :class:`LedgerUnavailable` when it cannot be written or there is no transaction. The
    transaction then cannot be committed any more, even if the error is swallowed.
    """
    return record_all([event])[0]


def record_all(events: Sequence[Event]) -> list[AuditEvent]:
    """Append several events in order, in one go; otherwise as :func:`record`."""
    if not connection.in_atomic_block:
        raise LedgerUnavailable("An event must be recorded in the transaction of its act.")
    if not events:
        return []
    try:
        return _append(events, current())
    except Exception as error:
        transaction.set_rollback(True)
        raise LedgerUnavailable("The trail could not be written.") from error


def stream_of(circumstances: AuditContext) -> str:
    """Return the chain an act belongs to. Launches have their own: none waits for another."""
    if circumstances.actor.startswith("staff|"):
        return f"staff:{circumstances.actor.removeprefix('staff|')}"
    return f"launch:{circumstances.launch_id}" if circumstances.launch_id else "system"


def _append(events: Sequence[Event], circumstances: AuditContext) -> list[AuditEvent]:
    head = _locked_head(stream_of(circumstances))
    rows = []
    for event in events:
        head.sequence += 1
        row = _row(event, circumstances, head)
        head.hash = row.hash
        rows.append(row)
    # The database moves the head itself, one row at a time, and refuses a row that does not fit.
    return AuditEvent.objects.bulk_create(rows)


def _locked_head(stream: str) -> StreamHead:
    # SQLite has no row locks; its transactions are IMMEDIATE and so hold the whole file.
    heads = StreamHead.objects.select_for_update().filter(stream=stream)
    head = heads.first()
    if head is None:
        StreamHead.objects.bulk_create([StreamHead(stream=stream)], ignore_conflicts=True)
        head = heads.get()
    return head


def _row(event: Event, circumstances: AuditContext, head: StreamHead) -> AuditEvent:
    fields = event.model_dump(mode="json", exclude={*_OWN_COLUMNS, *event.sealed})
    row = AuditEvent(
        stream=head.stream,
        sequence=head.sequence,
        type=event.type,
        outcome=event.outcome.value,
        code=event.code,
        at=timezone.now(),
        actor=circumstances.actor,
        actor_name=circumstances.actor_name[: _LIMITS["actor_name"]],
        launch_id=circumstances.launch_id,
        draft_id=str(fields.get("draft_id") or ""),
        patient_index=circumstances.patient_index,
        ehr=circumstances.ehr,
        address=circumstances.address,
        request_id=circumstances.request_id,
        detail_json=_canonical(fields),
        previous_hash=head.hash,
    )
    _seal_payload(row, event)
    _refuse_overlong(row)
    row.hash = row_hash([getattr(row, name) for name in HASHED])
    return row


def _refuse_overlong(row: AuditEvent) -> None:
    # SQLite keeps what does not fit, PostgreSQL refuses it: be as strict on both.
    for name, limit in _LIMITS.items():
        if limit is not None and len(getattr(row, name)) > limit:
            raise ValueError(f"The event's {name} is longer than {limit} characters.")


def _seal_payload(row: AuditEvent, event: Event) -> None:
    if not event.sealed:
        return
    fields = event.model_dump(mode="json", include=set(event.sealed))
    # The salt keeps a short or guessable value from being found by trying hashes.
    plaintext = _canonical({"fields": fields, "salt": secrets.token_hex(32)}).encode()
    row.commitment = commitment(plaintext)
    row.payload = seal(plaintext, context=payload_context(row.stream, row.sequence))


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
