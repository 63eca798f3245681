"""A model that fails in every way we know of, and one that says what is not so."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.approving import approve_the_rest, attest
from tests.journeys.beside import (
    assert_nothing_private,
    draft_of,
    product_beside,
    statements,
    trail,
    under_way,
)
from tests.journeys.conftest import new_launch
from tests.stand_in_model import MODES, Server

# How the stand-in fails → the code in the trail, and the words on the panel.
FAILURES = {
    "overloaded": ("model_overloaded", "Claude is busy"),
    "unavailable": ("model_unavailable", "Claude is not answering"),
    "throttled": ("model_throttled", "Claude is busy"),
    "throttled_for_a_day": ("model_throttled", "Claude is busy"),
    "unauthorized": ("credentials_rejected", "Claude does not let this app in"),
    "too_long": ("context_too_long", "This chart is too long for Claude"),
    "html": ("model_unavailable", "Claude is not answering"),
    "refusal": ("model_refused", "Claude declined to draft this"),
    "max_tokens": ("answer_cut_off", "Claude's answer could not be used"),
    "unknown_stop": ("unexpected_stop", "Claude's answer could not be used"),
    "cut_tool_json": ("answer_malformed", "Claude's answer could not be used"),
    # The SDK reads along and gives up in the middle, so that the answer never is whole.
    "bad_tool_json": ("stream_broken", "Claude's answer could not be used"),
    "truncate": ("stream_broken", "Claude's answer could not be used"),
    "no_stop": ("stream_broken", "Claude's answer could not be used"),
    "reset": ("stream_broken", "Claude's answer could not be used"),
    "malformed_sse": ("stream_broken", "Claude's answer could not be used"),
    "overloaded_midway": ("model_overloaded", "Claude is busy"),
    "stall": ("deadline_passed", "Claude did not finish in time"),
    "pings": ("deadline_passed", "Claude did not finish in time"),
}
RAW = re.compile(
    r"traceback|exception|anthropic|overloaded_error|rate_limit_error|api_error|authentication_error"
    r"|invalid_request|prompt is too long|<html|undefined|None\b|\b(401|429|503|529)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def model():
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def product(model):
    patience = {
        "COUNTERSIGN_MODEL_DEADLINE_SECONDS": "6",
        # One failure after another is provoked here, and each is to be asked for.
        "COUNTERSIGN_MODEL_REST_AFTER": "1000",
    }
    with product_beside(model, **patience) as running:
        yield running


@pytest.fixture(autouse=True)
def _well_behaved_again(model):
    yield
    model.control.set({})


def opened(context, url):
    """A panel, watched for scripts that break, when its draft has ended one way or the other."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(url)
    page.wait_for_selector("#draft:is([data-state=ready], [data-state=failed])", timeout=40_000)
    return page


def outcomes(page):
    return [each.get_attribute("data-outcome") for each in page.locator(".st").all()]


@pytest.fixture(scope="module")
def panel(product, model, chromium):
    """A panel in which one draft after another is asked for: a launch for each would take long."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    model.control.set({"mode": "unauthorized"})
    yield opened(context, new_launch(product))
    context.close()


def drafted_anew(page):
    """Ask for another draft, and wait for how it ends; returns its id."""
    before = page.locator("#draft").get_attribute("data-url")
    page.locator("#redraft").click()
    ended = f"#draft:is([data-state=ready], [data-state=failed]):not([data-url='{before}'])"
    page.wait_for_selector(ended, timeout=40_000)
    return draft_of(page)


def test_every_way_the_stand_in_can_fail_is_tried_here():
    assert set(FAILURES) == set(MODES) - {"ok"}


@pytest.mark.parametrize("mode", FAILURES)
def test_a_failing_model_ends_in_a_draft_that_is_labelled_not_ai(product, model, panel, mode):
    code, words = FAILURES[mode]
    model.control.set({"mode": mode, "pace_ms": 20 if mode == "pings" else 1})
    draft_id = drafted_anew(panel)
    expect(panel.locator("#draft")).to_have_attribute("data-state", "ready")
    expect(panel.locator("#fallback")).to_contain_text(words)
    expect(panel.locator("#fallback")).to_contain_text("It is not AI.")
    expect(panel.locator("#draft-head .badge")).to_have_text("Not AI")
    expect(panel.locator(".draft__by")).to_contain_text("Offline drafter, not AI")
    expect(panel.locator("#redraft")).to_contain_text("Ask Claude again")
    assert set(outcomes(panel)) == {"checked"}
    assert RAW.findall(panel.inner_text("body")) == []
    events = trail(product, draft_id)
    assert [each for each in events if each[0] == "draft.fell_back"] == [("draft.fell_back", code)]
    assert ("draft.ready", "") in events
    assert statements(product, draft_id) == panel.locator(".st").count()
    assert under_way(product) == []
    assert_nothing_private(product)


def test_claude_is_asked_again_by_a_button_and_answers(product, model, context, launch_url):
    model.control.set({"mode": "unauthorized"})
    page = opened(context, launch_url())
    model.control.set({"pace_ms": 1})
    page.get_by_role("button", name="Ask Claude again").click()
    expect(page.locator(".draft__by")).to_contain_text("Draft by Claude", timeout=20_000)
    expect(page.locator("#fallback")).to_have_count(0)
    assert under_way(product) == []


def test_an_answer_that_breaks_off_once_is_asked_for_again(product, model, context, launch_url):
    model.control.set({"mode": "truncate", "times": 1, "pace_ms": 1})
    page = opened(context, launch_url())
    expect(page.locator(".draft__by")).to_contain_text("Draft by Claude")
    expect(page.locator("#fallback")).to_have_count(0)
    texts = page.locator(".st__text").all_inner_texts()
    assert len(texts) == len(set(texts)), "nothing of the broken answer is left"
    types = [kind for kind, _ in trail(product, draft_of(page))]
    assert "draft.statements_withdrawn" in types
    assert "draft.fell_back" not in types


def test_statements_that_are_not_so_are_shown_block_signing_and_can_be_put_right(
    model, context, launch_url
):
    model.control.set({"seeded": ["dose", "not_found"], "mending": "silent", "pace_ms": 1})
    page = opened(context, launch_url())
    wrong = page.locator(".st[data-outcome=contradicted]")
    invented = page.locator(".st[data-outcome=not_found]")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("the chart says otherwise")
    expect(wrong.locator(".versus__draft")).to_contain_text("475 mg")
    expect(wrong.locator(".versus__chart .versus__v")).not_to_contain_text("475")
    expect(invented).to_have_count(1)
    expect(invented).to_contain_text("Gout")
    expect(invented).to_contain_text("cannot be signed as it stands")
    expect(page.locator("#why-not")).to_contain_text("2 cannot be signed yet")

    approve_the_rest(page)
    expect(page.locator("#why-not")).to_contain_text("2 cannot be signed yet")
    expect(page.locator("#sign")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    put_right(page, wrong)
    invented.locator("[data-do=remove]").click()
    expect(invented).to_have_attribute("data-stand", "left_out")

    page.locator("#sign:not([aria-disabled])").click()
    attest(page)
    page.locator("#sign-do").click()
    page.wait_for_selector("#draft[data-state=signed]")
    exact = page.locator("#exact").inner_text()
    assert "475 mg" not in exact
    assert "Gout" not in exact


def put_right(page, wrong):
    """Take the wrong dose out of the sentence."""
    name = wrong.get_attribute("id")
    wrong.locator("[data-do=edit]").click()
    text = page.locator(f"#{name} textarea")
    text.fill(text.input_value().replace(", 475 mg", ""))
    page.locator(f"#{name} [id^=edit-approve]").click()
    expect(page.locator(f"#{name}")).to_have_attribute("data-stand", "edited")
