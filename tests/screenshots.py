"""The pictures in ``docs/screenshots/``, taken from the running product: ``make screenshots``.

Sandbox, app and worker are started beside the stand-in for the model, which puts a wrong dose, a
wrong value and an invented diagnosis into its draft, so that the marks can be seen. Nothing is
drawn: what a picture shows, Chromium showed.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from smartapp.demo.processes import ROOT, Demonstration, Places, free_port
from tests.journeys.approving import attest, look_at_all
from tests.stand_in_model import Server

FOLDER = ROOT / "docs" / "screenshots"
RUTH = "eQ81-774"
REVIEWER, PASSWORD = "lena.brandt", "only-for-the-pictures-2b"
MAX_BYTES = 500_000
_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """Where Chromium is; without it there are no pictures."""
    found = os.environ.get("COUNTERSIGN_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, _NAMES)), ""
    )
    if not found:
        sys.exit("Chromium is missing; set COUNTERSIGN_TEST_CHROMIUM to its path.")
    return found


class Photographer:
    """Someone at a browser of the running product."""

    def __init__(self, product: Demonstration, browser: Browser) -> None:
        self.product, self.browser = product, browser

    def page(self, width: int, height: int, theme: str = "light") -> Page:
        """A browser of its own, with nothing in it."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
        )
        return context.new_page()

    def take(self, page: Page, name: str, *, full: bool = True) -> None:
        """Save one picture; a broken layout or a heavy file is an error."""
        if full:
            self._grow(page)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            sys.exit(f"{name} is {over} px wider than its window.")
        page.mouse.move(0, 0)  # nothing looks pointed at
        page.wait_for_timeout(400)
        path = FOLDER / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        if path.stat().st_size > MAX_BYTES:
            sys.exit(f"{name} is heavier than {MAX_BYTES} bytes.")

    @staticmethod
    def _grow(page: Page) -> None:
        """Make the window as tall as the page: what sticks to its edges then sits at the ends."""
        width = page.evaluate("innerWidth")
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")

    def panel(self, page: Page, patient: str = RUTH) -> None:
        """Launch from the EHR and wait for the draft."""
        screen = f"{self.product.places.sandbox_url}/ehr/epic"
        known = httpx2.get(f"{screen}/patients.json", timeout=30).json()
        launch = httpx2.post(
            f"{screen}/launch/",
            json={"patient": patient, "user": known["clinicians"][0]},
            timeout=30,
        )
        page.goto(str(launch.raise_for_status().json()["url"]))
        page.wait_for_selector("#draft[data-state=ready]", timeout=60_000)

    def open_source(self, page: Page) -> None:
        """Open what a wrong value was held against, as a clinician would."""
        statement = page.locator(".st[data-blocking]").first
        statement.focus()
        statement.locator(".chip").first.click()
        page.wait_for_selector("[data-evidence]")

    def panels(self) -> None:
        """The panel at the width of an EHR's sidebar, by day and by night."""
        for theme in ("light", "dark"):
            page = self.page(360, 780, theme)
            self.panel(page)
            self.open_source(page)
            self.take(page, f"panel-360-{theme}")
            page.context.close()

    def in_the_ehr(self) -> None:
        """The chart in the pretend EHR, with the panel in its sidebar."""
        page = self.page(1280, 900)
        page.goto(f"{self.product.places.sandbox_url}/ehr/epic/patients/{RUTH}/")
        page.locator("button[name=user]").first.click()
        frame = page.frame_locator("iframe")
        frame.locator("#draft[data-state=ready]").wait_for(timeout=60_000)
        frame.locator("#next").click()
        frame.locator(".st[data-blocking]").first.scroll_into_view_if_needed()
        self._leave(page.locator("iframe"))
        self.take(page, "ehr-1280", full=False)
        page.context.close()

    @staticmethod
    def _leave(frame: Locator) -> None:
        """Move the pointer to a frame's corner: left on a button, that would look pointed at."""
        box = frame.bounding_box()
        if box is not None:
            frame.page.mouse.move(box["x"] + 12, box["y"] + 12)

    def signing(self) -> None:
        """Decide every statement, read what is to be signed, sign it."""
        page = self.page(360, 780)
        self.panel(page)
        self._decide(page)
        page.locator("#sign").click()
        page.wait_for_selector("#sign-form")
        self.take(page, "sign-360-light")
        attest(page)
        page.locator("#sign-do").click()
        page.wait_for_selector("#draft[data-state=signed]")
        page.context.close()

    def _decide(self, page: Page) -> None:
        _answered(page, page.locator("button[id^=fix-]").first)
        while page.locator("[data-blocking]").count():
            _answered(page, page.locator("[data-blocking] [data-do=remove]").first)
        look_at_all(page)
        _answered(page, page.locator("#approve-all"))

    def reviewing(self) -> None:
        """The trail and the decision, as a compliance reviewer sees them."""
        os.environ["COUNTERSIGN_STAFF_PASSWORD"] = PASSWORD
        self.product.manage("add_staff", REVIEWER, "--role", "compliance")
        page = self.page(1280, 900)
        page.goto(f"{self.product.places.app_url}/trail/")
        page.fill("input[name=login]", REVIEWER)
        page.fill("input[name=password]", PASSWORD)
        page.locator("main button.btn--primary").click()
        page.wait_for_url("**/trail/")
        self.take(page, "trail-1280", full=False)
        page.goto(f"{self.product.places.app_url}/trail/?kind=signed")
        page.locator("a[href*='/trail/decisions/']").first.click()
        page.wait_for_url("**/trail/decisions/**")
        self.take(page, "decision-1280", full=False)


def _answered(page: Page, button: Locator) -> None:
    """Press, and wait for the panel's answer."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        button.click()
    page.wait_for_timeout(300)


def main() -> None:
    """Start everything, take every picture, end everything."""
    chromium = chromium_path()
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="countersign-pictures-"))
    places = Places(free_port(), free_port(), folder)
    with Server() as model, sync_playwright() as playwright:
        model.control.set(
            {"seeded": ["dose", "value", "not_found"], "mending": "silent", "pace_ms": 1}
        )
        beside = {"COUNTERSIGN_MODEL_BASE_URL": model.url, "ANTHROPIC_API_KEY": "stand-in"}
        beside["COUNTERSIGN_MODEL_ID"] = "stand-in"  # no picture says a real model wrote this
        with Demonstration(places, environment=beside) as product:
            browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
            at_work = Photographer(product, browser)
            take: Callable[[], None]
            for take in (at_work.panels, at_work.in_the_ehr, at_work.signing, at_work.reviewing):
                take()
            browser.close()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
