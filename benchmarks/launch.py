"""From the callback to the patient's page, against the slowest single search.

In one run, against the sandbox hospital with 150 ms added to each call:

- ``app_ms``: from sending the callback to having the whole patient page, the token exchange, the
  identity checks and the redirect included; median of the launches.
- ``slowest_search_ms``: the panel's searches one by one, alone, over a warm connection; the
  slowest of their medians.
- ``fhirclient_ms``: the same searches with fhirclient's own client, one after the other, parsed.
"""

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from fhirclient.server import FHIRServer  # noqa: TID251 - the peer that is measured

from benchmarks.goals import Goal
from smartapp.demo.browser import Browser
from smartapp.demo.processes import Demonstration, Places, free_port

GOALS = [Goal("ratio_to_slowest_search", at_most=1.25)]
LATENCY_MS = 150
LAUNCHES = 15
QUIET_SECONDS = 1.5  # the draft that the launch before began is done by then
PATIENT, CLINICIAN = "eQ81-774", "Practitioner/eM5w-203"
SEARCHES = (
    "Patient?_id={patient}",
    "Condition?patient={patient}&category=problem-list-item",
    "MedicationRequest?patient={patient}&status=active,on-hold",
    "AllergyIntolerance?patient={patient}",
    "Observation?patient={patient}&category=laboratory&_count=200",
    "Observation?patient={patient}&category=vital-signs&_count=100",
    "DocumentReference?patient={patient}&_count=50",
    "Encounter?patient={patient}",
)


@dataclass
class _TimedBrowser(Browser):
    """Notes when the callback was sent and when the page after it had arrived."""

    callback_sent: float = 0.0
    callback_answered: float = 0.0
    page_arrived: float = 0.0

    def _send(
        self, method: str, url: str, data: dict[str, str] | None, referrer: str
    ) -> httpx2.Response:
        sent = time.perf_counter()
        answer = super()._send(method, url, data, referrer)
        self.page_arrived = time.perf_counter()
        if "/launch/callback/" in urlsplit(url).path:
            self.callback_sent, self.callback_answered = sent, self.page_arrived
        return answer


def run() -> dict[str, float]:
    """Measure; milliseconds, medians."""
    places = Places(free_port(), free_port(), Path(tempfile.mkdtemp(prefix="countersign-bench-")))
    extra = {"SANDBOX_LATENCY_MS": str(LATENCY_MS)}
    with Demonstration(places, environment=extra, log=lambda _line: None) as running:
        launches = [_launch_ms(running) for _ in range(LAUNCHES + 2)][2:]  # two to warm up
        token, base = _token(running)
        slowest = _slowest_search_ms(base, token)
        peer = _fhirclient_ms(base, token)
    app = [whole for whole, _ in launches]
    app_ms = statistics.median(app)
    return {
        "app_ms": app_ms,
        "callback_ms": statistics.median(callback for _, callback in launches),
        "app_ms_best": min(app),
        "app_ms_worst": max(app),
        "slowest_search_ms": slowest,
        "fhirclient_ms": peer,
        "ratio_to_slowest_search": app_ms / slowest,
        "fhirclient_ratio_to_slowest_search": peer / slowest,
        "times_faster_than_fhirclient": peer / app_ms,
    }


def _begin(running: Demonstration) -> dict[str, Any]:
    answer = httpx2.post(
        f"{running.places.sandbox_url}/ehr/generic/launch/",
        json={"patient": PATIENT, "user": CLINICIAN},
    )
    return dict(answer.raise_for_status().json())


def _launch_ms(running: Demonstration) -> tuple[float, float]:
    """Launch once; return the whole time, and the callback's part of it."""
    time.sleep(QUIET_SECONDS)
    browser = _TimedBrowser()
    page = browser.get(_begin(running)["url"])
    page.one("#draft")
    whole = browser.page_arrived - browser.callback_sent
    return whole * 1000, (browser.callback_answered - browser.callback_sent) * 1000


def _token(running: Demonstration) -> tuple[str, str]:
    """Return an access token of a scripted launch, and the FHIR base it is good for."""
    from tests.conftest import Sandbox  # noqa: PLC0415 - only here, and only from a checkout
    from tests.sandbox.hospital import sign_in  # noqa: PLC0415

    sandbox = Sandbox(running.places.sandbox_url, running.places.app_url)
    client = sign_in(sandbox, "generic", PATIENT, CLINICIAN)
    return client.token, client.base


def _slowest_search_ms(base: str, token: str) -> float:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
    with httpx2.Client(headers=headers, timeout=30) as client:
        client.get(f"{base}/Patient/{PATIENT}").raise_for_status()
        return max(
            statistics.median(_timed_get(client, f"{base}/{search}") for _ in range(5))
            for search in SEARCHES
        )


def _timed_get(client: httpx2.Client, template: str) -> float:
    started = time.perf_counter()
    client.get(template.format(patient=PATIENT)).raise_for_status()
    return (time.perf_counter() - started) * 1000


class _Client:
    """As little of a fhirclient client as its server class asks for."""

    def __init__(self, token: str) -> None:
        self.auth = None
        self.token = token

    def save_state(self) -> None:
        """Nothing is kept."""


def _fhirclient_ms(base: str, token: str) -> float:
    from fhirclient.models.bundle import Bundle  # noqa: PLC0415 - slow to import, measured apart

    server = FHIRServer(_Client(token), base_uri=base)
    server.session.headers["Authorization"] = f"Bearer {token}"
    runs = []
    for _ in range(3):
        started = time.perf_counter()
        for search in SEARCHES:
            Bundle(server.request_json(search.format(patient=PATIENT)), strict=False)
        runs.append((time.perf_counter() - started) * 1000)
    return statistics.median(runs)
