"""The administrators' pages in Chromium: readable by everybody, at a desk and on a telephone."""

import io
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from smartapp.administration.reports import report_on
from smartapp.models import Ehr, Night, Schedule, ScopeJustification, StaffUser
from smartapp.models.launches import patient_index
from smartapp.night import nights, waking
from smartapp.schedules.setting import set_schedule
from smartapp.scopes import approvals
from smartapp.staff.accounts import add_staff
from tests.conftest import Sandbox
from tests.journeys.conftest import chromium_path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
]
SIZES = {"narrow": {"width": 360, "height": 740}, "wide": {"width": 1280, "height": 900}}
PASSWORD = "a long one, for a test alone"
OVER_THE_EDGE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter(e =>
        e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .vh")
    ).map(e => e.outerHTML.slice(0, 80)).slice(0, 5)"""
PAGES = (
    "administration/scopes/epic/",
    "administration/ehrs/epic/",
    "administration/nights/",
    "administration/triage-rules/",
)


@pytest.fixture
def address(sandbox: Sandbox, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The app's own, with an EHR of which something waits, something is given up, some is idle."""
    cache.clear()
    monkeypatch.setattr(waking, "wake", lambda _: None)
    call_command("connect_sandbox", base_url=sandbox.base_url, stdout=io.StringIO())
    epic = Ehr.objects.get(slug="epic")
    report_on(epic)
    grace = StaffUser.objects.create(username="grace", role="administrator")
    approvals.justify(epic, "patient/Goal.read", "What the patient works towards.", author=grace)
    approvals.give_up(epic, "patient/CarePlan.read", by=grace)
    night = nights.begin(epic, ["a", "b", "c"])
    missing = ["encounter_diagnoses: suppressed (withheld)"]
    night.patients.filter(key=patient_index(epic, "a")).update(state="read", missing=missing)
    night.patients.filter(key=patient_index(epic, "b")).update(state="failed", code="not_found")
    Night.objects.update(code="invalid_client")
    set_schedule(epic, "changes", group="eG-diabetes", every_minutes=60)
    Schedule.objects.update(ended_at=timezone.now(), code="access_denied")
    set_schedule(epic, "export", group="eG-diabetes", at=time(3, 30))
    Schedule.objects.filter(work="export").update(running_since=timezone.now())
    add_staff(username="tomas", role="administrator", password=PASSWORD)
    return str(live_server.url)


def shown(address: str, place: str, size: str, theme: str) -> Iterator[Page]:
    """The page as an administrator has it who has just signed in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZES[size], color_scheme=theme)
        page.goto(f"{address}/accounts/login/?next=/{place}")
        page.locator("input[name=login]").fill("tomas")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(f"{address}/{place}")
        yield page
        browser.close()


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize(("size", "theme"), [("narrow", "light"), ("wide", "dark")])
def test_axe_finds_nothing_and_nothing_hangs_over_the_edge(
    address: str, place: str, size: str, theme: str
) -> None:
    errors: list[str] = []
    for page in shown(address, place, size, theme):
        page.on("console", lambda said: errors.append(said.text))
        page.reload()
        found = Axe().run(page).response["violations"]
        assert {each["id"]: [n["target"] for n in each["nodes"]][:3] for each in found} == {}
        assert page.evaluate(OVER_THE_EDGE) == []
    assert errors == []


def test_a_waiting_reason_is_approved_by_keyboard(address: str) -> None:
    for page in shown(address, PAGES[0], "wide", "light"):
        page.get_by_role("button", name="Approve patient/Goal.read").focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").filter(has_text="patient/Goal.read is approved.").wait_for()
    assert ScopeJustification.objects.get(scope="patient/Goal.read").is_approved
