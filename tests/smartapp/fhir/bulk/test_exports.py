"""Bulk exports over real HTTP: from the kick-off to what is imported, and what the trail says."""

from datetime import UTC, datetime

import pytest

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.fhir.bulk import storage
from smartapp.fhir.bulk.wishes import Wish
from smartapp.fhir.transport import alerts
from smartapp.models import Ehr
from tests.smartapp.fhir.bulk.exporting_ehr import TOKEN, ExportingEhr, observations
from tests.smartapp.fhir.bulk.running import STATUS, WISH, events, imported, run


def test_an_export_from_end_to_end(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Observation", observations(1200), count=1200)
    exporting.put("b", "Observation", observations(3, start=1200).rstrip(b"\n"))
    exporting.waits = [(202, {"Retry-After": "600"}), (202, {"Retry-After": "7"})]
    export, clock = run(ehr)
    assert export.state == "ready"
    assert export.transaction_time == datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert not export.missing
    ids, done = imported(export)
    assert ids == [f"o{number}" for number in range(1203)]
    assert (done.resources, done.unreadable, done.missing) == (1203, 0, ())
    assert [round(each) for each in clock.slept] == [600, 7]
    kick_off = exporting.asked[0]
    assert kick_off[1] == "/api/FHIR/R4/Group/g1/$export?_type=Observation"
    assert kick_off[2]["prefer"] == "respond-async"
    assert kick_off[2]["accept"] == "application/fhir+json"
    assert exporting.paths("DELETE") == [STATUS]
    assert {h["authorization"] for _, _, h in exporting.asked} == {f"Bearer {TOKEN}"}
    export.refresh_from_db()
    assert (export.state, export.status_url, export.delete_due) == ("imported", None, False)
    assert not list(storage.folder_of(export.pk).iterdir())


def test_an_export_is_asked_for_as_the_ehrs_profile_says(ehr: Ehr, exporting: ExportingEhr) -> None:
    ehr.profile_overrides = {
        "bulk": {"since": False, "types": "repeated", "prefer": "respond-async,handling=lenient"}
    }
    ehr.save()
    exporting.put("a", "Observation", observations(2))
    wish = Wish("g1", ("Observation", "Patient"), datetime(2026, 11, 1, tzinfo=UTC))
    export, _ = run(ehr, wish)
    assert export.state == "ready"
    _, link, headers = exporting.asked[0]
    assert link == "/api/FHIR/R4/Group/g1/$export?_type=Observation&_type=Patient"
    assert headers["prefer"] == "respond-async,handling=lenient"
    # The trail tells of no moment that was not asked for.
    assert events("fhir.bulk_begun")[0]["since"] == ""


def test_every_request_is_in_the_trail_and_no_address_is_readable_there(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", observations(5))
    exporting.waits = [(202, {"Retry-After": "1"})]
    export, _ = run(ehr)
    imported(export)
    told = events("fhir.bulk_requested")
    assert [each["step"] for each in told] == ["kick_off", "status", "status", "file", "delete"]
    assert [each["status"] for each in told] == [202, 202, 200, 200, 202]
    assert len(told) == len(exporting.asked)
    rows = AuditEvent.objects.filter(type__startswith="fhir.bulk")
    assert {row.ehr for row in rows} == {"bulk"}
    words = " ".join(row.detail_json for row in rows)
    assert "g1" not in words
    assert "/files/" not in words
    assert events("fhir.bulk_ended")[0]["lines"] == 5
    assert events("fhir.bulk_imported")[0]["imported"] == 5


@pytest.mark.parametrize(
    ("status", "is_told"), [(503, False), (504, True), (400, False), (202, True)]
)
def test_a_kick_off_whose_answer_tells_nothing_is_told_to_operations(
    ehr: Ehr, exporting: ExportingEhr, status: int, is_told: bool
) -> None:
    exporting.put("a", "Observation", observations(1))
    # A 202 without an address is an export that cannot be found again.
    exporting.kick_off = [(status, {})]
    before = alerts.figures().get((exporting.issuer, "bulk_possibly_left_running"), 0)
    export, _ = run(ehr)
    assert export.state == ("ready" if status > 500 else "failed")
    assert len(events("fhir.bulk_possibly_left")) == is_told
    after = alerts.figures().get((exporting.issuer, "bulk_possibly_left_running"), 0)
    assert after - before == is_told
    export.refresh_from_db()
    assert export.asked_at is None


def test_each_time_that_a_request_leaves_is_counted(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(202, {"Retry-After": "1"})]
    exporting.put("a", "Observation", observations(40), cut_after=[200])
    exporting.put("b", "Observation", b"", redirect="/files/c")
    exporting.put("c", "Observation", observations(3))
    exporting.deletes = [503]
    export, _ = run(ehr)
    export.refresh_from_db()
    asked = len(exporting.asked)
    # The kick-off, the status twice, a file twice, another by its redirect and by itself.
    assert (export.requests, asked >= 9) == (asked, True)


def test_another_export_under_way_is_waited_for(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.kick_off = [(429, {"Retry-After": "120"}), (429, {}), (503, {"Retry-After": "3"})]
    exporting.put("a", "Observation", observations(1))
    export, clock = run(ehr)
    assert imported(export)[0] == ["o0"]
    assert round(clock.slept[0]) == 120
    assert clock.slept[2] >= 2.5
    assert len(clock.slept) == 3


def test_each_step_that_is_put_off_stands_in_the_trail(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.kick_off = [(503, {}), (429, {"Retry-After": "120"})]
    exporting.put("a", "Observation", observations(1))
    run(ehr)
    told = [(e["code"], e["state"], e["attempts"]) for e in events("fhir.bulk_put_off")]
    assert told == [("ehr_unavailable", "asked", 1), ("ehr_throttled", "asked", 2)]
    assert events("fhir.bulk_put_off")[1]["seconds"] == 120


def test_nothing_is_asked_before_it_is_due(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(202, {"Retry-After": "600"})] * 9
    export = bulk.begin(ehr, WISH)
    for _ in range(9):
        bulk.advance(export.pk)
    assert exporting.paths().count(STATUS) == 1
