"""From a draft with wrong statements in it to a signature, without once touching the mouse."""

import pytest
from playwright.sync_api import expect

from tests.journeys.beside import product_beside, rows
from tests.journeys.conftest import open_ready
from tests.stand_in_model import Server


@pytest.fixture(scope="module")
def product():
    with Server() as model:
        model.control.set(
            {"seeded": ["dose", "value", "not_found"], "mending": "silent", "pace_ms": 1}
        )
        with product_beside(model) as running:
            yield running


def tab_to(page, wanted, most=40):
    """Press Tab until the focus is on what ``wanted`` selects."""
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {wanted}")


def decided(page, act):
    """Do something by key, and wait for the draft to be shown anew."""
    draft = page.locator("#draft")
    revision = int(draft.get_attribute("data-revision"))
    act()
    expect(draft).not_to_have_attribute("data-revision", str(revision))


def to_a_blocked_one(page, also=""):
    for _ in range(80):
        if page.locator(f".st.is-current[data-blocking]{also}").count():
            return
        page.keyboard.press("j")
    pytest.fail("No statement that cannot be signed is reached by j")


def test_from_wrong_statements_to_a_signature(product, context, launch_url):
    page = open_ready(context, launch_url())
    page.keyboard.press("j")
    page.keyboard.press("k")
    blocked = page.locator("[data-blocking]")
    assert blocked.count() == 3

    to_a_blocked_one(page, also=":has([id^=fix-][id$=-do])")
    fixed = page.locator(".st.is-current")
    number = fixed.get_attribute("id")
    chart_says = fixed.locator(".versus__chart .versus__v").inner_text()
    tab_to(page, "[id^=fix-]")
    expect(page.locator(":focus")).to_have_text(f"Use {chart_says}")
    decided(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(f"#{number}")).to_contain_text(chart_says)
    expect(page.locator(f"#{number} .word").first).to_have_text("Your words")

    while blocked.count():
        left = blocked.count()
        to_a_blocked_one(page)
        decided(page, lambda: page.keyboard.press("r"))
        expect(blocked).to_have_count(left - 1)

    unseen = page.locator("[data-needs-look]")
    while left := unseen.count():
        page.keyboard.press("l")
        expect(unseen).to_have_count(left - 1)
    expect(page.locator("#approve-all")).to_be_enabled()
    tab_to(page, "#approve-all", most=400)
    decided(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("#sign")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("#sign-form")
    if page.locator("[name=without]").count():
        tab_to(page, "[name=without]")
        page.keyboard.press("Space")
    tab_to(page, "[name=attestation]")
    page.keyboard.press("Space")
    tab_to(page, "#sign-do")
    page.keyboard.press("Enter")
    page.wait_for_selector("#draft[data-state=signed]")
    assert chart_says in page.locator("#exact").inner_text()
    assert len(rows(product, "select id from recommendations_signednote")) == 1
