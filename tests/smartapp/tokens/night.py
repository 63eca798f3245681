"""One of several processes that work at an EHR by night: ``python -m tests.smartapp.tokens.night``.

Says "ready", waits for a line on its input, then calls the EHR from many threads for a while (at
least once each) and prints what became of the calls: ``{"statuses": {…}, "errors": […]}``.
"""

import json
import sys
import threading
import time
from collections import Counter

import django

django.setup()

import httpx2  # noqa: E402 - after the settings

from smartapp.fhir.bearers import BackendBearer  # noqa: E402
from smartapp.fhir.transport.auth import Auth  # noqa: E402
from smartapp.models import Ehr  # noqa: E402


def main(slug: str, path: str, threads: int, seconds: float) -> None:
    """Work; ``path`` is below the FHIR base."""
    ehr = Ehr.objects.get(slug=slug)
    bearer = BackendBearer(ehr)
    pool = httpx2.HTTPTransport(limits=httpx2.Limits(max_connections=threads))
    client = httpx2.Client(transport=Auth(pool, bearer=bearer), timeout=30)
    statuses: Counter[str] = Counter()
    errors: list[str] = []
    start = threading.Event()

    def work() -> None:
        start.wait()
        until = time.monotonic() + seconds
        while True:
            try:
                answer = client.get(
                    f"{ehr.issuer}/{path}", headers={"Accept": "application/fhir+json"}
                )
                statuses[str(answer.status_code)] += 1
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")
            if time.monotonic() >= until:
                return
            time.sleep(0.2)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for each in workers:
        each.start()
    say("ready")
    sys.stdin.readline()
    start.set()
    for each in workers:
        each.join()
    say(json.dumps({"statuses": statuses, "errors": errors}))


def say(line: str) -> None:
    """Tell whoever started us."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
