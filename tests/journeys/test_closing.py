"""Closing a session from its own panel, by finger and by keyboard."""

from playwright.sync_api import expect

from tests.journeys.beside import rows
from tests.journeys.conftest import open_ready
from tests.journeys.test_panel import SAVED, serious


def test_closing_by_keyboard_says_what_became_of_the_work_and_hides_the_chart(
    product, context, launch_url
):
    page = open_ready(context, launch_url())
    address, launch_id = page.url, page.url.split("/l/")[1].split("/")[0]
    other = context.new_page()
    other.goto(address)
    other.wait_for_selector("#draft[data-state=ready]")

    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type(" And more.")
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    page.locator("#closing > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#close-session")).to_be_focused()
    assert serious(page) == {}
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("This session is closed")
    expect(page.locator("main")).to_contain_text("not signed; what you typed is kept")
    assert "Halloway" not in page.content()
    assert serious(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    # What lies open elsewhere is hidden at its next act, and going back shows nothing.
    other.locator("#look-next").click()
    expect(other.locator("main .state h2")).to_have_text("This session is closed")
    assert "Halloway" not in other.inner_text("body")
    expect(other.locator(".panel__foot .keys")).to_have_count(0)
    page.goto(address)
    expect(page.locator("h1")).to_have_text("This session is closed")
    assert "Halloway" not in page.content()
    query = "select end_reason from smartapp_launch where id = ?"
    assert rows(product, query, launch_id) == [("closed",)]
