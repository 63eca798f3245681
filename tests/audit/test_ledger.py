"""Whoever owns the database can get past its triggers; what they change is found all the same."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import append_only, context, ledger
from audit.events.review import EventOpened
from audit.events.staff import SignedIn, SignInRefused
from audit.hashing import HASHED, row_hash
from audit.ledger import verify
from audit.models import AuditEvent, StreamHead
from audit.recorder import record, record_all

ROWS = 7
STREAMS = ("system", "staff:1", "launch:abc")


def written():
    """Three streams of seven rows, sealed and not."""
    for number in range(ROWS):
        event = SignInRefused(name_given=f"someone {number}") if number % 2 else SignedIn()
        record(event)
        with context.bind(actor="staff|1", actor_name="Lena"):
            record(EventOpened(event_id=number, event_type="x"))
        with context.bind(actor="ehr|Practitioner/1", launch_id="abc", patient_index="f" * 64):
            record(event)


@pytest.fixture
def as_owner(db):
    """A trail whose guards its owner has taken away."""
    written()
    append_only.remove(connection)


def faults(**options):
    return [(fault.stream, fault.sequence, fault.kind) for fault in verify(**options).faults]


@pytest.mark.django_db
def test_what_was_recorded_is_whole():
    written()
    report = verify()
    assert report.whole
    assert (report.rows, report.streams, report.payloads) == (21, 3, 6)
    assert report.missing_triggers == []


@pytest.mark.django_db
def test_an_empty_trail_is_whole():
    assert verify().whole


def test_taking_the_guards_away_is_told(as_owner):
    report = verify()
    assert report.whole
    assert "audit_event_follows_head" in report.missing_triggers


ALTERED = {
    "type": "staff.signed_out",
    "outcome": "failed",
    "code": "x",
    "actor": "staff|2",
    "actor_name": "Someone Else",
    "launch_id": "other",
    "draft_id": "other",
    "patient_index": "e" * 64,
    "ehr": "oracle",
    "address": "192.0.2.1",
    "request_id": "r",
    "detail_json": '{"event_id":9}',
    "commitment": "c" * 64,
    "hash": "d" * 64,
    "previous_hash": "b" * 64,
}


@pytest.mark.parametrize("column", ALTERED)
def test_a_changed_value_is_found_and_named(as_owner, column):
    AuditEvent.objects.filter(stream="staff:1", sequence=3).update(**{column: ALTERED[column]})
    assert [fault[:2] for fault in faults()] == [("staff:1", 3)]


def test_every_hashed_column_is_among_those_tampered_with():
    assert set(HASHED) == {*ALTERED, "stream", "sequence", "at"} - {"hash"}


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_tampering_is_found_and_its_first_row_named(as_owner, data):
    stream = data.draw(st.sampled_from(STREAMS))
    place = data.draw(st.integers(1, ROWS))
    deed = data.draw(st.sampled_from(sorted(DEEDS)))
    with transaction.atomic():
        named = DEEDS[deed](stream, place, data)
        found = faults()
        transaction.set_rollback(True)
    assert named in [fault[:2] for fault in found]
    assert all(fault[0] == stream for fault in found)


def rows(stream, place):
    return AuditEvent.objects.filter(stream=stream, sequence=place)


def change_time(stream, place, data):
    row = rows(stream, place).get()
    rows(stream, place).update(at=row.at.replace(microsecond=(row.at.microsecond + 1) % 1_000_000))
    return stream, place


def change_text(stream, place, data):
    column = data.draw(st.sampled_from(["actor", "actor_name", "code", "detail_json", "ehr"]))
    text = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
    if getattr(rows(stream, place).get(), column) == text:
        text += "x"
    rows(stream, place).update(**{column: text})
    return stream, place


def change_and_rehash(stream, place, data):
    """Cover the change with a right hash: the next row, or the head, gives it away."""
    row = rows(stream, place).get()
    row.actor_name = "Someone Else"
    row.hash = row_hash([getattr(row, name) for name in HASHED])
    row.save()
    return (stream, place) if place == ROWS else (stream, place + 1)


def remove_one(stream, place, data):
    rows(stream, place).delete()
    return stream, place


def truncate(stream, place, data):
    AuditEvent.objects.filter(stream=stream, sequence__gte=place).delete()
    return stream, place


def swap(stream, place, data):
    other = place % ROWS + 1
    first, second = rows(stream, place).get(), rows(stream, other).get()
    rows(stream, place).update(sequence=99)
    rows(stream, other).update(sequence=place)
    AuditEvent.objects.filter(pk=first.pk).update(sequence=other)
    assert second.pk != first.pk
    return stream, min(place, other)


def insert(stream, place, data):
    """Put a forged row in, and move up those behind it."""
    forged = rows(stream, place).get()
    for row in AuditEvent.objects.filter(stream=stream, sequence__gte=place).order_by("-sequence"):
        AuditEvent.objects.filter(pk=row.pk).update(sequence=row.sequence + 1)
    forged.pk, forged.actor = None, "staff|9"
    forged.hash = row_hash([getattr(forged, name) for name in HASHED])
    forged.save(force_insert=True)
    return stream, min(place + 1, ROWS)


def append(stream, place, data):
    """Add a row, rightly chained, behind the head's back."""
    last = rows(stream, ROWS).get()
    last.pk, last.sequence, last.previous_hash = None, ROWS + 1, last.hash
    last.payload, last.commitment = None, ""
    last.hash = row_hash([getattr(last, name) for name in HASHED])
    last.save(force_insert=True)
    return stream, ROWS + 1


def head_back(stream, place, data):
    row = rows(stream, place).get()
    StreamHead.objects.filter(stream=stream).update(sequence=place - 1, hash=row.previous_hash)
    return stream, place


def head_removed(stream, place, data):
    StreamHead.objects.filter(stream=stream).delete()
    return stream, ROWS


def head_changed(stream, place, data):
    StreamHead.objects.filter(stream=stream).update(hash="a" * 64)
    return stream, ROWS


DEEDS = {
    deed.__name__: deed
    for deed in (
        change_time, change_text, change_and_rehash, remove_one, truncate, swap, insert, append,
        head_back, head_removed, head_changed,
    )
}  # fmt: skip


def test_a_whole_stream_removed_is_found_by_its_head(as_owner):
    AuditEvent.objects.filter(stream="system").delete()
    assert faults() == [("system", 1, "truncated")]


def test_an_altered_payload_is_found(as_owner):
    row = rows("system", 2).get()
    rows("system", 2).update(payload=bytes(row.payload)[:-1] + bytes([bytes(row.payload)[-1] ^ 1]))
    assert faults() == [("system", 2, "payload")]


def test_a_payload_moved_from_another_row_is_found(as_owner):
    rows("system", 2).update(payload=rows("system", 4).get().payload)
    assert faults() == [("system", 2, "payload")]


@pytest.mark.parametrize(("place", "payload"), [(2, None), (1, b"v1.k1.xxxx")])
def test_a_payload_taken_away_or_given_is_found(as_owner, place, payload):
    rows("system", place).update(payload=payload)
    assert faults() == [("system", place, "payload")]


def test_payloads_may_be_left_unopened(as_owner):
    rows("system", 2).update(payload=b"v1.k1.xxxx")
    assert faults(payloads=False) == []


def test_one_stream_can_be_verified_alone(as_owner):
    rows("system", 2).update(code="x")
    assert faults(streams=["staff:1"]) == []
    assert faults(streams=["system"]) == [("system", 2, "changed")]


def test_rows_recorded_while_it_runs_are_no_fault(db, monkeypatch):
    written()
    before = {head.stream: (head.sequence, head.hash) for head in StreamHead.objects.all()}
    record_all([SignedIn(), SignedIn()])
    with context.bind(launch_id="new"):
        record(SignedIn())
    now = ledger._heads
    answers = iter([before])
    monkeypatch.setattr(ledger, "_heads", lambda streams: next(answers, None) or now(streams))
    assert verify().whole


def test_the_digest_of_the_heads_tells_of_every_new_row(db):
    written()
    first = verify().digest
    assert verify().digest == first
    record(SignedIn())
    assert verify().digest != first


def test_the_command_says_whole(db, capsys):
    written()
    call_command("verify_ledger")
    out = capsys.readouterr().out
    assert "21 rows in 3 streams verified" in out
    assert "Whole." in out


def test_the_command_fails_and_names_the_first_bad_row(as_owner, capsys):
    rows("launch:abc", 4).update(code="x")
    rows("launch:abc", 6).update(code="x")
    event_id = rows("launch:abc", 4).get().pk
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    out = capsys.readouterr().out
    assert f"CHANGED: launch:abc, row 4 (event {event_id})" in out
    assert "row 6" not in out


def test_the_command_speaks_json(as_owner, capsys):
    rows("system", 4).update(code="x")
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["whole"] is False
    assert answer["faults"][0]["stream"] == "system"
    assert answer["faults"][0]["sequence"] == 4
