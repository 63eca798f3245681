"""What a draft leaves out, in a real browser: added with one tap, dismissed, signed without."""

import pytest
from playwright.sync_api import expect

from tests.journeys.approving import approve_the_rest
from tests.journeys.beside import draft_of, product_beside, rows, trail
from tests.journeys.conftest import new_launch, open_ready
from tests.journeys.test_panel import serious
from tests.stand_in_model import Server


@pytest.fixture(scope="module")
def model():
    with Server() as server:
        server.control.set({"seeded": ["omitted"]})
        yield server


@pytest.fixture(scope="module")
def product(model):
    with product_beside(model) as running:
        yield running


@pytest.fixture
def page(context, product):
    return open_ready(context, new_launch(product))


def revised(page, act):
    """Do something, and wait until the draft has its next revision."""
    revision = int(page.locator("#draft").get_attribute("data-revision"))
    act()
    expect(page.locator("#draft")).to_have_attribute("data-revision", str(revision + 1))


def allergy(page):
    return page.locator("[data-unsaid]", has_text="The allergy").first


def test_an_omission_is_added_with_one_tap_its_source_opened_another_dismissed_and_signed(
    product, page
):
    expect(page.locator("#unsaid-line")).to_contain_text("critical")
    page.locator("[data-unsaid-go]").click()
    expect(page.locator("[data-unsaid] :focus")).to_have_count(1)

    missing = allergy(page)
    name = missing.locator(".un__what").inner_text()
    adds = missing.get_by_text("Adds:").inner_text().removeprefix("Adds: ")
    missing.locator("[data-passage-of]").click()
    expect(missing.locator("[data-passage] .kv")).to_be_visible()
    missing.get_by_label("Close the source").click()
    expect(missing.locator("[data-passage]")).to_have_count(0)
    count = page.locator("[data-unsaid]").count()
    revised(page, missing.get_by_role("button", name="Add to").click)
    expect(page.locator("[data-unsaid]")).to_have_count(count - 1)
    expect(page.locator("[data-unsaid]", has_text=name)).to_have_count(0)

    added = page.locator(".st", has_text=adds)
    expect(added).to_contain_text("added by you, worded by code")
    expect(added).to_have_attribute("data-stand", "approved")
    assert added.evaluate("item => item.closest('.part').id") == "part-allergies"
    added.locator("[data-chip]").first.click()
    expect(added.locator("[data-evidence]")).to_contain_text("AllergyIntolerance")

    other = page.locator("[data-unsaid]").first
    revised(page, other.get_by_role("button", name="Not needed").click)
    expect(page.locator("#dismissed")).to_contain_text("1 not needed, as you said")

    approve_the_rest(page)
    page.locator("#sign:not([aria-disabled])").click()
    page.wait_for_selector("#sign-form")
    expect(page.locator("#lacking")).to_have_count(0)
    page.locator("[name=attestation]").check()
    page.locator("#sign-do").click()
    page.wait_for_selector("#draft[data-state=signed]")
    assert adds in page.locator("#exact").inner_text()
    kinds = [kind for kind, _ in trail(product, draft_of(page))]
    for kind in ("draft.omissions_found", "omission.opened", "omission.added",
                 "omission.dismissed", "draft.signed"):  # fmt: skip
        assert kind in kinds


def test_signing_without_a_critical_one_asks_once_and_does_not_block(product, page):
    missing = allergy(page)
    missing.locator(".un__why > summary").click()
    revised(page, missing.get_by_role("button", name="Not true of this patient").click)
    page.locator("#dismissed > summary").click()
    expect(page.locator("#dismissed")).to_contain_text("Not true of this patient")
    revised(page, page.locator("#dismissed").get_by_role("button", name="List again").click)
    expect(allergy(page)).to_be_visible()

    approve_the_rest(page)
    page.locator("#sign:not([aria-disabled])").click()
    expect(page.locator("#lacking")).to_contain_text(
        "1 thing is not in this summary: sign all the same?"
    )
    expect(page.locator("#lacking")).to_contain_text("The allergy")
    page.locator("[name=attestation]").check()
    page.locator("#sign-do").click()
    expect(page.locator("[name=without]")).to_be_focused()  # the browser asks for the tick
    page.locator("[name=without]").check()
    page.locator("#sign-do").click()
    page.wait_for_selector("#draft[data-state=signed]")
    assert trail(product, draft_of(page))[-1][0] != "decision.refused"


def test_what_was_added_is_taken_out_again_by_keyboard_alone(page):
    keys = page.keyboard
    before = page.locator("[data-unsaid]").count()
    page.locator("[data-unsaid-go]").focus()
    keys.press("Enter")
    expect(page.locator("[data-unsaid] :focus")).to_have_count(1)
    revised(page, lambda: keys.press("Enter"))
    expect(page.locator("[data-unsaid]")).to_have_count(before - 1)
    expect(page.locator("[data-unsaid] :focus")).to_have_count(1)
    added = page.locator(".st", has_text="added by you")
    added.focus()
    take_out = added.locator("[data-do=take-out]")
    take_out.focus()
    revised(page, lambda: keys.press("Enter"))
    expect(page.locator(".st", has_text="added by you")).to_have_count(0)
    expect(page.locator("[data-unsaid]")).to_have_count(before)


def test_the_list_is_read_and_reached_by_everybody(page):
    assert serious(page) == {}
    page.locator("[data-unsaid] .was > summary").first.click()
    page.locator(".un__why > summary").first.click()
    assert serious(page) == {}
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert over <= 0
    small = page.evaluate(
        "[...document.querySelectorAll('.unsaid button, .unsaid summary, .unsaid a')]"
        ".filter(e => e.checkVisibility()).map(e => [e.textContent.trim().slice(0, 30),"
        " e.getBoundingClientRect().height]).filter(([, h]) => h < 24)"
    )
    assert small == []


def test_nothing_of_it_is_stored_in_the_clear(product, page):
    found = rows(product, "select found_sealed, rule from recommendations_omission")
    assert found
    assert not any(b"llerg" in bytes(sealed) for sealed, _ in found)
