"""The trail's pages as a compliance reviewer has them: what axe finds, by day and by night."""

import os

import pytest

from tests.journeys.approving import approve_all
from tests.journeys.conftest import new_launch, open_ready
from tests.journeys.test_panel import serious, sign

REVIEWER, PASSWORD = "axe.reviewer", "only-for-this-browser-4c"
SIZES = {"desk": {"width": 1280, "height": 900}, "narrow": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def signed(product, chromium):
    """A decision to look at, and somebody who may look."""
    context = chromium.new_context(viewport=SIZES["narrow"])
    page = open_ready(context, new_launch(product))
    approve_all(page)
    page.wait_for_selector("#sign:not([aria-disabled])")
    sign(page)
    context.close()
    os.environ["COUNTERSIGN_STAFF_PASSWORD"] = PASSWORD
    product.manage("add_staff", REVIEWER, "--role", "compliance")
    del os.environ["COUNTERSIGN_STAFF_PASSWORD"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious_on_the_reviewers_pages(product, chromium, signed, size, theme):
    context = chromium.new_context(viewport=SIZES[size], color_scheme=theme)
    page = context.new_page()
    page.goto(f"{product.places.app_url}/trail/")
    assert serious(page) == {}
    page.fill("input[name=login]", REVIEWER)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{product.places.app_url}/trail/")
    assert page.locator("a[href*='/trail/']").count() > 3, "the trail lists something"
    assert serious(page) == {}
    page.goto(f"{product.places.app_url}/trail/?kind=signed")
    assert serious(page) == {}
    page.locator("a[href*='/trail/decisions/']").first.click()
    page.wait_for_url("**/trail/decisions/**")
    assert serious(page) == {}
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    assert serious(page) == {}, "and nothing in what is folded"
    context.close()


def test_a_printed_decision_is_folded_nowhere(product, chromium, signed):
    context = chromium.new_context(viewport=SIZES["desk"])
    page = context.new_page()
    page.goto(f"{product.places.app_url}/trail/?kind=signed")
    page.fill("input[name=login]", REVIEWER)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("a[href*='/trail/decisions/']").first.click()
    page.wait_for_url("**/trail/decisions/**")
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height < 6000, "what held is folded"
    folded = page.locator("main details:not([open])").count()
    assert folded > 3
    page.evaluate(
        """() => addEventListener('beforeprint', () => {
            window.foldedOnPaper = document.querySelectorAll('main details:not([open])').length;
        })"""
    )
    page.pdf()
    assert page.evaluate("window.foldedOnPaper") == 0
    assert page.locator("main details:not([open])").count() == folded
    context.close()
