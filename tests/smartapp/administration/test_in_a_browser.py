"""The administrators' pages in Chromium: readable by everybody, at a desk and on a telephone."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from smartapp.administration.reports import report_on
from smartapp.models import Ehr, ScopeJustification, StaffUser
from smartapp.scopes import approvals
from tests.conftest import Sandbox
from tests.journeys.conftest import chromium_path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
]
SIZES = {"narrow": {"width": 360, "height": 740}, "wide": {"width": 1280, "height": 900}}
PAGES = ("administration/scopes/epic/", "administration/ehrs/epic/")


@pytest.fixture
def address(sandbox: Sandbox, live_server: Any) -> str:
    """The app's own, with an EHR of which something waits, something is given up, some is idle."""
    cache.clear()
    call_command("connect_sandbox", base_url=sandbox.base_url, stdout=io.StringIO())
    epic = Ehr.objects.get(slug="epic")
    report_on(epic)
    grace = StaffUser.objects.create(username="grace", role="administrator")
    approvals.justify(epic, "patient/Goal.read", "What the patient works towards.", author=grace)
    approvals.give_up(epic, "patient/CarePlan.read", by=grace)
    return str(live_server.url)


@pytest.fixture
def signed_in(address: str) -> dict[str, Any]:
    """The cookie of an administrator's session."""
    client = Client()
    client.force_login(StaffUser.objects.create(username="tomas", role="administrator"))
    (cookie,) = client.cookies.values()
    return {"name": cookie.key, "value": cookie.value, "url": address, "secure": True}


def shown(cookie: dict[str, Any], place: str, size: str, theme: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport=SIZES[size], color_scheme=theme)
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(place)
        yield page
        browser.close()


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize(("size", "theme"), [("narrow", "light"), ("wide", "dark")])
def test_axe_finds_nothing_and_nothing_hangs_over_the_edge(
    signed_in: Any, address: str, place: str, size: str, theme: str
) -> None:
    errors: list[str] = []
    for page in shown(signed_in, f"{address}/{place}", size, theme):
        page.on("console", lambda said: errors.append(said.text))
        page.reload()
        found = Axe().run(page).response["violations"]
        assert {each["id"]: [n["target"] for n in each["nodes"]][:3] for each in found} == {}
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0
    assert errors == []


def test_a_waiting_reason_is_approved_by_keyboard(signed_in: Any, address: str) -> None:
    for page in shown(signed_in, f"{address}/{PAGES[0]}", "wide", "light"):
        page.get_by_role("button", name="Approve patient/Goal.read").focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").wait_for()
        assert "patient/Goal.read is approved." in page.get_by_role("status").inner_text()
    assert ScopeJustification.objects.get(scope="patient/Goal.read").is_approved
