"""A bulk export of a million resources, fetched, sealed and imported, in constant memory.

A server of its own process makes the ndjson as it is sent, in ten files over real HTTP; a worker of
its own process fetches and imports it, on SQLite in a folder of its own. The worker's resident
memory is sampled twenty times a second. Each imported resource is parsed; the handler keeps only
a count and sums that tell a lost or doubled one.

- ``rss_mib_max``: the most memory the worker held, from before its first request to its end.
- ``rss_mib_growth``: the most that it held in the second half of the work (of the fetching and of
  the importing, each) above the most of its first half: what a leak would show as.
- ``lost_or_doubled``: resources that were not handed over exactly once, as the sums tell.

``python -m benchmarks.bulk --count 50000`` is a quick run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.apparatus.export_server import serving
from benchmarks.apparatus.memory import Memory
from benchmarks.goals import Goal

if TYPE_CHECKING:
    from smartapp.fhir.bulk import Batch

GOALS = [
    Goal("rss_mib_max", at_most=200),
    Goal("rss_mib_growth", at_most=10),
    Goal("lost_or_doubled", at_most=0),
]
COUNT = 1_000_000
_ROOT = Path(__file__).resolve().parent.parent


def run(count: int = COUNT) -> dict[str, float]:
    """Measure; seconds and MiB."""
    data = tempfile.mkdtemp(prefix="countersign-bench-")
    environment = {
        **os.environ,
        "COUNTERSIGN_DATA_DIR": data,
        "COUNTERSIGN_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "smartapp.settings",
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=_ROOT,
        env=environment,
        check=True,
    )
    with serving(count) as issuer:
        worker = subprocess.run(
            [sys.executable, "-m", "benchmarks.bulk", "--worker", issuer, "--count", str(count)],
            cwd=_ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    figures: dict[str, float] = json.loads(worker.stdout.splitlines()[-1])
    return figures


def _work(issuer: str, count: int) -> dict[str, float]:
    import django  # noqa: PLC0415 - its settings are in the environment

    django.setup()
    from smartapp.fhir import bulk  # noqa: PLC0415 - after the settings
    from smartapp.models import BulkFile  # noqa: PLC0415

    export = bulk.begin(_registered(issuer), bulk.Wish("everybody", ("Observation",)))
    memory = Memory()
    with memory.watched("fetch") as fetching:
        bulk.run(export.pk)
    stored = [each.plain_bytes for each in BulkFile.objects.filter(export=export)]
    sums = _Sums()
    with memory.watched("import") as importing:
        bulk.import_export(export.pk, sums.take)
    return {
        "resources": float(sums.count),
        "mib_of_ndjson": sum(stored) / 2**20,
        "fetch_seconds": fetching[0],
        "import_seconds": importing[0],
        "resources_per_second": count / (fetching[0] + importing[0]),
        "rss_mib_max": memory.most(),
        "rss_mib_growth": max(memory.growth("fetch"), memory.growth("import")),
        "rss_mib_fetch": memory.most("fetch"),
        "rss_mib_import": memory.most("import"),
        "lost_or_doubled": sums.wrong(count),
    }


def _registered(issuer: str) -> Any:
    from django.utils import timezone  # noqa: PLC0415 - after the settings

    from smartapp.models import BackendClient, BackendToken, Ehr  # noqa: PLC0415

    ehr = Ehr.objects.create(
        slug="bench", name="Bench", issuer=issuer, vendor="generic", client_id="c",
        client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip
    client = BackendClient.objects.create(ehr=ehr, client_id="b", scopes="system/*.rs")
    token = BackendToken(client=client, expires_at=timezone.now() + timedelta(days=1))
    token.access_token, token.granted_scopes = "t", "system/*.rs"
    token.save()
    return ehr


class _Sums:
    """Tells one lost or doubled resource, and nearly all pairs of them, by three sums."""

    def __init__(self) -> None:
        self.count = self.sum = self.squares = 0

    def take(self, batch: "Batch") -> None:
        """Count a batch."""
        for each in batch.resources:
            number = int(each.id[1:])
            self.count += 1
            self.sum += number
            self.squares += number * number

    def wrong(self, count: int) -> float:
        """Return by how many the count is off; 1 where it is right and the sums are not."""
        right = (sum(range(count)), sum(n * n for n in range(count)))
        off = abs(self.count - count)
        return float(off or (self.sum, self.squares) != right)


def main() -> None:
    """Run by itself, or be the worker."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(_work(options.worker, options.count)))
    else:
        for figure, value in run(options.count).items():
            print(f"{figure:40} {value:12.3f}")


if __name__ == "__main__":
    main()
