"""The app's own share of a draft: the time outside the model and outside the EHR.

Drafts are made by the real worker over HTTP, for every chart of the sandbox hospital, once with
the stand-in for the Messages API and once offline. The shares are those the worker itself keeps
with each draft (``usage``): total, EHR, model, and what is left, which is ours. What is done while
the model is still writing, or while the EHR has not answered, keeps nobody and counts as theirs;
the processor time of all of it, the SDK's and the reader's too, is printed beside it (``cpu_ms``).

The page waits as a browser's does: it listens to the draft's events and fetches what is new, at
most every 300 ms. Browser, hospital, model, web and worker share the machine's cores.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from benchmarks.goals import Goal
from smartapp.demo.browser import Browser, Page
from smartapp.demo.processes import ROOT, Demonstration, Places, free_port

GOALS = [Goal("model_app_ms", at_most=50), Goal("offline_app_ms", at_most=50)]
PERSONALITY = "generic"
ROUNDS = 2
PAUSE = 0.3  # seconds between two fetches of the panel's script, however many events come
_SHARES = """
import json
from recommendations.models import Draft
drafts = Draft.objects.filter(state="ready").order_by("ready_at")
print(json.dumps([{"drafter": d.drafter, **d.usage} for d in drafts]))
"""


def run() -> dict[str, float]:
    """Measure; medians in milliseconds."""
    figures: dict[str, float] = {}
    with _stand_in_model() as address:
        model = {"ANTHROPIC_API_KEY": "stand-in", "COUNTERSIGN_MODEL_BASE_URL": address}
        figures |= _figures("model", "claude", model)
    return figures | _figures("offline", "offline", {"ANTHROPIC_API_KEY": ""})


def _figures(name: str, drafter: str, environment: dict[str, str]) -> dict[str, float]:
    places = Places(free_port(), free_port(), Path(tempfile.mkdtemp(prefix="countersign-bench-")))
    with Demonstration(places, environment=environment, log=lambda _line: None) as running:
        for _ in range(ROUNDS):
            for patient, user in _people(running):
                _draft(running, patient, user)
        shares = json.loads(running.manage("shell", "-v", "0", "-c", _SHARES).splitlines()[-1])
    made = [share for share in shares if share["drafter"] == drafter]
    own = [share["app_ms"] for share in made]
    return {
        f"{name}_drafts": len(own),
        # The stand-in has nothing to say of a nearly empty chart; the offline drafter takes over.
        f"{name}_fell_back": len(shares) - len(made),
        f"{name}_app_ms": statistics.median(own),
        f"{name}_app_ms_worst": max(own),
        f"{name}_cpu_ms": statistics.median(share["cpu_ms"] for share in made),
        f"{name}_total_ms": statistics.median(share["total_ms"] for share in made),
    }


def _people(running: Demonstration) -> list[tuple[str, str]]:
    url = f"{running.places.sandbox_url}/ehr/{PERSONALITY}/patients.json"
    found = httpx2.get(url, timeout=30).raise_for_status().json()
    return [(row["id"], found["clinicians"][0]) for row in found["patients"]]


def _draft(running: Demonstration, patient: str, user: str) -> None:
    """Launch for a patient and wait until the draft is ready."""
    wishes = {"patient": patient, "user": user}
    url = f"{running.places.sandbox_url}/ehr/{PERSONALITY}/launch/"
    launch = httpx2.post(url, json=wishes, timeout=30).raise_for_status().json()
    browser = Browser()
    page = browser.get(launch["url"])
    while page.one("#draft").attributes.get("data-state") not in {"queued", "running", "ready"}:
        # Where there is little to draft from, the panel asks before it begins.
        page = browser.submit(page, page.one("form[data-act=request-draft]"))
    if page.one("#draft").attributes["data-state"] != "ready":
        _listen(browser, page)


def _listen(browser: Browser, page: Page) -> None:
    """Follow a draft to its end as the panel's script does."""
    shown = page.one("#draft").attributes
    fragment, asked = urljoin(page.url, str(shown["data-url"])), 0.0
    seen, events = shown.get("data-news"), urljoin(page.url, str(shown["data-events"]))
    jar = browser.cookies[urlsplit(page.url).netloc]
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    with browser.client.stream("GET", events, headers=headers, timeout=60) as stream:
        for line in stream.iter_lines():
            if not line.startswith("data:"):
                continue
            state = json.loads(line.removeprefix("data:")).get("state")
            if state == "failed":
                break
            if state == "ready" or time.monotonic() - asked >= PAUSE:
                asked = time.monotonic()
                answer = browser.client.get(
                    fragment, params={"seen": seen}, headers={**headers, "HX-Request": "true"}
                ).raise_for_status()
                found = HTMLParser(answer.text).css_first("#draft")
                seen = found.attributes.get("data-news") if found else seen
            if state == "ready":
                return
    raise RuntimeError("A draft did not become ready.")


@contextmanager
def _stand_in_model() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.stand_in_model", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/control")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            httpx2.get(url, timeout=1)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The stand-in model did not start.")
