"""What an export keeps on the disk: sealed, complete, continued where it was cut off."""

import gzip
from pathlib import Path

import pytest

from encryption import SealBroken
from smartapp.fhir import bulk
from smartapp.fhir.bulk import storage
from smartapp.fhir.bulk.errors import BulkNotReady
from smartapp.models import BulkExport, Ehr
from tests.smartapp.fhir.bulk.exporting_ehr import ExportingEhr, observations
from tests.smartapp.fhir.bulk.running import MIB, WISH, Clock, events, go_on, imported, run


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
    done, _ = go_on(export)
    assert imported(done)[0] == ["o0", "o1", "o2"]
