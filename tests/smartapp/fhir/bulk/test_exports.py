"""Bulk exports over real HTTP: from the kick-off to the deletion, and all that goes wrong."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEvent
from encryption import SealBroken
from smartapp.fhir import bulk
from smartapp.fhir.bulk import claims, importing, lines, storage
from smartapp.fhir.bulk.errors import BulkNotReady
from smartapp.fhir.bulk.steps import is_over
from smartapp.fhir.bulk.wishes import Wish
from smartapp.fhir.transport import alerts
from smartapp.fhir.vendors.profiles import Bulk
from smartapp.models import BulkExport, Ehr
from smartapp.models.launches import patient_index
from tests.smartapp.fhir.bulk.exporting_ehr import TOKEN, ExportingEhr, observations

WISH = Wish("g1", ("Observation",))
STATUS = "/api/FHIR/BulkRequest/1"
MIB = 1024 * 1024


class Clock:
    """Sleeps by moving what is due."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.export_id: Any = None

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        BulkExport.objects.filter(pk=self.export_id).update(due_at=timezone.now())


def run(ehr: Ehr, wish: Wish = WISH) -> tuple[BulkExport, Clock]:
    export, clock = bulk.begin(ehr, wish), Clock()
    clock.export_id = export.pk
    return bulk.run(export.pk, sleep=clock), clock


def imported(export: BulkExport, **options: Any) -> tuple[list[str], bulk.Imported]:
    ids: list[str] = []
    done = bulk.import_export(
        export.pk, lambda batch: ids.extend(each.id for each in batch.resources), **options
    )
    return ids, done


def lacks(export: BulkExport) -> list[tuple[str, str, str]]:
    export.refresh_from_db()
    return [(each["resource_type"], each["reason"], each["detail"]) for each in export.missing]


def events(kind: str) -> list[dict[str, Any]]:
    rows = AuditEvent.objects.filter(type=kind).order_by("id")
    return [
        {**json.loads(row.detail_json), "outcome": row.outcome, "code": row.code} for row in rows
    ]


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


def test_another_persons_record_is_not_handed_over(ehr: Ehr, exporting: ExportingEhr) -> None:
    def line(patient: str, family: str, born: str) -> bytes:
        raw = {"resourceType": "Patient", "id": patient, "birthDate": born}
        return json.dumps({**raw, "name": [{"family": family}]}).encode() + b"\n"

    exporting.put(
        "a", "Patient", line("p1", "Okafor", "1950-01-01") + line("p2", "Li", "1960-02-02")
    )
    export, _ = run(ehr, Wish("g1", ("Patient",)))
    assert imported(export)[0] == ["p1", "p2"]

    exporting.files["a"].body = line("p1", "Quist", "1999-09-09") + line("p2", "Li", "1960-02-02")
    before = alerts.figures().get((exporting.issuer, "other_patient"), 0)
    export, _ = run(ehr, Wish("g1", ("Patient",)))
    ids, done = imported(export)
    assert (ids, done.resources) == (["p2"], 1)
    assert lacks(export) == [("Patient", "other_patient", "Patient")]
    assert alerts.figures()[exporting.issuer, "other_patient"] == before + 1
    row = AuditEvent.objects.get(type="fhir.other_patient")
    assert (row.patient_index, row.ehr) == (patient_index(ehr, "p1"), "bulk")


def test_what_an_error_file_names_is_what_is_lacking(ehr: Ehr, exporting: ExportingEhr) -> None:
    def line(words: str) -> bytes:
        issue = {"severity": "error", "code": "forbidden", "diagnostics": words}
        return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode() + b"\n"

    wish = Wish("g1", ("Observation", "Condition"))
    exporting.put("a", "Observation", observations(1))
    words = ("No scope for Condition.", "Observation or Condition", "Conditional", "Immunization")
    exporting.put("e", "OperationOutcome", b"".join(map(line, words)), kind="error")
    export, _ = run(ehr, wish)
    told = [(each["resource_type"], each["reason"], each["count"]) for each in export.missing]
    assert told == [("", "forbidden", 3), ("Condition", "forbidden", 1)]
    assert "No scope" not in json.dumps(export.missing)


def test_nothing_is_stored_in_the_clear(ehr: Ehr, exporting: ExportingEhr, tmp_path: Path) -> None:
    exporting.put("a", "Observation", observations(20, padding=100))
    export, _ = run(ehr)
    stored = [path for path in tmp_path.rglob("*.sealed") if path.is_file()]
    assert len(stored) == 1
    assert stored[0].stat().st_mode & 0o777 == 0o600
    assert b"Observation" not in stored[0].read_bytes()
    row = BulkExport.objects.values().get(pk=export.pk)
    assert b"g1" not in bytes(row["wish_sealed"])
    bulk.discard(export.pk)
    assert not stored[0].exists()
    with pytest.raises(BulkNotReady):
        imported(export)


def test_a_stored_file_that_was_changed_is_not_imported(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Observation", observations(2))
    exporting.put("b", "Observation", observations(2, start=2))
    export, _ = run(ehr)
    first, second = (storage.path_of(each) for each in export.files.order_by("number"))
    second.write_bytes(first.read_bytes())  # a good file, in another's place
    seen: list[str] = []
    with pytest.raises(SealBroken):
        bulk.import_export(export.pk, lambda b: seen.extend(each.id for each in b.resources))
    assert seen == ["o0", "o1"]
    export.refresh_from_db()
    assert (export.state, export.code) == ("failed", "seal_broken")
    assert not list(storage.folder_of(export.pk).iterdir())
    assert events("fhir.bulk_ended")[-1]["code"] == "seal_broken"


@pytest.mark.parametrize("etag", ['"v1"', "", 'W/"v1"'])
def test_a_file_cut_off_goes_on_where_it_was(ehr: Ehr, exporting: ExportingEhr, etag: str) -> None:
    body = observations(6000, padding=500)
    cuts = [2 * MIB + 77, MIB + 5]
    file = exporting.put("a", "Observation", body, etag=etag, cut_after=cuts)
    export, clock = run(ehr)
    assert export.state == "ready", export.code
    assert imported(export)[0] == [f"o{number}" for number in range(6000)]
    assert not file.cut_after
    assert len(clock.slept) == 2
    ranges = [h.get("range") for _, path, h in exporting.asked if path == "/files/a"]
    strong = [None, f"bytes={2 * MIB}-", f"bytes={3 * MIB}-"]
    assert ranges == (strong if etag.startswith('"') else [None, None, None])


def test_a_file_that_is_another_the_second_time_is_fetched_anew(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    file = exporting.put(
        "a", "Observation", observations(6000, padding=500), cut_after=[2 * MIB + 9]
    )
    export = bulk.begin(ehr, WISH)
    for _ in range(3):
        export = bulk.advance(export.pk)
    assert export.files.get().chunks == 2
    file.body = observations(4000, start=100_000, padding=500)
    clock = Clock()
    clock.export_id = export.pk
    clock(0)
    export = bulk.run(export.pk, sleep=clock)
    assert imported(export)[0] == [f"o{number}" for number in range(100_000, 104_000)]


def test_a_file_that_was_there_and_is_shorter_now_is_fetched_anew(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    file = exporting.put(
        "a", "Observation", observations(6000, padding=500), cut_after=[2 * MIB + 9]
    )
    export, clock = bulk.begin(ehr, WISH), Clock()
    clock.export_id = export.pk
    for _ in range(3):
        bulk.advance(export.pk)
    file.body = observations(3)
    clock(0)
    export = bulk.run(export.pk, sleep=clock)
    assert imported(export)[0] == ["o0", "o1", "o2"]


def test_what_the_disk_lost_is_fetched_anew(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Observation", observations(6000, padding=500), cut_after=[2 * MIB + 9])
    export, clock = bulk.begin(ehr, WISH), Clock()
    clock.export_id = export.pk
    for _ in range(3):
        bulk.advance(export.pk)
    storage.path_of(export.files.get()).unlink()
    clock(0)
    assert imported(bulk.run(export.pk, sleep=clock))[0] == [f"o{n}" for n in range(6000)]


def test_half_a_piece_on_the_disk_is_not_counted(ehr: Ehr, exporting: ExportingEhr) -> None:
    """As a machine leaves it that lost power between the disk and the database."""
    exporting.put("a", "Observation", observations(6000, padding=500), cut_after=[2 * MIB + 9])
    export, clock = bulk.begin(ehr, WISH), Clock()
    clock.export_id = export.pk
    for _ in range(3):
        bulk.advance(export.pk)
    with storage.path_of(export.files.get()).open("ab") as stored:
        stored.write(b"\x00\x10\x00\x00v1.half of a piece")
    clock(0)
    assert imported(bulk.run(export.pk, sleep=clock))[0] == [f"o{n}" for n in range(6000)]


def test_a_packed_file_is_unpacked_in_pieces(ehr: Ehr, exporting: ExportingEhr) -> None:
    packed = gzip.compress(observations(5000, padding=400))
    exporting.put("a", "Observation", packed, headers={"Content-Encoding": "gzip"})
    export, _ = run(ehr)
    assert len(imported(export)[0]) == 5000


def test_a_file_packed_piece_by_piece_is_imported_to_its_end(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    parts = [observations(2000, start=start, padding=400) for start in (0, 2000, 4000)]
    packed = b"".join(gzip.compress(each) for each in parts)
    exporting.put("a", "Observation", packed, headers={"Content-Encoding": "gzip"})
    export, _ = run(ehr)
    assert imported(export)[0] == [f"o{number}" for number in range(6000)]


def test_files_at_another_server_come_without_the_token(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    """Oracle's way: the EHR's own address takes the token and answers 307 to a file server."""
    files_elsewhere.put("a", "Observation", observations(4))
    exporting.put("a", "Observation", b"", redirect=f"{files_elsewhere.origin}/files/a?sig=1")
    export, _ = run(ehr)
    assert imported(export)[0] == ["o0", "o1", "o2", "o3"]
    assert exporting.tokens("/files/a") == [f"Bearer {TOKEN}"]
    assert files_elsewhere.tokens("/files/a?sig=1") == [""]
    told = [each for each in events("fhir.bulk_requested") if each["step"] == "file"]
    assert [(each["own_server"], each["with_token"]) for each in told] == [
        (True, True),
        (False, False),
    ]


def test_a_redirect_takes_no_token_even_to_the_same_server(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", b"", redirect="/files/b")
    exporting.files["b"] = type(exporting.files["a"])(observations(1))
    export, _ = run(ehr)
    assert imported(export)[0] == ["o0"]
    assert exporting.tokens("/files/b") == [""]


def test_redirects_are_not_followed_in_circles(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Observation", b"", redirect="/files/a")
    export, _ = run(ehr)
    assert lacks(export) == [("Observation", "failed", "foreign_address")]
    assert len(exporting.tokens("/files/a")) == 4


def test_a_file_elsewhere_that_wants_the_token_is_not_fetched(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    files_elsewhere.put("a", "Observation", observations(4))
    exporting.put("a", "Observation", b"", url=f"{files_elsewhere.origin}/files/a")
    exporting.put("b", "Observation", observations(1))
    export, _ = run(ehr)
    assert lacks(export) == [("Observation", "failed", "foreign_address")]
    assert imported(export)[0] == ["o0"]
    assert files_elsewhere.asked == []
    refused = events("fhir.foreign_address")
    assert [(each["place"], each["outcome"]) for each in refused] == [("bulk file", "refused")]


def test_a_file_elsewhere_that_needs_no_token_is_fetched_without(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    exporting.manifest["requiresAccessToken"] = False
    files_elsewhere.put("a", "Observation", observations(2))
    exporting.put("a", "Observation", b"", url=f"{files_elsewhere.origin}/files/a")
    exporting.put("b", "Observation", observations(1, start=2))
    export, _ = run(ehr)
    assert imported(export)[0] == ["o0", "o1", "o2"]
    assert files_elsewhere.tokens("/files/a") == [""]
    assert exporting.tokens("/files/b") == [""]


def test_a_status_address_elsewhere_is_refused(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    exporting.location = f"{files_elsewhere.origin}/api/FHIR/BulkRequest/1"
    export, _ = run(ehr)
    assert (export.state, export.code) == ("failed", "foreign_address")
    assert files_elsewhere.asked == []


def test_one_file_that_is_gone_costs_no_other(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Condition", observations(1), statuses=[404] * 9)
    exporting.put("b", "Observation", observations(2))
    exporting.put("c", "Observation", b"<html>Sign in</html>", content_type="text/html")
    exporting.put("d", "Observation", observations(1, start=2), count=3)
    export, _ = run(ehr)
    assert lacks(export) == [
        ("Condition", "failed", "not_found"),
        ("Observation", "unreadable", "html_instead"),
        ("Observation", "cut_off", "fewer_than_counted"),
    ]
    ids, done = imported(export)
    assert ids == ["o0", "o1", "o2"]
    assert len(done.missing) == 3
    assert events("fhir.bulk_ended")[0]["outcome"] == "incomplete"


def test_what_the_ehr_says_it_could_not_export_is_missing(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    def told(severity: str, code: str) -> bytes:
        issue = {"severity": severity, "code": code, "diagnostics": "Halloway, Ruth"}
        return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode() + b"\n"

    said = told("error", "forbidden") * 2 + told("warning", "suppressed") + b"not json\n"
    said += told("error", "exception") + told("information", "informational")
    exporting.put("e", "OperationOutcome", said, kind="error")
    exporting.put("a", "Observation", observations(1))
    export, _ = run(ehr)
    assert sorted((e["reason"], e["count"]) for e in export.missing) == [
        ("failed", 1),
        ("forbidden", 2),
        ("suppressed", 1),
        ("unreadable", 1),
    ]
    assert imported(export)[0] == ["o0"]
    assert "Halloway" not in json.dumps(export.missing)


def test_broken_lines_cost_no_neighbour(ehr: Ehr, exporting: ExportingEhr) -> None:
    good = observations(2).splitlines()
    strange = [
        b"{",
        b"[]",
        b'{"resourceType":"Patient","id":"p1"}',
        b'{"resourceType":"Observation"}',
    ]
    exporting.put("a", "Observation", b"\n".join([good[0], *strange, b"", b"  ", good[1]]))
    export, _ = run(ehr)
    ids, done = imported(export)
    assert ids == ["o0", "o1"]
    assert (done.resources, done.unreadable) == (2, 4)
    assert lacks(export) == [("Observation", "unreadable", "lines")]


def test_a_line_without_end_does_not_fill_the_memory(
    ehr: Ehr, exporting: ExportingEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lines, importing):
        monkeypatch.setattr(module, "LONGEST_LINE", 2 * MIB)
    exporting.put("a", "Observation", b"x" * (9 * MIB) + b"\n" + observations(1))
    export, _ = run(ehr)
    ids, done = imported(export)
    assert (ids, done.unreadable) == (["o0"], 1)


def test_deleted_resources_are_handed_over_as_references(ehr: Ehr, exporting: ExportingEhr) -> None:
    entries = [
        {"request": {"method": "DELETE", "url": "Observation/o7"}},
        {"request": {"method": "DELETE", "url": "https://ehr.example/R4/Patient/p9"}},
        {"request": {"method": "PUT", "url": "Patient/p3"}},
        {"request": {"method": "DELETE", "url": "../nothing"}},
    ]
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    exporting.put("d", "Bundle", body, kind="deleted")
    export, _ = run(ehr)
    gone: list[str] = []
    bulk.import_export(export.pk, lambda batch: gone.extend(batch.deleted))
    assert gone == ["Observation/o7", "Patient/p9"]


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


def test_a_listed_file_that_holds_nothing_is_told_as_missing(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", observations(1))
    exporting.put("b", "Condition", b"")
    export, _ = run(ehr)
    ids, done = imported(export)
    assert ids == ["o0"]
    assert [(each["resource_type"], each["detail"]) for each in done.missing] == [
        ("Condition", "empty_file")
    ]


def test_a_refused_kick_off_is_not_repeated(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.kick_off = [(403, {})]
    export, clock = run(ehr)
    assert (export.state, export.code, clock.slept) == ("failed", "access_denied", [])
    assert exporting.paths("DELETE") == []
    assert events("fhir.bulk_ended")[0]["code"] == "access_denied"


def test_an_export_the_ehr_gave_up_is_deleted_there(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(400, {})]
    export, _ = run(ehr)
    assert (export.state, export.code) == ("failed", "request_refused")
    assert exporting.paths("DELETE") == [STATUS]


def test_a_manifest_that_is_a_page_is_refused(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(200, {"Content-Type": "text/html"})]
    export, _ = run(ehr)
    assert (export.state, export.code) == ("failed", "unreadable_response")


def test_patience_ends(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(202, {"Retry-After": "600"})] * 99
    export = bulk.begin(ehr, WISH)
    for _ in range(2):
        bulk.advance(export.pk)
    BulkExport.objects.update(give_up_at=timezone.now(), due_at=timezone.now())
    clock = Clock()
    clock.export_id = export.pk
    export = bulk.run(export.pk, sleep=clock)
    assert (export.state, export.code) == ("failed", "bulk_given_up")
    assert not list(storage.folder_of(export.pk).glob("*"))
    assert exporting.paths("DELETE") == [STATUS]


def test_nothing_is_asked_before_it_is_due(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(202, {"Retry-After": "600"})] * 9
    export = bulk.begin(ehr, WISH)
    for _ in range(9):
        bulk.advance(export.pk)
    assert exporting.paths().count(STATUS) == 1


def test_deletion_is_tried_until_it_is_heard(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.deletes = [503, 500, 202]
    exporting.put("a", "Observation", observations(1))
    export, _ = run(ehr)
    assert len(exporting.paths("DELETE")) == 3
    assert not export.delete_due


@pytest.mark.parametrize(("status", "code"), [(404, ""), (403, "bulk_not_deleted")])
def test_deletion_that_is_refused_is_told(
    ehr: Ehr, exporting: ExportingEhr, status: int, code: str
) -> None:
    exporting.deletes = [status]
    exporting.put("a", "Observation", observations(1))
    export, _ = run(ehr)
    assert (export.state, export.code, export.delete_due) == ("ready", code, False)


def test_cancelling_while_the_ehr_prepares_tells_it(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.waits = [(202, {"Retry-After": "600"})]
    export = bulk.begin(ehr, WISH)
    for _ in range(2):
        bulk.advance(export.pk)
    export = bulk.cancel(export.pk)
    assert (export.state, is_over(export)) == ("cancelled", True)
    assert exporting.paths("DELETE") == [STATUS]
    with pytest.raises(BulkNotReady):
        imported(export)


def test_cancelling_what_was_never_asked_for_asks_nothing(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    export = bulk.cancel(bulk.begin(ehr, WISH).pk)
    assert (export.state, exporting.asked) == ("cancelled", [])


def test_cancelling_in_the_middle_of_a_file_stops_it_and_leaves_nothing(
    ehr: Ehr, exporting: ExportingEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting.put("a", "Observation", observations(12_000, padding=500))
    export = bulk.begin(ehr, WISH)
    append = storage.Writer.append

    def cancelled_meanwhile(self: Any, piece: bytes, *, number: int) -> int:
        if number == 1:
            bulk.cancel(export.pk)
        return append(self, piece, number=number)

    monkeypatch.setattr(storage.Writer, "append", cancelled_meanwhile)
    done, _ = _run(export)
    assert done.state == "cancelled"
    assert export.files.get().chunks == 1
    assert exporting.paths("DELETE") == [STATUS]
    assert not list(storage.folder_of(export.pk).iterdir())


def test_two_workers_never_hold_one_export(ehr: Ehr, exporting: ExportingEhr) -> None:
    export = bulk.begin(ehr, WISH)
    with claims.claim(export.pk) as held:
        with pytest.raises(bulk.BulkHeldElsewhere):
            bulk.advance(export.pk)
        BulkExport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        with claims.claim(export.pk), pytest.raises(bulk.BulkHeldElsewhere):
            held.renew()
    assert exporting.asked == []


def test_who_lost_the_export_stores_nothing_more(
    ehr: Ehr, exporting: ExportingEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting.put("a", "Observation", observations(6000, padding=500))
    export = bulk.begin(ehr, WISH)
    for _ in range(2):
        bulk.advance(export.pk)
    append = storage.Writer.append

    def taken_over(self: Any, piece: bytes, *, number: int) -> int:
        if number == 1:
            BulkExport.objects.update(fencing=77)
        return append(self, piece, number=number)

    monkeypatch.setattr(storage.Writer, "append", taken_over)
    with pytest.raises(bulk.BulkHeldElsewhere):
        bulk.advance(export.pk)
    assert export.files.get().chunks == 1


def test_what_a_handler_could_not_take_is_handed_over_again_and_nothing_else(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", observations(1000))
    export, _ = run(ehr)
    taken: list[str] = []

    def fail_at_the_third(batch: bulk.Batch) -> None:
        if len(taken) == 200:
            raise ValueError("The disk is full.")
        taken.extend(each.id for each in batch.resources)

    with pytest.raises(ValueError, match="disk"):
        bulk.import_export(export.pk, fail_at_the_third, batch=100)
    ids, done = imported(export, batch=70)
    assert taken + ids == [f"o{number}" for number in range(1000)]
    assert done.resources == 1000
    assert imported(export) == ([], done)


def test_a_handler_runs_in_the_transaction_of_the_progress(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", observations(3))
    export, _ = run(ehr)
    inside: list[bool] = []
    bulk.import_export(
        export.pk, lambda _: inside.append(transaction.get_connection().in_atomic_block)
    )
    assert inside == [True]


def test_a_full_disk_is_waited_out(
    ehr: Ehr, exporting: ExportingEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting.put("a", "Observation", observations(3))
    export = bulk.begin(ehr, WISH)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "_ROOM_BYTES", 1 << 60)
        for _ in range(3):
            export = bulk.advance(export.pk)
    assert (export.state, export.code) == ("fetching", "bulk_storage_full")
    done, _ = _run(export)
    assert imported(done)[0] == ["o0", "o1", "o2"]


def _run(export: BulkExport) -> tuple[BulkExport, Clock]:
    clock = Clock()
    clock.export_id = export.pk
    clock(0)
    return bulk.run(export.pk, sleep=clock), clock


class TestWishes:
    def test_the_address(self) -> None:
        since = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
        wish = Wish(
            "g-1", ("Patient", "MedicationRequest"), since, ("MedicationRequest?status=a,b",)
        )
        assert wish.link(Bulk()) == (
            "Group/g-1/$export?_type=Patient,MedicationRequest&_since=2026-11-01T02:30:00.000Z"
            "&_typeFilter=MedicationRequest%3Fstatus%3Da%2CMedicationRequest%3Fstatus%3Db"
        )
        assert Wish.of(json.loads(json.dumps(wish.stored()))) == wish

    def test_the_address_as_another_ehr_wants_it(self) -> None:
        since = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
        wish = Wish("g", ("Patient", "Observation"), since, ("Observation?category=a,b",))
        ways = Bulk(since=False, types="repeated", filters="repeated")
        assert wish.link(ways) == (
            "Group/g/$export?_type=Patient&_type=Observation"
            "&_typeFilter=Observation%3Fcategory%3Da&_typeFilter=Observation%3Fcategory%3Db"
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"group": "../x"},
            {"group": "g", "types": ("patient",)},
            {"group": "g", "since": datetime(2026, 1, 1)},  # noqa: DTZ001
            {"group": "g", "filters": ("Patient",)},
            {"group": "g", "types": ("Patient",), "filters": ("Observation?code=1",)},
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, wrong: Any) -> None:
        with pytest.raises(ValueError, match=r".+"):
            Wish(**wrong)
