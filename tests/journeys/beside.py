"""The product beside a stand-in model, and what its database and logs hold afterwards."""

import shutil
import sqlite3
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from sandbox.charts import build
from smartapp.demo.processes import Demonstration, Places, free_port
from tests import migrated
from tests.journeys.conftest import chromium_path, quiet, wait_for_worker
from tests.stand_in_model import Server

KEY = "stand-in-key-that-no-log-may-hold"


@contextmanager
def product_beside(
    model: Server | None = None, charts: Path | None = None, **environment: str
) -> Iterator[Demonstration]:
    """Sandbox, app and worker with data of their own; with ``model``, drafts are asked of it.

    ``charts`` is a folder of bundles for the sandbox to hold instead of its own.
    """
    chromium_path()
    folder = Path(tempfile.mkdtemp(prefix="countersign-journeys-"))
    migrated.lay_into(folder)
    if model is not None:
        environment |= {"COUNTERSIGN_MODEL_BASE_URL": model.url, "ANTHROPIC_API_KEY": KEY}
    places = Places(free_port(), free_port(), folder)
    arguments = ("--charts", str(charts)) if charts else ()
    with Demonstration(
        places, sandbox_arguments=arguments, log=quiet, environment=environment
    ) as running:
        wait_for_worker(running)
        yield running
        running.kill("worker")  # asked to end, a worker takes many seconds for it
    shutil.rmtree(folder, ignore_errors=True)


def rows(product: Demonstration, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the app's database answers; nothing of ours runs in between."""
    path = product.places.data_dir / "countersign.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as database:
        return database.execute(query, values).fetchall()


def draft_of(page: Page) -> str:
    """The draft that is open in the panel."""
    address = page.locator("#draft").get_attribute("data-url") or ""
    return address.rstrip("/").split("/")[-1]


def statements(product: Demonstration, draft_id: str) -> int:
    """How many statements a draft has; more than one set of them is refused."""
    query = "select position from recommendations_statement where draft_id = ? order by position"
    positions = [position for (position,) in rows(product, query, draft_id.replace("-", ""))]
    assert len(positions) == len(set(positions)), "one set of statements"
    return len(positions)


def trail(product: Demonstration, draft_id: str) -> list[tuple[str, str]]:
    """The draft's events in order: type and code."""
    query = "select type, code from audit_auditevent where draft_id = ? order by id"
    return rows(product, query, draft_id)


def under_way(product: Demonstration) -> list[tuple[Any, ...]]:
    """Drafts that somebody is making, or should be."""
    return rows(
        product, "select id, state from recommendations_draft where state in ('queued', 'running')"
    )


@cache
def private_words() -> set[str]:
    """What of the sandbox's charts may stand in no log: names, record numbers, lines of notes."""
    found = set()
    for resource in build(datetime.now().astimezone().date()):
        if resource["resourceType"] == "Patient":
            found |= {name["family"] for name in resource["name"] if "family" in name}
            found |= {each["value"] for each in resource.get("identifier", [])}
        found |= set(_lines(resource))
    return {words for words in found if words}


def _lines(resource: dict[str, Any]) -> Iterator[str]:
    attachments = [each["attachment"] for each in resource.get("content", [])]
    data = [each.get("data", "") for each in [resource, *attachments]]
    for text in (b64decode(each).decode(errors="ignore") for each in data):
        yield from (line.strip() for line in text.splitlines() if len(line.strip()) > 25)


def logs(product: Demonstration) -> str:
    """All that sandbox, app and workers have written so far."""
    return "\n".join(p.read_text(errors="replace") for p in product.places.data_dir.glob("*.log"))


def assert_nothing_private(product: Demonstration) -> None:
    """No log holds a name, a record number, a line of a note or the model's key."""
    words = private_words()
    assert len(words) > 50, "the charts have names and notes to look for"
    written = logs(product)
    assert written, "there are logs to look into"
    assert [each for each in words | {KEY} if each in written] == []
