"""A reviewer adds a second factor in the browser, where one is demanded."""

import os
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.journeys.beside import product_beside
from tests.journeys.test_panel import serious

REVIEWER, PASSWORD = "wary.reviewer", "only-for-this-browser-4c"


@pytest.fixture(scope="module")
def wary():
    """A product that shows staff nothing without a second factor."""
    with product_beside(COUNTERSIGN_STAFF_SECOND_FACTOR="true") as running:
        os.environ["COUNTERSIGN_STAFF_PASSWORD"] = PASSWORD
        running.manage("add_staff", REVIEWER, "--role", "compliance")
        del os.environ["COUNTERSIGN_STAFF_PASSWORD"]
        yield running


def test_a_reviewer_adds_a_second_factor_and_sees_the_trail(wary, chromium):
    app = wary.places.app_url
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = context.new_page()
    broken = []
    page.on("console", lambda m: broken.append(m.text) if "policy" in m.text.lower() else None)
    page.goto(f"{app}/trail/")
    page.fill("input[name=login]", REVIEWER)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Add a second factor first")
    assert serious(page) == {}
    page.click("text=Add one now")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".qr svg path")
    assert page.locator(".qr svg").bounding_box()["width"] > 150
    assert serious(page) == {}
    secret = page.locator("p .mono").first.inner_text()
    page.fill("input[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes li")
    assert page.locator(".codes li").count() == 10
    assert serious(page) == {}
    page.click("text=I have kept them")
    page.wait_for_url(f"{app}/trail/")
    assert page.locator("text=changed the second factor").count() > 0
    assert broken == []
    context.close()
