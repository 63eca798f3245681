"""An access token that really runs out at an EHR that renews none."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.beside import assert_nothing_private, product_beside, rows
from tests.journeys.conftest import open_ready

# Long enough for a draft on a busy machine, short enough to wait for.
TOKEN_SECONDS = 15


@pytest.fixture(scope="module")
def product():
    with product_beside(
        SANDBOX_TOKEN_SECONDS=str(TOKEN_SECONDS), COUNTERSIGN_FHIR_CACHE_SECONDS="0"
    ) as running:
        yield running


def launch_of(page):
    return page.url.split("/l/")[1].split("/")[0]


def wait_for_expiry(product, page):
    """Let the token run out, as the EHR itself counts; there is none to renew it with."""
    query = "select refresh_token_sealed from smartapp_tokenset where launch_id = ?"
    assert rows(product, query, launch_of(page)) == [(None,)], "this EHR gives no refresh token"
    time.sleep(TOKEN_SECONDS + 1)


def begin_to_type(page, words):
    item = page.locator(".st").nth(0)
    item.click(position={"x": 5, "y": 5})
    item.locator("[data-do=edit]").click()
    page.locator("textarea").fill(words)


def test_words_typed_before_and_after_the_token_ran_out_come_back(product, context, launch_url):
    page = open_ready(context, launch_url())
    begin_to_type(page, "Typed before it ran out.")
    wait_for_expiry(product, page)
    page.locator("textarea").fill("Typed before it ran out, and after.")
    page.locator("#redraft").click()
    ended = page.locator("main .state h2")
    expect(ended).to_have_text("Your session has ended", timeout=20_000)
    expect(page.locator("main")).to_contain_text(
        "Open Countersign again from the same patient's chart"
    )
    expect(page.locator("main")).to_contain_text("It will be there.")
    assert "Halloway" not in page.inner_text("body")

    again = open_ready(context, launch_url())
    again.locator("#kept > summary").click()
    expect(again.locator("#kept")).to_contain_text("Typed before it ran out, and after.")
    again.locator("#use-kept-1").click()
    expect(again.locator(".st", has_text="Typed before it ran out, and after.")).to_have_count(1)
    assert_nothing_private(product)
