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
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.goals import Goal

if TYPE_CHECKING:
    from smartapp.fhir.bulk import Batch

GOALS = [
    Goal("rss_mib_max", at_most=200),
    Goal("rss_mib_growth", at_most=10),
    Goal("lost_or_doubled", at_most=0),
]
COUNT, FILES = 1_000_000, 10
_ROOT = Path(__file__).resolve().parent.parent
_AT = "2026-11-20T03:00:00Z"
_SAMPLE_SECONDS = 0.05


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
    with _serving(count) as issuer:
        worker = subprocess.run(
            [sys.executable, "-m", "benchmarks.bulk", "--worker", issuer, "--count", str(count)],
            cwd=_ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    figures: dict[str, float] = json.loads(worker.stdout.splitlines()[-1])
    return figures


# --- The server ------------------------------------------------------------------------------


@contextmanager
def _serving(count: int) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bulk", "--serve", "--count", str(count)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def _serve(count: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if "$export" in self.path:
                self._answer(202, b"", ("Content-Location", f"{origin}/status"))
            elif self.path == "/status":
                self._answer(200, json.dumps(_manifest(origin, count)).encode())
            else:
                self._file(int(self.path.rpartition("/")[2]))

        def do_DELETE(self) -> None:
            self._answer(202, b"")

        def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (("Content-Type", "application/json"), *headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _file(self, number: int) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/fhir+ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for block in _blocks(number, count):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(block), block))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_arguments: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    print(f"{origin}/fhir", flush=True)
    server.serve_forever()


def _manifest(origin: str, count: int) -> dict[str, Any]:
    output = [
        {"type": "Observation", "url": f"{origin}/files/{number}", "count": len(numbers)}
        for number in range(FILES)
        if (numbers := _numbers(number, count))
    ]
    return {"transactionTime": _AT, "requiresAccessToken": True, "output": output, "error": []}


def _numbers(file: int, count: int) -> range:
    return range(count * file // FILES, count * (file + 1) // FILES)


def _blocks(file: int, count: int) -> Iterator[bytes]:
    from benchmarks.parse import _result  # noqa: PLC0415 - the same shape of result

    text = json.dumps({**_result(0), "id": "o%d"}, separators=(",", ":"))
    # Only the id is told apart; a percent sign elsewhere stays one.
    line = text.replace("%", "%%").replace('"o%%d"', '"o%d"').encode() + b"\n"
    numbers = _numbers(file, count)
    for start in range(numbers.start, numbers.stop, 1000):
        yield b"".join(line % number for number in range(start, min(start + 1000, numbers.stop)))


# --- The worker ------------------------------------------------------------------------------


def _work(issuer: str, count: int) -> dict[str, float]:
    import django  # noqa: PLC0415 - its settings are in the environment

    django.setup()
    from smartapp.fhir import bulk  # noqa: PLC0415 - after the settings
    from smartapp.models import BulkFile  # noqa: PLC0415

    export = bulk.begin(_registered(issuer), bulk.Wish("everybody", ("Observation",)))
    memory = _Memory()
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


class _Memory:
    """Resident memory of this process, by phase."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = {}

    @contextmanager
    def watched(self, phase: str) -> Iterator[list[float]]:
        """Sample during a ``with`` block; its seconds are put into the list that is given."""
        samples = self._samples.setdefault(phase, [_rss_mib()])
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_SAMPLE_SECONDS):
                samples.append(_rss_mib())

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        seconds: list[float] = []
        started = time.perf_counter()
        try:
            yield seconds
        finally:
            seconds.append(time.perf_counter() - started)
            done.set()
            watcher.join()
            samples.append(_rss_mib())

    def most(self, phase: str = "") -> float:
        """Return the most of a phase, or of all."""
        chosen = [self._samples[phase]] if phase else list(self._samples.values())
        return max(max(samples) for samples in chosen)

    def growth(self, phase: str) -> float:
        """Return how far the second half's most is above the first half's."""
        samples = self._samples[phase]
        half = max(1, len(samples) // 2)
        return max(samples[half:], default=0.0) - max(samples[:half])


def _rss_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Run by itself, or play one of its parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        _serve(options.count)
    elif options.worker:
        print(json.dumps(_work(options.worker, options.count)))
    else:
        for figure, value in run(options.count).items():
            print(f"{figure:40} {value:12.3f}")


if __name__ == "__main__":
    main()
