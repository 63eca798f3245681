"""SIGKILL in the middle of a fetch and of an import: nothing lost, nothing doubled."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.fhir.bulk.wishes import Wish
from smartapp.models import BulkExport, BulkFile, Ehr, PatientChange
from tests.conftest import ROOT
from tests.smartapp.fhir.bulk.exporting_ehr import ExportingEhr, observations
from tests.smartapp.tokens.test_backend_sandbox import database_url

COUNT = 20_000


def start(what: str, export: BulkExport) -> Any:
    """Start a worker on this test's own database and folder."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.smartapp.fhir.bulk.worker", what, str(export.pk)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "COUNTERSIGN_DATA_DIR": str(settings.DATA_DIR),
            "COUNTERSIGN_ENCRYPTION_KEYS": json.dumps(settings.ENCRYPTION_KEYS),
            "COUNTERSIGN_BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout.readline() == "ready\n"
    return worker


def kill_when(worker: Any, reached: Callable[[], bool]) -> None:
    """Kill a worker once it has come so far; it must not be done before."""
    until = time.monotonic() + 60
    while not reached():
        assert worker.poll() is None, "It was done before it could be killed."
        assert time.monotonic() < until
        time.sleep(0.005)
    worker.kill()
    worker.wait()
    worker.stdout.close()


def finish(worker: Any) -> None:
    """Let a worker end by itself."""
    assert worker.wait(timeout=90) == 0
    worker.stdout.close()


def test_killed_between_the_ehrs_start_and_our_note_of_it_operations_are_told(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", observations(3))
    exporting.answers_after = 5.0
    export = bulk.begin(ehr, Wish("g1"))
    worker = start("fetch", export)
    kill_when(worker, lambda: exporting.kept)
    export.refresh_from_db()
    assert (export.state, export.status_url) == ("asked", None)
    assert export.asked_at is not None  # on the disk before the EHR was asked
    assert not AuditEvent.objects.filter(type="fhir.bulk_possibly_left").exists()

    exporting.answers_after = 0.0
    exporting.kick_off = [(429, {"Retry-After": "1"})]  # the one that nobody knows of is in the way
    finish(start("fetch", export))
    export.refresh_from_db()
    assert (export.state, export.asked_at) == ("ready", None)
    (left,) = AuditEvent.objects.filter(type="fhir.bulk_possibly_left")
    assert (left.ehr, left.outcome, left.code) == ("bulk", "failed", "bulk_possibly_left_running")
    assert left.detail["export_id"] == str(export.pk)


def test_killed_while_fetching_and_while_importing(ehr: Ehr, exporting: ExportingEhr) -> None:
    half = COUNT // 2
    exporting.put("a", "Observation", observations(half, padding=900), etag='"a"')
    exporting.put("b", "Observation", observations(half, start=half, padding=900))
    export = bulk.begin(ehr, Wish("g1"))
    files = BulkFile.objects.filter(export=export).order_by("number")
    for number, pieces in ((0, 3), (0, 6), (1, 2)):
        worker = start("fetch", export)
        kill_when(worker, lambda n=number, p=pieces: files.count() > n and files[n].chunks >= p)
    finish(start("fetch", export))
    export.refresh_from_db()
    assert export.state == "ready"
    assert [file.lines for file in files] == [half, half]
    assert exporting.paths("DELETE") == ["/api/FHIR/BulkRequest/1"]
    sent = [path for path in exporting.paths() if path.endswith("$export")]
    assert len(sent) == 1  # no export was begun twice

    for share in (0.05, 0.3, 0.7):
        wanted = int(COUNT * share) + random.randrange(500)
        worker = start("import", export)
        kill_when(worker, lambda n=wanted: PatientChange.objects.count() >= n)
    finish(start("import", export))
    ids = set(PatientChange.objects.values_list("patient_index", flat=True))
    assert PatientChange.objects.count() == COUNT  # the database refuses a second of any
    assert ids == {f"o{number}" for number in range(COUNT)}
    export.refresh_from_db()
    assert export.state == "imported"
