"""Statements as they arrive: each with its sources, which open in place and stay open."""

import pytest
from playwright.sync_api import expect

from tests.journeys.beside import product_beside
from tests.journeys.test_panel import serious
from tests.stand_in_model import Server

ARRIVED = "#draft[data-state=running] .st[data-outcome]"


@pytest.fixture(scope="module")
def product():
    with Server() as model:
        model.control.set({"pace_ms": 60})  # a draft takes ten seconds
        with product_beside(model) as running:
            yield running


def test_each_statement_comes_with_its_sources_which_open_and_stay_open(context, launch_url):
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(launch_url())
    page.wait_for_selector(ARRIVED, timeout=40_000)
    bare = page.locator(ARRIVED).evaluate_all(
        "all => all.filter(e => !e.querySelector('[data-chip], .gap')).map(e => e.textContent)"
    )
    assert bare == [], "every statement stands with its source, or says that there is none"
    item = page.locator(".st", has=page.locator("[data-chip]")).first
    item.locator("[data-chip]").first.click()
    drawer = item.locator("[data-evidence]")
    expect(drawer).to_be_visible()
    expect(page.locator("#draft")).to_have_attribute("data-state", "running")
    assert serious(page) == {}

    page.wait_for_selector("#draft[data-state=ready]", timeout=60_000)
    expect(drawer).to_be_visible()
    expect(item.locator("[data-chip]").first).to_have_attribute("aria-expanded", "true")
    expect(item).to_have_attribute("aria-current", "true")
    drawer.get_by_label("Close the source").click()
    expect(drawer).to_have_count(0)
    expect(item.locator("[data-chip]").first).to_have_attribute("aria-expanded", "false")
