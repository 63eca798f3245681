"""What brought the patient, taken from the chart with one tap, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.journeys.beside import assert_nothing_private, draft_of, logs, rows, trail
from tests.journeys.conftest import new_launch
from tests.journeys.test_panel import SIZES, serious

MARSH = "eQ92-118"


def opened(context, product, title, personality="generic", patient=None):
    """A panel with the form of a document open."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    more = {"patient": patient} if patient else {}
    page.goto(new_launch(product, personality=personality, **more))
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    tab = page.locator(".tabs > a").filter(has_text=title)
    if not tab.count():
        page.locator("#more-documents > summary").click()
        tab = page.locator("#more-documents").get_by_role("link", name=title)
    tab.click()
    page.wait_for_selector("#brought:not([aria-busy])", timeout=20_000)
    return page


@pytest.mark.parametrize("size", SIZES)
def test_one_tap_replies_to_the_message_that_nobody_answered(context, product, size):
    page = opened(context, product, "Reply to a message")
    page.set_viewport_size(SIZES[size])
    expect(page.locator(".brought__one")).to_have_count(1)
    expect(page.locator("#brought")).to_contain_text("more tired all week")
    expect(page.locator("#brought")).not_to_contain_text("renew my furosemide")
    assert serious(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    page.get_by_role("button", name="Reply to this").click()
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    expect(page.locator(".fold--given")).to_contain_text("from the chart: Patient message")
    expect(page.locator("#part-medicines")).to_contain_text("spironolactone")
    assert "eQ81" not in page.url
    assert serious(page) == {}
    assert "draft.requested" in [kind for kind, _ in trail(product, draft_of(page))]
    told = rows(product, "select id from audit_auditevent where type = 'draft.brought_shown'")
    assert told
    assert "tired" not in logs(product)
    assert_nothing_private(product)


def test_one_tap_triages_the_message(context, product):
    page = opened(context, product, "Triage")
    message = page.locator(".brought__one", has_text="The patient's message")
    message.get_by_role("button", name="Triage this").click()
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    expect(page.locator("#urgency details")).to_contain_text("The patient's message")
    expect(page.locator("#part-reasons_for")).to_contain_text("Patient message")
    expect(page.locator("#part-reasons_for")).to_contain_text("by the patient says")


def test_a_referral_at_an_ehr_without_messages_and_typing_as_before(context, product):
    page = opened(context, product, "Referral letter", "epic", MARSH)
    expect(page.locator("#brought")).to_contain_text("Referral to nephrology")
    page.get_by_role("button", name="Write it from this").click()
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    expect(page.locator(".fold--given").first).to_contain_text("Nephrology clinic")
    page.locator("#more-documents > summary").click()
    page.locator("#more-documents").get_by_role("link", name="Reply to a message").click()
    expect(page.locator("#brought")).to_contain_text(
        "This EHR does not offer patient messages to apps."
    )
    page.locator("#asked-message").fill("When is my next visit?")
    page.locator("#begin").click()
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    expect(page.locator(".fold--given")).to_contain_text("pasted, not verified")
