"""One worker at a time, and each resource handed over once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from smartapp.fhir import bulk
from smartapp.fhir.bulk import claims, storage
from smartapp.models import BulkExport, Ehr
from tests.smartapp.fhir.bulk.exporting_ehr import ExportingEhr, observations
from tests.smartapp.fhir.bulk.running import WISH, imported, run


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
