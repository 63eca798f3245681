"""Triage in a real browser: raised by a red flag over the model's lower answer, chosen, signed."""

import pytest
from playwright.sync_api import expect

from tests.journeys.approving import approve_the_rest
from tests.journeys.beside import (
    assert_nothing_private,
    draft_of,
    logs,
    product_beside,
    rows,
    trail,
)
from tests.journeys.conftest import new_launch
from tests.journeys.test_panel import SIZES, serious
from tests.stand_in_model import Server

CHEST = "Crushing chest pain since breakfast, sweating. Took an antacid."


@pytest.fixture(scope="module")
def model():
    with Server() as server:
        server.control.set({"pace_ms": 1})
        yield server


@pytest.fixture(scope="module")
def product(model):
    with product_beside(model) as running:
        yield running


@pytest.fixture
def form(context, product):
    """Ruth's panel with the tab for triage open."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(new_launch(product))
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    page.locator("#more-documents > summary").click()
    page.locator("#more-documents").get_by_role("link", name="Triage").click()
    expect(page.locator("#complaint")).to_be_visible()
    return page


def triaged(page, complaint=CHEST):
    page.locator("#complaint").fill(complaint)
    page.locator("#begin-triage").click()
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    expect(page.locator("#urgency-title")).to_contain_text("Category")


def test_raised_by_a_red_flag_over_the_models_lower_answer_and_signed(form, product):
    triaged(form)
    assert "Draft by Claude" in form.locator(".draft__by").inner_text()
    expect(form.locator("#urgency-title")).to_contain_text("Category 2, emergency")
    expect(form.locator("#urgency-title")).to_contain_text("Begin within 10 minutes")
    raised = form.locator("#raised")
    expect(raised).to_contain_text("Raised by rule from category 5 (non-urgent), as drafted")
    expect(raised).to_contain_text("AHA/ACC chest pain guideline")
    expect(form.locator("#part-destination")).to_contain_text("Emergency department, Acute")
    assert "chest" not in form.url.lower()
    assert serious(form) == {}

    approve_the_rest(form)
    form.locator("#sign:not([aria-disabled])").click()
    form.wait_for_selector("#sign-form")
    exact = form.locator("#exact").inner_text()
    assert "Urgency: category 2 of 5, emergency" in exact
    assert "Destination: Emergency department, Acute (queue ED-ACUTE)." in exact
    assert "Raised by rule from category 5" in exact
    form.locator("input[name=attestation]").check()
    form.locator("#sign-do").click()
    form.wait_for_selector("#draft[data-state=signed]")
    types = [kind for kind, _ in trail(product, draft_of(form))]
    assert types.index("triage.asked") < types.index("triage.suggested")
    assert types.index("triage.suggested") < types.index("triage.decided")
    assert "Crushing" not in logs(product)
    assert_nothing_private(product)


def test_no_complaint_and_too_long_a_one_are_refused_with_what_was_typed(form, product):
    form.locator("#complaint").fill("?!")
    form.locator("#begin-triage").click()
    expect(form.get_by_role("alert")).to_contain_text("Say what the patient comes for")
    # The field takes no more; whatever sends more is refused as well.
    form.locator("#complaint").evaluate("field => field.removeAttribute('maxlength')")
    form.locator("#complaint").fill("pain " * 500)
    form.locator("#begin-triage").click()
    expect(form.get_by_role("alert")).to_contain_text("too long for a complaint")
    assert form.locator("#complaint").input_value().startswith("pain pain")
    codes = rows(product, "select code from audit_auditevent where type = 'decision.refused'")
    assert {("complaint_empty",), ("complaint_too_long",)} <= set(codes)


def test_another_choice_by_keyboard_and_one_below_a_red_flag_says_why(form):
    triaged(form)
    card = form.locator("#part-urgency .st")
    card.focus()
    form.keyboard.press("e")
    options = card.locator("input[name=text]")
    expect(options).to_have_count(5)
    options.nth(3).focus()
    form.keyboard.press("Space")
    card.locator("[id^=choose-]").first.click()
    expect(form.locator("#refused")).to_contain_text("less urgent than a red flag asks for")
    expect(options.nth(3)).to_be_checked()  # what was chosen is not lost
    card.get_by_label("Already seen and treated").check()
    card.locator("[id^=choose-]").first.click()
    expect(form.locator("#urgency-title")).to_contain_text("Category 4, semi-urgent")
    expect(form.locator("#urgency")).to_contain_text("Your choice.")


def test_a_destination_that_is_not_on_the_list_is_refused(form):
    triaged(form)
    card = form.locator("#part-destination .st")
    card.click(position={"x": 5, "y": 5})
    card.locator("[data-do=edit]").click()
    first = card.locator("input[name=text]").first
    first.evaluate("field => { field.value = 'Destination: The moon.' }")
    first.check()
    card.locator("[id^=choose-]").first.click()
    expect(form.locator("#refused")).to_contain_text("That is not on the list")
    expect(card).to_contain_text("Emergency department, Acute")


def test_the_reason_of_todays_visit_can_be_taken(form):
    visit = form.locator(".brought__one", has_text="Today's visit")
    visit.get_by_role("button", name="Triage this").click()
    form.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    why = form.locator("#urgency details")
    expect(why).to_contain_text("Today's visit")
    why.locator("summary").click()
    expect(why).to_contain_text("fatigue")
    assert "fatigue" not in form.url.lower()


@pytest.mark.parametrize("size", SIZES)
def test_it_fits_and_is_accessible(form, size):
    form.set_viewport_size(SIZES[size])
    assert serious(form) == {}
    triaged(form)
    assert serious(form) == {}
    width = form.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size]["width"]
    card = form.locator("#part-urgency .st")
    card.click(position={"x": 5, "y": 5})
    card.locator("[data-do=edit]").click()
    expect(card.locator("input[name=text]")).to_have_count(5)
    assert serious(form) == {}
    assert form.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
