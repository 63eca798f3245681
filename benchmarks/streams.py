"""Two hundred drafts streaming at once, on however many cores there are: does one starve?

Two real web processes, two workers of threads, hospital and browsers' stand-ins on the same cores;
a stand-in model that writes some 65 tokens a second to each. All drafts are of one chart, so that
all are the same work. Every browser listens to its draft's events and fetches what is new as the
panel's script does.

``DATABASE_URL`` must name an empty PostgreSQL that takes ``CONNECTIONS`` (its own default is 100):
each slot of a worker holds one while it drafts. With SQLite the product refuses so many places and
slots. ``REDIS_URL`` names an empty Redis.

- ``first_statement_ms…``: from the first statement's last character on the wire to its having been
  fetched; ``asked_to_first_s…`` from asking for the draft.
- ``slowest_over_fastest``: how long the slowest draft took, from asking, over the fastest.
- ``fairness``: Jain's index of the drafts' rates (statements a second): 1 where all are the same,
  1/200 where one gets everything.
- ``longest_silence_s``: the longest that any browser heard of no new statement in mid-draft.
"""

import asyncio
import json
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import httpx2

from benchmarks.apparatus.listening import Followed, follow_all, launched
from benchmarks.apparatus.model import slow_model, wire
from benchmarks.goals import Goal
from smartapp.demo.browser import Browser, Page
from smartapp.demo.processes import Demonstration, Places, free_port

GOALS = [
    Goal("ready_by_model", at_least=200),
    Goal("at_once", at_least=190),
    Goal("fairness", at_least=0.95),
    Goal("slowest_over_fastest", at_most=2),
    Goal("longest_silence_s", at_most=10),
]
DRAFTS, PACE_MS, STATEMENTS = 200, 90, 24
PERSONALITY, PATIENT, DOCUMENT = "generic", "eQ81-774", "progress_note"
CONNECTIONS = 400
_SLOTS = ("--pool", "threads", "--concurrency", "110")
_REQUESTS = """
import json
from audit.models import AuditEvent
from recommendations.models import Draft
called = AuditEvent.objects.filter(type="model.called").values_list("draft_id", "detail_json")
requests = {json.loads(detail)["request_id"]: draft for draft, detail in called}
drafts = {str(d.pk): [d.drafter, d.fallback_code, d.failure_code] for d in Draft.objects.all()}
print(json.dumps([requests, drafts]))
"""


def run() -> dict[str, float]:
    """Measure."""
    places = Places(free_port(), free_port(), Path(tempfile.mkdtemp(prefix="countersign-bench-")))
    with slow_model(PACE_MS, statements=STATEMENTS) as model:
        environment = {
            "ANTHROPIC_API_KEY": "stand-in",
            "COUNTERSIGN_MODEL_BASE_URL": model,
            "COUNTERSIGN_MODEL_PLACES": str(DRAFTS + 20),
            "WEB_CONCURRENCY": "2",
        }
        with Demonstration(
            places, environment=environment, slots=_SLOTS, log=lambda _line: None
        ) as running:
            _hold_enough(running)
            running.start_worker("worker2")
            opened = _opened(running)
            _settled(running)
            seen = asyncio.run(follow_all(opened))
            told = running.manage("shell", "-v", "0", "-c", _REQUESTS)
            requests, drafts = json.loads(told.splitlines()[-1])
        return _figures(seen, wire(model), requests, drafts)


def _hold_enough(running: Demonstration) -> None:
    """Say it now where the database takes too few connections: drafts would break on that alone."""
    asked = (
        "from django.db import connection; cursor = connection.cursor(); "
        "cursor.execute('SHOW max_connections'); print(cursor.fetchone()[0])"
    )
    takes = int(running.manage("shell", "-v", "0", "-c", asked).split()[-1])
    if takes < CONNECTIONS:
        raise RuntimeError(f"max_connections is {takes}; this takes {CONNECTIONS}.")


def _opened(running: Demonstration) -> list[tuple[Browser, Page]]:
    url = f"{running.places.sandbox_url}/ehr/{PERSONALITY}/"
    users = httpx2.get(f"{url}patients.json", timeout=30).json()["clinicians"]

    def one(number: int) -> tuple[Browser, Page]:
        wishes = {"patient": PATIENT, "user": users[number % len(users)]}
        answer = httpx2.post(f"{url}launch/", json=wishes, timeout=60).raise_for_status()
        return launched(str(answer.json()["url"]), DOCUMENT)

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(one, range(DRAFTS)))


def _settled(running: Demonstration) -> None:
    """Wait until the drafts that opening began are done: those measured have the model alone."""
    count = (
        "from recommendations.models import Draft; "
        "print(Draft.objects.filter(state__in=['queued', 'running']).count())"
    )
    for _ in range(100):
        if running.manage("shell", "-v", "0", "-c", count).split()[-1] == "0":
            return
        time.sleep(3)
    raise RuntimeError("The drafts that opening began did not end.")


def _figures(
    seen: list[Followed],
    noted: dict[str, object],
    requests: dict[str, str],
    drafts: dict[str, list[str]],
) -> dict[str, float]:
    wired = noted["wire"]
    assert isinstance(wired, dict)
    first: dict[str, float] = {}
    for name, each in wired.items():  # a draft may be handed in again; its first counts
        first.setdefault(requests.get(name, ""), each["first_statement"])
    ready = [each for each in seen if drafts[each.draft_id][0] == "claude"]
    took = [each.ended - each.asked for each in ready]
    rates = [len(each.heard) / (each.ended - each.asked) for each in ready]
    shown = [each for each in ready if each.shown]
    to_screen = [(each.shown - first[each.draft_id]) * 1000 for each in shown]
    silences = [late - early for each in ready for early, late in pairwise(each.heard)]
    return {
        "ready_by_model": float(len(ready)),
        "fell_back": float(sum(bool(drafts[each.draft_id][1]) for each in seen)),
        "failed": float(sum(bool(drafts[each.draft_id][2]) for each in seen)),
        "at_once": float(str(noted["most_at_once"])),
        **_spread("first_statement_ms", to_screen),
        **_spread("asked_to_first_s", [each.shown - each.asked for each in shown]),
        **_spread("draft_s", took),
        "draft_s_fastest": min(took),
        "slowest_over_fastest": max(took) / min(took),
        "fairness": sum(rates) ** 2 / (len(rates) * sum(rate**2 for rate in rates)),
        "longest_silence_s": max(silences),
        "fetches": float(sum(each.fetches for each in seen)),
        "fetches_broken": float(sum(each.broken for each in seen)),
    }


def _spread(name: str, values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        name: statistics.median(ordered),
        f"{name}_p95": ordered[int(0.95 * len(ordered))],
        f"{name}_max": ordered[-1],
    }
