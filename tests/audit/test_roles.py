"""As the app's own role the product works, and the trail cannot be altered; as its owner it can be,
and the signed tree tells."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.checks import trail_is_guarded, trail_is_published
from audit.models import AuditEvent, Publication
from audit.roles import owns_the_trail
from audit.tree.checking import check
from audit.tree.sealing import check_point, seal, signer
from tests.audit.tree.test_sealing import acts

# Roles are the whole cluster's: one for each database that tests run in, or they wait for another.
ROLE = "countersign_app_" + "".join(filter(str.isalnum, str(os.environ.get("PYTEST_XDIST_WORKER"))))
postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Only PostgreSQL has roles; the second run is on it."
)
TABLES = ["audit_auditevent", "audit_leaf", "audit_tile", "audit_signedcheckpoint"]
HEAD = "audit_streamhead"
ATTACKS = [
    *[f"DELETE FROM {table}" for table in (*TABLES, HEAD, "audit_sealerturn")],
    *[f"TRUNCATE {table}" for table in (*TABLES, HEAD)],
    *[f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in (*TABLES, HEAD)],
    *[f"DROP TABLE {table}" for table in TABLES],
    "UPDATE audit_auditevent SET actor = 'x'",
    "UPDATE audit_leaf SET event_id = event_id + 1",
    "UPDATE audit_tile SET root = ''",
    "UPDATE audit_signedcheckpoint SET note = ''",
    "UPDATE audit_streamhead SET sequence = 0",
    "DROP TRIGGER audit_event_no_change ON audit_auditevent",
    "DROP FUNCTION audit_refuse() CASCADE",
    "ALTER FUNCTION audit_refuse() OWNER TO CURRENT_USER",
    "SET session_replication_role = replica",
    "CREATE RULE gone AS ON INSERT TO audit_auditevent DO INSTEAD NOTHING",
    "ALTER TABLE audit_auditevent RENAME TO other",
]


@pytest.fixture
def as_app(db):
    """A trail of three sealed rows, and the app's role from here on."""
    acts(3)
    seal()
    check_point()
    with connection.cursor() as cursor:
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object THEN END $$"
        )
        call_command("ledger_role", ROLE, "--apply")
        cursor.execute(f"SET ROLE {ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


@postgresql
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_apps_role_cannot_alter_the_trail(as_app, attack):
    with pytest.raises(DatabaseError), transaction.atomic():
        as_app.execute(attack)
    assert AuditEvent.objects.count() == 3


@postgresql
def test_the_apps_role_records_seals_and_signs(as_app):
    acts(2)
    acts(1, launch="another")
    assert seal() == 3
    assert check_point().size == 6
    assert check(signer().verifier).faults == []
    assert not owns_the_trail()
    assert trail_is_guarded(None, ["default"]) == []


@postgresql
def test_the_owner_can_and_is_found_by_what_was_signed(db):
    acts(3)
    seal()
    note = check_point().note
    assert owns_the_trail()
    assert [each.id for each in trail_is_guarded(None, ["default"])] == ["audit.W001"]
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute("DELETE FROM audit_signedcheckpoint")
        cursor.execute("UPDATE audit_auditevent SET hash = repeat('0', 64) WHERE sequence = 2")
    found = check(signer().verifier, [note]).faults
    assert [(each.kind, each.leaf, each.last) for each in found] == [("another", 0, 2)]


def told(code):
    return [each.msg for each in trail_is_guarded(None, ["default"]) if each.id == code]


@pytest.mark.django_db
def test_a_place_that_goes_without_for_a_day_is_warned_of(settings):
    settings.LEDGER_PLACES = ["file:///a", "file:///b", "file:///c"]
    acts(2)
    seal()
    made = check_point()
    Publication.objects.create(place="file:///a", size=made.size)
    Publication.objects.create(place="file:///b", size=1, failure="unreachable")
    assert told("audit.W003") == []
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert [each.split()[0] for each in told("audit.W003")] == ["file:///b", "file:///c"]
    assert trail_is_guarded(None, None) == []
    settings.LEDGER_PLACES = []
    assert [each.id for each in trail_is_published(None)] == ["audit.W002"]


@pytest.mark.django_db
def test_rows_that_nobody_signs_for_a_day_are_warned_of():
    acts(2)
    assert told("audit.W004") == []
    later = timezone.now() + timedelta(hours=25)
    with time_machine.travel(later, tick=False):
        assert len(told("audit.W004")) == 1
        seal()
        assert len(told("audit.W004")) == 1
        check_point()
        assert told("audit.W004") == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL has roles.")
def test_without_roles_the_command_says_so():
    with pytest.raises(CommandError, match="Only PostgreSQL"):
        call_command("ledger_role", ROLE)
    assert not owns_the_trail()


@postgresql
def test_the_names_given_are_quoted(db, capsys):
    call_command("ledger_role", 'a"; DROP TABLE audit_leaf; --')
    assert 'TO "a""; DROP TABLE audit_leaf; --"' in capsys.readouterr().out
