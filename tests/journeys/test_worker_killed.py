"""A worker killed in the middle of a draft: taken up or told, within thirty seconds, only once."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.beside import (
    assert_nothing_private,
    draft_of,
    product_beside,
    statements,
    trail,
    under_way,
)
from tests.journeys.conftest import RUTH
from tests.stand_in_model import Server

pytestmark = pytest.mark.alone
PROMISE = 30.0  # seconds
STEADY = {"pace_ms": 60}  # a draft takes ten seconds
CRAWLING = {"pace_ms": 5000}  # it does not end while a test looks on
QUICK = {"pace_ms": 1}
OTHER = "eQ44-207"


@pytest.fixture(scope="module")
def model():
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def product(model):
    with product_beside(model) as running:
        yield running


def half_drafted(product, model, context, *urls):
    """Panels whose drafts are arriving: some of the statements are there."""
    model.control.set(STEADY)
    pages = [context.new_page() for _ in urls]
    for page, url in zip(pages, urls, strict=True):
        page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
        page.goto(url)
    for page in pages:
        page.wait_for_selector("#draft[data-state=running] .st[data-outcome]", timeout=40_000)
        assert statements(product, draft_of(page)) > 0
    model.control.set(CRAWLING)
    return pages


def wait_for(page, state, since):
    """Wait for the draft's state, for no longer than the promise; returns the seconds it took."""
    left = since + PROMISE - time.monotonic()
    page.wait_for_selector(f"#draft[data-state={state}]", timeout=max(1.0, left) * 1000)
    return time.monotonic() - since


def assert_one_draft(product, page):
    shown = page.locator(".st__text").all_inner_texts()
    assert len(shown) == len(set(shown)) == statements(product, draft_of(page))
    assert trail(product, draft_of(page)).count(("draft.ready", "")) == 1


def test_with_nobody_else_it_is_shown_failed_and_a_retry_works(product, model, context, launch_url):
    (page,) = half_drafted(product, model, context, launch_url())
    lost = draft_of(page)
    product.kill("worker")
    killed = time.monotonic()
    wait_for(page, "failed", killed)
    expect(page.locator("#draft .state h2")).to_have_text("The draft was interrupted")
    expect(page.locator("#draft .state__fact")).to_contain_text("worker_lost")
    assert ("draft.failed", "worker_lost") in trail(product, lost)
    assert under_way(product) == []

    model.control.set(QUICK)
    page.locator("#retry").click()
    page.wait_for_selector("#draft[data-state=queued]")
    product.start_worker()
    wait_for(page, "ready", time.monotonic())
    expect(page.locator(".draft__by")).to_contain_text("Draft by Claude")
    assert draft_of(page) != lost
    assert_one_draft(product, page)
    assert under_way(product) == []
    assert ("draft.ready", "") not in trail(product, lost)
    assert_nothing_private(product)


def test_another_worker_takes_up_every_draft_of_the_killed_one(product, model, context, launch_url):
    pages = half_drafted(product, model, context, launch_url(RUTH), launch_url(OTHER))
    product.start_worker("second")
    time.sleep(3)  # both are there for a while, and the second takes nothing from the first
    product.kill("worker")
    killed = time.monotonic()
    model.control.set(QUICK)
    for page in pages:
        wait_for(page, "ready", killed)
        assert [kind for kind, _ in trail(product, draft_of(page))].count("draft.taken_up") == 1
        assert_one_draft(product, page)
    assert under_way(product) == []
    product.start_worker()
    product.kill("second")
    assert_nothing_private(product)
