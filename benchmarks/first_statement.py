"""From the model's first complete statement on the wire to the statement on the screen.

The clock starts when the stand-in has written the last character of the first statement, and stops
in the frame after which Chromium shows it: verified, written with its rows of the trail, told over
the event stream, fetched and put in its place in between. One clinician at a time, with the real
web process, worker and hospital on the same cores.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, sync_playwright

from benchmarks.apparatus.model import slow_model, wire
from benchmarks.goals import Goal
from smartapp.demo.processes import Demonstration, Places, free_port

GOALS = [Goal("first_statement_ms", at_most=300), Goal("first_statement_ms_p95", at_most=300)]
PACE_MS = 90  # for some six tokens: a model of 65 tokens a second
STATEMENTS = 2  # the others would only make it long
LAUNCHES = 16
PERSONALITY, PATIENT = "generic", "eQ81-774"

# When the first statement's card is in the page, the frame after it, in Unix milliseconds.
_WATCH = """
new MutationObserver((_, watching) => {
  if (!document.querySelector('.sts > .st[id^="statement-"]')) return;
  watching.disconnect();
  const shown = () => { window.seenAt = performance.timeOrigin + performance.now(); };
  requestAnimationFrame(() => setTimeout(shown));
}).observe(document, { childList: true, subtree: true });
"""


def run() -> dict[str, float]:
    """Measure; milliseconds."""
    with slow_model(PACE_MS, statements=STATEMENTS) as model:
        found = _one_at_a_time(model)
    return {
        "first_statement_ms": statistics.median(found),
        "first_statement_ms_p95": sorted(found)[int(0.95 * len(found))],
        "first_statement_ms_worst": max(found),
        "launches": float(len(found)),
    }


def _one_at_a_time(model: str) -> list[float]:
    places = Places(free_port(), free_port(), Path(tempfile.mkdtemp(prefix="countersign-bench-")))
    environment = {"ANTHROPIC_API_KEY": "stand-in", "COUNTERSIGN_MODEL_BASE_URL": model}
    with (
        Demonstration(places, environment=environment, log=lambda _line: None) as running,
        sync_playwright() as playwright,
    ):
        from tests.journeys.conftest import (  # noqa: PLC0415 - only from a checkout
            _ARGUMENTS,
            chromium_path,
            wait_for_worker,
        )

        wait_for_worker(running)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=_ARGUMENTS)
        found = [_launch_ms(running, browser, model) for _ in range(LAUNCHES + 2)][2:]  # warm now
        browser.close()
    return found


def _launch_ms(running: Demonstration, browser: Browser, model: str) -> float:
    before = set(wire(model)["wire"])
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.goto(_begin(running)["url"])
    page.wait_for_selector('#draft[data-state="ready"]', timeout=60_000)
    seen = float(page.evaluate("window.seenAt")) / 1000
    context.close()
    noted = wire(model)["wire"]
    (new,) = set(noted) - before
    time.sleep(0.5)
    return (seen - float(noted[new]["first_statement"])) * 1000


def _begin(running: Demonstration) -> dict[str, Any]:
    url = f"{running.places.sandbox_url}/ehr/{PERSONALITY}/"
    user = httpx2.get(f"{url}patients.json", timeout=30).json()["clinicians"][0]
    answer = httpx2.post(f"{url}launch/", json={"patient": PATIENT, "user": user}, timeout=30)
    return dict(answer.raise_for_status().json())
