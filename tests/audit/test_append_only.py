"""The database itself refuses whatever would alter the trail: as the app, by ORM and by SQL."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import append_only
from audit.events.staff import SignedIn
from audit.management.commands.auditlogflush import Command as AuditlogFlush
from audit.management.commands.flush import Command as Flush
from audit.models import AuditEvent, StreamHead
from audit.recorder import record, record_all

ATTACKS = {
    "ORM save": lambda: AuditEvent.objects.first().save(),
    "ORM update": lambda: AuditEvent.objects.update(code="x"),
    "ORM delete": lambda: AuditEvent.objects.all().delete(),
    "bulk update": lambda: AuditEvent.objects.bulk_update(AuditEvent.objects.all(), ["code"]),
    "SQL update": "UPDATE audit_auditevent SET actor = 'staff|1'",
    "SQL delete": "DELETE FROM audit_auditevent WHERE sequence = 2",
    "SQL delete of all": "DELETE FROM audit_auditevent",
    "payload erased": "UPDATE audit_auditevent SET payload = NULL",
    "head back": "UPDATE audit_streamhead SET sequence = 1",
    "head ahead": "UPDATE audit_streamhead SET sequence = sequence + 1",
    "head's hash": "UPDATE audit_streamhead SET hash = 'x'",
    "head renamed": "UPDATE audit_streamhead SET stream = 'other'",
    "head deleted": "DELETE FROM audit_streamhead",
    "head made ahead": "INSERT INTO audit_streamhead (stream, sequence, hash) VALUES ('a', 4, 'x')",
    "ORM head": lambda: StreamHead.objects.all().delete(),
}
SQLITE = {
    "replace": "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent LIMIT 1",
    "update or replace": "UPDATE OR REPLACE audit_auditevent SET sequence = 1",
    "head replaced": "INSERT OR REPLACE INTO audit_streamhead VALUES ('system', 0, '{}')".format(
        "0" * 64
    ),
}
POSTGRESQL = {
    "truncate": "TRUNCATE audit_auditevent",
    "truncate cascade": "TRUNCATE audit_auditevent, audit_streamhead CASCADE",
    "as replica": "SET LOCAL session_replication_role = replica; DELETE FROM audit_auditevent",
    "upsert": """INSERT INTO audit_streamhead (stream, sequence, hash) VALUES ('system', 0, '{}')
        ON CONFLICT (stream) DO UPDATE SET sequence = 0, hash = EXCLUDED.hash""".format("0" * 64),
}
ATTACKS |= SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def carry_out(attack):
    if callable(attack):
        return attack()
    with connection.cursor() as cursor:
        return cursor.execute(attack)


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_the_database_refuses(attack):
    record_all([SignedIn() for _ in range(3)])
    before = list(AuditEvent.objects.order_by("id").values())
    heads = list(StreamHead.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic():
        carry_out(attack)
    assert list(AuditEvent.objects.order_by("id").values()) == before
    assert list(StreamHead.objects.values()) == heads


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 2},
        {"sequence": 4},
        {"sequence": 5},
        {"previous_hash": "0" * 64},
        {"stream": "launch:none"},
        {"stream": "launch:none", "sequence": 1},
    ],
    ids=str,
)
def test_a_row_that_does_not_follow_its_head_is_refused(changes):
    record_all([SignedIn() for _ in range(3)])
    row = AuditEvent.objects.order_by("-id").first()
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_rows_can_still_be_added_after_a_refusal():
    record(SignedIn())
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.update(code="x")
    assert record(SignedIn()).sequence == 2


@pytest.mark.django_db
@pytest.mark.parametrize("command", [Flush(), AuditlogFlush()], ids=["flush", "auditlogflush"])
def test_the_commands_that_would_empty_it_are_refused(command):
    with pytest.raises(CommandError):
        call_command(command, "--yes" if isinstance(command, AuditlogFlush) else "--no-input")


@pytest.mark.django_db
def test_missing_triggers_are_noticed():
    assert append_only.missing(connection) == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_event_no_update")
        else:
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_event_no_change")
    assert len(append_only.missing(connection)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_an_empty_trail_behind_it():
    assert not AuditEvent.objects.exists()
    with transaction.atomic():
        record(SignedIn())
    assert append_only.missing(connection) == []
