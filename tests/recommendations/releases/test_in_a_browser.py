"""The pages on prompts in Chromium: two people put a version into use, one goes a step back."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from recommendations.models import ReleaseChange
from recommendations.releases import changing, choosing
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import StaffUser
from smartapp.staff.accounts import add_staff
from tests.journeys.conftest import chromium_path
from tests.recommendations.drafts import people
from tests.recommendations.releases.conftest import NEWEST, measured_and_shadowed
from tests.recommendations.releases.test_changing import WHY, put_into_use, wish
from tests.smartapp.administration.test_in_a_browser import OVER_THE_EDGE, PASSWORD, SIZES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
]
HERE = "administration/prompts/progress_note/"
PAGES = (HERE, "administration/prompts/", "administration/prompts/text/contract/5/?from=4")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright runs a loop in this thread, which the database is not asked from.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=chromium_path(), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )


@pytest.fixture
def address(live_server: Any) -> str:
    people.launch()
    for name in ("grace", "tomas"):
        add_staff(username=name, role="administrator", password=PASSWORD)
    return str(live_server.url)


def signed_in(browser: Browser, address: str, name: str, place: str = HERE, **how: Any) -> Page:
    """A page as an administrator has it who has just signed in, in a browser of their own."""
    page = browser.new_context(**how).new_page()
    page.goto(f"{address}/accounts/login/?next=/{place}")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{address}/{place}")
    return page


def used() -> str:
    return choosing.release_of(choosing.in_use(DOCUMENTS["progress_note"])).version


def test_two_people_put_a_version_into_use_and_one_goes_a_step_back(
    browser: Browser, address: str
) -> None:
    grace = signed_in(browser, address, "grace")
    grace.get_by_text("Propose a change", exact=True).last.click()
    grace.get_by_label("Version of the contract").select_option("4")
    grace.get_by_label("Models, one a line").fill("model-a")
    grace.get_by_label("Why?").fill(WHY)
    grace.get_by_role("button", name="Propose").click()
    grace.get_by_role("status").filter(has_text="The change is proposed.").wait_for()
    assert grace.get_by_role("button", name="Approve").count() == 0
    assert used() == f"contract@{NEWEST} progress_note@1"

    tomas = signed_in(browser, address, "tomas")
    tomas.get_by_role("button", name="Approve contract@4 progress_note@1").click()
    tomas.get_by_role("status").filter(has_text="Approved.").wait_for()
    assert used() == "contract@4 progress_note@1"

    grace.reload()
    grace.locator("summary").filter(
        has_text=f"Roll back to contract@{NEWEST} progress_note@1"
    ).focus()
    grace.keyboard.press("Enter")
    grace.get_by_label("Why is it rolled back?").fill("Two notes named the wrong drug.")
    grace.keyboard.press("Tab")
    grace.keyboard.press("Enter")
    grace.get_by_role("status").filter(has_text="Rolled back.").wait_for()
    assert used() == f"contract@{NEWEST} progress_note@1"
    assert ReleaseChange.objects.get(kind="back").proposer_name == "grace"


def test_a_page_that_was_left_open_takes_nothing_back_that_it_does_not_show(
    browser: Browser, address: str
) -> None:
    grace, tomas = (StaffUser.objects.get(username=name) for name in ("grace", "tomas"))
    put_into_use(wish(), grace, tomas)
    page = signed_in(browser, address, "grace")
    put_into_use(wish(contract=3), grace, tomas)
    page.get_by_text(f"Roll back to contract@{NEWEST} progress_note@1").click()
    page.get_by_label("Why is it rolled back?").fill("Two notes named the wrong drug.")
    page.get_by_role("button", name="Roll back now").click()
    page.get_by_role("alert").filter(has_text="release_moved").wait_for()
    assert page.get_by_label("Why is it rolled back?").input_value().startswith("Two notes")
    assert used() == "contract@3 progress_note@1"


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize(("size", "theme"), [("narrow", "light"), ("wide", "dark")])
def test_axe_finds_nothing_and_nothing_hangs_over_the_edge(
    browser: Browser, address: str, place: str, size: str, theme: str
) -> None:
    grace, tomas = (StaffUser.objects.get(username=name) for name in ("grace", "tomas"))
    put_into_use(wish(models=("claude-sonnet-5-5", "claude-haiku-5-1")), grace, tomas)
    put_into_use(wish(contract=3, unit="demo/ward-4"), grace, tomas)
    changing.propose(wish(contract=2), WHY, by=tomas)
    measured_and_shadowed(people.launch())
    how = {"viewport": SIZES[size], "color_scheme": theme}
    page = signed_in(browser, address, "grace", place, **how)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text))
    page.reload()
    page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    assert {each["id"]: [n["target"] for n in each["nodes"]][:3] for each in found} == {}
    assert page.evaluate(OVER_THE_EDGE) == []
    assert errors == []
