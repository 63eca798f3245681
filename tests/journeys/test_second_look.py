"""A statement that the chart contradicts goes back to the model once, before the clinician's eyes."""

import pytest
from playwright.sync_api import expect

from tests.journeys.approving import approve_the_rest
from tests.journeys.beside import assert_nothing_private, draft_of, product_beside, trail
from tests.stand_in_model import Server

SECOND_MODEL = "claude-haiku-4-5"


# Asks for what the page has no button for.
APPROVE = """async (id) => {
  const form = document.getElementById(`do-${id}`);
  const body = new URLSearchParams(new FormData(form));
  body.set("verb", "approve");
  const headers = { "HX-Request": "true" };
  const answer = await fetch(form.action, { method: "POST", body, headers });
  return [answer.status, await answer.text()];
}"""


@pytest.fixture(scope="module")
def model():
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def product(model):
    with product_beside(model, COUNTERSIGN_MODEL_FALLBACKS=SECOND_MODEL) as running:
        yield running


def opened(context, url):
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(url)
    return page


def ready(page):
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)


def signed(page):
    page.locator("#sign:not([aria-disabled])").click()
    page.locator("input[name=attestation]").check()
    page.locator("#sign-do").click()
    page.wait_for_selector("#draft[data-state=signed]")
    return page.locator("#exact").inner_text()


def test_a_contradicted_statement_is_checked_again_and_comes_back_mended(
    product, model, context, launch_url
):
    # Slow enough for eyes: the second answer takes seconds, the first statements are long there.
    model.control.set({"seeded": ["dose"], "pace_ms": 15, "mending_pace_ms": 300})
    page = opened(context, launch_url())
    again = page.locator(".st[data-again]")
    expect(again).to_have_count(1, timeout=40_000)
    expect(again).to_contain_text("475 mg")
    expect(again.locator(".word").first).to_have_text("Being checked again")
    expect(again).to_contain_text("not to be signed")
    expect(page.locator("#why-not")).to_contain_text("1 statement being checked again")
    assert page.locator("#draft").get_attribute("data-state") == "running"
    assert page.locator(".st").count() > 5, "the first statements are there"
    assert page.locator("#sign, #approve-all").count() == 0
    # The focus is on it while it is replaced, and then on what took its place.
    place = page.evaluate(
        "[...document.querySelectorAll('.st')].indexOf(document.querySelector('[data-again]'))"
    )
    again.focus()
    old = again.get_attribute("id")
    ready(page)
    focused = page.locator(".st:focus")
    expect(focused).to_have_attribute("data-replaces", old)
    expect(focused).to_have_attribute("data-outcome", "checked")
    expect(focused.locator(".st__text")).not_to_contain_text("475 mg")
    now = "[...document.querySelectorAll('.st')].indexOf(document.activeElement)"
    assert page.evaluate(now) == place
    expect(page.locator(f"#{old}")).to_have_count(0)
    expect(page.locator("[data-blocking]")).to_have_count(0)
    mended = page.locator(f"[data-replaces={old}]")
    mended.locator(".before summary").click()
    expect(mended.locator(".before")).to_contain_text("475 mg")
    approve_the_rest(page)
    assert "475 mg" not in signed(page)
    kinds = [kind for kind, _ in trail(product, draft_of(page))]
    assert kinds.index("draft.statement_superseded") < kinds.index("draft.ready")
    assert_nothing_private(product)


def test_what_is_wrong_again_is_refused_at_signing_then_edited_and_accepted(
    product, model, context, launch_url
):
    model.control.set({"seeded": ["dose"], "pace_ms": 1, "mending": "insist"})
    page = opened(context, launch_url())
    ready(page)
    wrong = page.locator("[data-blocking]")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("Pertussis")
    expect(wrong).to_contain_text("cannot be signed as it stands")
    expect(wrong.locator(".before")).to_contain_text("Checked again, and replaced")
    number = wrong.get_attribute("id")
    approve_the_rest(page)
    expect(page.locator("#sign")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#why-not")).to_contain_text("1 cannot be signed yet")
    # The server refuses what the page does not offer.
    status, words = page.evaluate(APPROVE, number.removeprefix("statement-"))
    assert status == 409
    assert "This statement cannot be approved as it stands" in words
    sign = page.locator("#draft").get_attribute("data-url") + "sign/"
    page.keyboard.press("Escape")
    assert "still open" in page.request.get(page.url.split("/l/")[0] + sign).text()
    wrong.locator("[data-do=edit]").click()
    page.locator(f"#{number} textarea").fill("No infection was seen today.")
    page.locator(f"#{number} [id^=edit-approve]").click()
    expect(page.locator(f"#{number}")).to_have_attribute("data-stand", "edited")
    text = signed(page)
    assert "No infection was seen today." in text
    assert "Pertussis" not in text
    assert "475 mg" not in text


def test_a_withdrawn_statement_is_gone_and_the_focus_goes_on(product, model, context, launch_url):
    model.control.set({"seeded": ["not_found"], "pace_ms": 15, "mending_pace_ms": 300})
    page = opened(context, launch_url())
    again = page.locator(".st[data-again]")
    expect(again).to_have_count(1, timeout=40_000)
    expect(again).to_contain_text("Gout")
    again.focus()
    ready(page)
    expect(page.locator(".st", has_text="Gout")).to_have_count(0)
    assert page.evaluate("document.getElementById('draft').contains(document.activeElement)")


def test_where_the_second_answer_fails_the_draft_is_ready_with_its_marks(
    product, model, context, launch_url
):
    model.control.set({"seeded": ["dose"], "pace_ms": 1, "mending": "refusal"})
    page = opened(context, launch_url())
    ready(page)
    expect(page.locator(".draft__by")).to_contain_text("Draft by Claude")
    expect(page.locator("[data-blocking]")).to_have_count(1)
    expect(page.locator("[data-blocking]")).to_contain_text("the chart says otherwise")
    ended = [code for kind, code in trail(product, draft_of(page)) if "second_look" in kind]
    assert ended == ["model_refused"]


def test_where_the_first_model_cannot_the_second_drafts_and_the_panel_says_so(
    product, model, context, launch_url
):
    model.control.set({"down": ["claude-sonnet-5-5"], "pace_ms": 1})
    page = opened(context, launch_url())
    ready(page)
    expect(page.locator("#fallback")).to_contain_text("Claude is busy")
    expect(page.locator("#fallback")).to_contain_text(f"Another model ({SECOND_MODEL}) drafted")
    expect(page.locator("#fallback")).not_to_contain_text("not AI")
    expect(page.locator(".draft__by")).to_contain_text(f"Draft by Claude ({SECOND_MODEL})")
    fell = [code for kind, code in trail(product, draft_of(page)) if kind == "draft.fell_back"]
    assert fell == ["model_overloaded"]
