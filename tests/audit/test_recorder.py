"""The pen: what it writes, and when it refuses to."""

import json
from typing import ClassVar

import pytest
from django.db import connection, transaction

from audit import context
from audit.errors import LedgerUnavailable
from audit.events.base import Event, Outcome
from audit.hashing import commitment, payload_context
from audit.models import GENESIS, AuditEvent, StreamHead
from audit.recorder import record, record_all, stream_of
from encryption import SealBroken, open_sealed


class Whispered(Event):
    """An event of the tests' own."""

    type: ClassVar[str] = "test.whispered"
    wording: ClassVar[str] = "whispered"
    sealed: ClassVar[frozenset[str]] = frozenset({"words"})

    draft_id: str = ""
    count: int = 1
    words: str = "Potassium 5.9"


def bound(**changes):
    return context.bind(actor="https://ehr.test|Practitioner/1", launch_id="launch-a", **changes)


@pytest.mark.django_db
def test_a_row_carries_the_event_and_its_circumstances():
    with bound(actor_name="Amara Osei", patient_index="p" * 64, ehr="epic", address="10.0.0.7"):
        row = record(Whispered(draft_id="d-1", outcome=Outcome.REFUSED, code="not_now"))
    row.refresh_from_db()
    assert (row.type, row.outcome, row.code) == ("test.whispered", "refused", "not_now")
    assert (row.stream, row.sequence, row.previous_hash) == ("launch:launch-a", 1, GENESIS)
    assert (row.actor_name, row.ehr, row.address) == ("Amara Osei", "epic", "10.0.0.7")
    assert row.draft_id == "d-1"
    assert row.detail == {"draft_id": "d-1", "count": 1}


@pytest.mark.django_db
def test_sealed_fields_are_kept_encrypted_and_committed_to():
    row = record(Whispered())
    row.refresh_from_db()
    assert "Potassium" not in row.detail_json
    assert b"Potassium" not in bytes(row.payload)
    plaintext = open_sealed(row.payload, context=payload_context(row.stream, row.sequence))
    assert json.loads(plaintext)["fields"] == {"words": "Potassium 5.9"}
    assert row.commitment == commitment(plaintext)


@pytest.mark.django_db
def test_equal_sealed_fields_have_different_commitments():
    first, second = record_all([Whispered(), Whispered()])
    assert first.commitment != second.commitment


@pytest.mark.django_db
def test_a_payload_does_not_open_in_another_row():
    first, second = record_all([Whispered(), Whispered()])
    with pytest.raises(SealBroken):
        open_sealed(first.payload, context=payload_context(second.stream, second.sequence))


@pytest.mark.django_db
def test_each_row_names_its_predecessor_and_the_head_follows():
    rows = record_all([Whispered(count=n) for n in range(5)])
    rows.append(record(Whispered(count=5)))
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.previous_hash for row in rows] == [GENESIS, *[row.hash for row in rows[:-1]]]
    head = StreamHead.objects.get(stream="system")
    assert (head.sequence, head.hash) == (6, rows[-1].hash)


@pytest.mark.django_db
def test_launches_staff_and_the_system_have_chains_of_their_own():
    with bound():
        in_launch = record(Whispered())
        with context.bind(actor="staff|7"):
            by_staff = record(Whispered())
    by_system = record(Whispered())
    assert in_launch.stream == "launch:launch-a"
    assert (by_staff.stream, by_staff.launch_id) == ("staff:7", "launch-a")
    assert by_system.stream == "system"
    assert {in_launch.sequence, by_staff.sequence, by_system.sequence} == {1}


def test_a_stream_is_named_after_who_acts():
    assert stream_of(context.AuditContext()) == "system"
    assert stream_of(context.AuditContext(actor="anonymous")) == "system"


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(LedgerUnavailable):
        record(Whispered())
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_no_row():
    with transaction.atomic():
        record(Whispered())
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert not StreamHead.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("breakage", ["overlong", "no key", "no table"])
def test_an_act_whose_event_cannot_be_written_is_undone_even_when_the_error_is_swallowed(
    django_user_model, settings, breakage
):
    with transaction.atomic():
        django_user_model.objects.bulk_create([django_user_model(username="lena")])
        event = Whispered(code="x" * 61) if breakage == "overlong" else Whispered()
        if breakage == "no key":
            settings.ENCRYPTION_KEYS = {"k1": "not a key"}
        if breakage == "no table":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE audit_streamhead RENAME TO elsewhere")
        with pytest.raises(LedgerUnavailable):
            record(event)
    assert not django_user_model.objects.exists()
    assert StreamHead.objects.count() == 0


@pytest.mark.django_db
def test_a_detail_that_json_cannot_hold_is_refused():
    class Measured(Event):
        type: ClassVar[str] = "test.measured"
        wording: ClassVar[str] = "measured"

        value: float

    with transaction.atomic(), pytest.raises(LedgerUnavailable):
        record(Measured(value=float("inf")))


@pytest.mark.django_db
def test_a_name_of_any_length_is_kept_as_far_as_it_fits():
    with context.bind(actor_name="é" * 500):
        assert record(Whispered()).actor_name == "é" * 200
