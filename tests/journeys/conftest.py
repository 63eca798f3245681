"""The whole product beside the pretend hospital, and Chromium as a clinician has it.

The app is on ``localhost`` and the EHR on ``127.0.0.1``: two sites, so that a frame of one in the
other is a third party, whose unpartitioned cookies Chromium is told to block.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.core.cache.backends.filebased import FileBasedCache
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from smartapp.demo.processes import Demonstration, Places, free_port
from tests import migrated
from tests.smartapp.running import wait_for

RUTH = "eQ81-774"
# Of recommendations.drafts.sweep, which is not to be imported before there are settings.
SIGN_OF_LIFE = "drafts:worker-alive"
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-third-party-cookie-phaseout",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a real browser."""
    for item in items:
        if "tests/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))


def chromium_path() -> str:
    """Where Chromium is; without it these tests are skipped, and fail where CI is set."""
    found = os.environ.get("COUNTERSIGN_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, _NAMES)), ""
    )
    if not found and os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing; set COUNTERSIGN_TEST_CHROMIUM to its path.")
    if not found:
        pytest.skip("Chromium is missing; set COUNTERSIGN_TEST_CHROMIUM to its path.")
    return found


def quiet(_: object) -> None:
    """Say nothing of the processes' progress."""


def wait_for_worker(running: Demonstration) -> None:
    """Wait until the worker is there, so that no test's draft waits for that besides.

    It comes up in some seconds, and in many on a busy machine.
    """
    cache = FileBasedCache(str(running.places.data_dir / "cache"), {})
    wait_for(lambda: cache.get(SIGN_OF_LIFE) is not None, seconds=60)


@pytest.fixture(scope="session")
def product() -> Iterator[Demonstration]:
    """Sandbox, app and worker on free ports, with data of their own."""
    chromium_path()
    folder = Path(tempfile.mkdtemp(prefix="countersign-journeys-"))
    migrated.lay_into(folder)
    places = Places(free_port(), free_port(), folder)
    with Demonstration(places, log=quiet) as running:
        wait_for_worker(running)
        yield running
        running.kill("worker")  # asked to end, a worker takes many seconds for it
    shutil.rmtree(folder, ignore_errors=True)


# A module at a time: Playwright keeps an event loop in this thread, in which Django's ORM would
# refuse to work for the tests of other rooms.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, as an EHR's workstation has it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of one person, 360 pixels wide."""
    opened = chromium.new_context(viewport={"width": 360, "height": 740})
    yield opened
    opened.close()


def new_launch(
    product: Demonstration, patient: str = RUTH, personality: str = "epic", **values: Any
) -> str:
    """Have the EHR make a launch; returns where the browser is sent."""
    hospital = product.places.sandbox_url
    user = (
        values.pop("user", None)
        or httpx2.get(f"{hospital}/ehr/{personality}/patients.json", timeout=30).json()[
            "clinicians"
        ][0]
    )
    answer = httpx2.post(
        f"{hospital}/ehr/{personality}/launch/",
        json={"patient": patient, "user": str(user), **values},
        timeout=30,
    )
    return str(answer.raise_for_status().json()["url"])


@pytest.fixture
def launch_url(product: Demonstration) -> Callable[..., str]:
    """Have the EHR of this product make a launch; returns where the browser is sent."""
    return partial(new_launch, product)


@pytest.fixture
def ready(context: BrowserContext, launch_url: Callable[..., str]) -> Page:
    """Ruth's panel with its first draft ready to review; a script error fails the test."""
    return open_ready(context, launch_url())


def open_ready(context: BrowserContext, url: str) -> Page:
    """A panel whose draft is ready."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(url)
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    return page
