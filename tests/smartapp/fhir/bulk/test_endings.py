"""How an export ends: given up, refused, cancelled, deleted at the EHR."""

from typing import Any

import pytest
from django.utils import timezone

from smartapp.fhir import bulk
from smartapp.fhir.bulk import storage
from smartapp.fhir.bulk.errors import BulkNotReady
from smartapp.fhir.bulk.steps import is_over
from smartapp.models import BulkExport, Ehr
from tests.smartapp.fhir.bulk.exporting_ehr import ExportingEhr, observations
from tests.smartapp.fhir.bulk.running import STATUS, WISH, Clock, events, go_on, imported, run


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
    done, _ = go_on(export)
    assert done.state == "cancelled"
    assert export.files.get().chunks == 1
    assert exporting.paths("DELETE") == [STATUS]
    assert not list(storage.folder_of(export.pk).iterdir())
