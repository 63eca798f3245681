"""Pages of tables on a telephone: everything can be read without scrolling sideways."""

import os

import pytest

from tests.journeys.conftest import RUTH, new_launch, open_ready
from tests.journeys.test_panel import serious

NARROW = {"width": 360, "height": 740}
PASSWORD = "only-for-this-browser-7d"
# What lies right of its box's edge can only be had by scrolling, the page or the box.
OUT_OF_SIGHT = """() => [...document.querySelectorAll('main td, main th')]
  .filter((cell) => cell.checkVisibility() && !cell.closest('thead'))
  .filter((cell) => {
    const box = cell.closest('.scroll')?.getBoundingClientRect().right ?? innerWidth;
    return cell.getBoundingClientRect().right > Math.min(box, innerWidth) + 1;
  }).map((cell) => cell.textContent.trim().slice(0, 40))"""


@pytest.fixture(scope="module")
def worked(product, chromium):
    """A chart that was opened and drafted from, and members of staff who may see the pages."""
    context = chromium.new_context(viewport=NARROW)
    open_ready(context, new_launch(product))
    context.close()
    os.environ["COUNTERSIGN_STAFF_PASSWORD"] = PASSWORD
    product.manage("add_staff", "narrow.reviewer", "--role", "compliance")
    product.manage("add_staff", "narrow.administrator", "--role", "administrator")
    del os.environ["COUNTERSIGN_STAFF_PASSWORD"]


def signed_in(product, context, name, path):
    page = context.new_page()
    page.goto(f"{product.places.app_url}{path}")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".top__me")
    return page


def assert_all_in_sight(page):
    assert page.locator("main tbody td").count(), "there is a table to look at"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(OUT_OF_SIGHT) == []
    assert serious(page) == {}


def test_the_trail_and_a_decision(product, context, worked):
    page = signed_in(product, context, "narrow.reviewer", "/trail/")
    assert_all_in_sight(page)
    page.locator("a[href*='/trail/decisions/']").first.click()
    page.wait_for_url("**/trail/decisions/**")
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    assert_all_in_sight(page)


@pytest.mark.parametrize("path", ["/administration/scopes/epic/", "/administration/ehrs/epic/"])
def test_the_administrators_tables(product, context, worked, path):
    assert_all_in_sight(signed_in(product, context, "narrow.administrator", path))


@pytest.mark.parametrize("where", ["", f"{RUTH}/"])
def test_the_pretend_hospitals_tables(product, context, where):
    page = context.new_page()
    page.goto(f"{product.places.sandbox_url}/ehr/generic/patients/{where}")
    page.locator("button[name=user]").first.click()
    page.wait_for_selector("main td")
    assert_all_in_sight(page)
