"""A worker that a test may kill: ``python -m tests.smartapp.fhir.bulk.worker fetch|import EXPORT``.

Prints "ready" once Django is up. What it imports goes into ``PatientChange`` rows, one for each
resource, as a handler of the product would write rows of its own.
"""

import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402 - after the settings
from django.utils import timezone  # noqa: E402

from smartapp.fhir import bulk  # noqa: E402
from smartapp.fhir.bulk import claims  # noqa: E402
from smartapp.models import BulkExport, PatientChange  # noqa: E402

claims.LEASE_SECONDS = 1.0


def handle(batch: bulk.Batch) -> None:
    """Write a row for each resource. A second one of the same name is refused by the database."""
    ehr = BulkExport.objects.get(pk=sys.argv[2]).ehr
    now = timezone.now()
    PatientChange.objects.bulk_create(
        PatientChange(ehr=ehr, patient_index=each.id, kind="t", changed_at=now)
        for each in batch.resources
    )
    assert connection.in_atomic_block
    time.sleep(0.002)


def main(what: str, export_id: str) -> None:
    """Do it, waiting for a killed one's lease to end."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        try:
            if what == "fetch":
                bulk.run(
                    export_id, sleep=lambda _: BulkExport.objects.update(due_at=timezone.now())
                )
            else:
                bulk.import_export(export_id, handle, batch=100)
        except bulk.BulkHeldElsewhere:
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
