"""The clinician's main job in a real browser, by finger and by keyboard."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.approving import approve_all, attest
from tests.journeys.conftest import open_ready

SIZES = {"narrow": {"width": 360, "height": 740}, "least": {"width": 320, "height": 600},
         "wide": {"width": 1280, "height": 900}}  # fmt: skip
SAVED = re.compile("^Saved [0-9]")
SERIOUS = {"serious", "critical"}


def serious(page):
    """What axe finds that would keep somebody out, by rule, with where."""
    found = Axe().run(page).response["violations"]
    return {v["id"]: [n["target"] for n in v["nodes"]][:3] for v in found if v["impact"] in SERIOUS}


def current(page):
    return page.locator(".st.is-current")


def sign(page):
    """From all decided to signed."""
    page.locator("#sign").click()
    page.wait_for_selector("#sign-form")
    attest(page)
    page.locator("#sign-do").click()
    page.wait_for_selector("#draft[data-state=signed]")


def test_approve_edit_reject_and_sign(ready):
    first = ready.locator(".st").nth(0)
    first.click(position={"x": 5, "y": 5})
    first.locator("[data-do=edit]").click()
    text = ready.locator("textarea")
    expect(text).to_be_focused()
    text.fill("Sixty-eight years old, seen for tiredness.")
    expect(ready.locator("[data-saved]")).to_have_text(SAVED)
    ready.locator("[id^=edit-approve]").click()
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    expect(ready.locator(".st").nth(0).locator(".word").first).to_have_text("Your words")

    second = ready.locator(".st").nth(1)
    expect(second).to_be_focused()
    second.locator("[data-do=reject]").click()
    ready.get_by_label("Not relevant today").check()
    ready.locator("[id^=reject-do]").click()
    expect(second).to_have_attribute("data-stand", "left_out")

    approve_all(ready)
    expect(ready.locator("#sign")).to_be_focused()
    sign(ready)
    shown = ready.locator("#exact").inner_text()
    assert "Sixty-eight years old, seen for tiredness." in shown
    assert "Reviewed and edited by" in shown


def test_the_whole_of_it_by_keyboard_alone(ready):
    keys = ready.keyboard
    keys.press("j")
    expect(current(ready)).to_have_count(1)
    keys.press("k")
    keys.press("/")
    ready.wait_for_selector(".st.is-current [data-evidence]")
    keys.press("/")
    expect(ready.locator("[data-evidence]")).to_have_count(0)
    keys.press("a")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    expect(current(ready)).to_be_focused()
    keys.press("e")
    expect(ready.locator("textarea")).to_be_focused()
    keys.type(" Seen today.")
    keys.press("Escape")
    expect(ready.locator("textarea")).to_have_count(0)
    expect(current(ready)).to_contain_text("Seen today.")
    expect(current(ready)).to_contain_text("saved, not yet approved")
    keys.press("a")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "2")
    expect(current(ready)).to_be_focused()
    keys.press("r")
    expect(ready.locator("input[type=radio]:focus")).to_have_count(1)
    keys.press("Space")
    for _ in range(2):
        keys.press("Tab")
    expect(ready.locator("[id^=reject-do]")).to_be_focused()
    keys.press("Enter")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "3")
    keys.press("?")
    expect(ready.locator("#keys")).to_have_attribute("open", "")


def test_everything_of_a_statement_is_reached_by_tab(ready):
    ready.locator(".st").nth(3).focus()
    reached = []
    for _ in range(5):
        ready.keyboard.press("Tab")
        reached.append(ready.evaluate(
            "document.activeElement.dataset.do || (document.activeElement.dataset.chip !== undefined"
            " ? 'source' : document.activeElement.className.split(' ')[0])"
        ))  # fmt: skip
    assert reached == ["source", "approve", "edit", "reject", "st"]


def test_a_source_opens_in_place_with_its_trend(ready):
    item = ready.locator(".st", has_text=re.compile(r"Potassium 5\.9")).first
    item.locator(".chip").first.click()
    drawer = item.locator("[data-evidence]")
    expect(drawer.locator(".figure")).to_have_text("5.9")
    expect(drawer.locator("svg.plot circle").first).to_be_visible()
    expect(item.locator(".chip").first).to_have_attribute("aria-expanded", "true")
    drawer.get_by_label("Close the source").click()
    expect(item).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(chromium, launch_url, size, theme):
    context = chromium.new_context(viewport=SIZES[size], color_scheme=theme)
    page = open_ready(context, launch_url())
    assert serious(page) == {}
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.wait_for_selector("[data-evidence]")
    page.locator(".rejectdraft > summary").click()
    assert serious(page) == {}
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_selector("textarea")
    assert serious(page) == {}
    page.keyboard.press("Escape")
    page.wait_for_selector("textarea", state="detached")
    approve_all(page)
    page.wait_for_selector("#approve-all", state="detached")
    for typed in page.locator(".st[data-stand=open]").all():
        typed.focus()
        page.keyboard.press("a")
    page.wait_for_selector("#sign:not([aria-disabled])")
    page.locator("#sign").click()
    page.wait_for_selector("#sign-form")
    assert serious(page) == {}
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_runs_off_the_side(chromium, launch_url, size):
    context = chromium.new_context(viewport=SIZES[size])
    page = open_ready(context, launch_url())
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.wait_for_selector("[data-evidence]")
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert over <= 0
    context.close()


def test_fingers_find_targets_of_44_pixels(ready):
    ready.keyboard.press("j")
    small = ready.evaluate(
        "[...document.querySelectorAll('.btn, .tab, summary.btn, .fold > summary, .reason')]"
        ".filter(e => e.checkVisibility()).map(e => [e.textContent.trim().slice(0, 30),"
        " e.getBoundingClientRect()]).filter(([, r]) => r.height < 43.9).map(([t]) => t)"
    )
    assert small == []


def test_nothing_of_the_chart_is_kept_in_the_browsers_stores(ready):
    first = ready.locator(".st").nth(0)
    first.click(position={"x": 5, "y": 5})
    first.locator("[data-do=edit]").click()
    ready.locator("textarea").fill("Words that must stay on the server.")
    expect(ready.locator("[data-saved]")).to_have_text(SAVED)
    kept = ready.evaluate("Object.entries({...localStorage, ...sessionStorage})")
    # htmx notes the address, which holds nothing of the chart.
    assert kept in ([], [["htmx-current-path-for-history", urlsplit(ready.url).path]])


def test_the_page_obeys_its_own_content_policy(context, launch_url):
    page = context.new_page()
    broken = []
    page.on("console", lambda m: broken.append(m.text) if m.type == "error" else None)
    page.goto(launch_url())
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.wait_for_selector("[data-evidence]")
    assert broken == []


def test_it_works_without_script(chromium, launch_url):
    context = chromium.new_context(java_script_enabled=False, viewport=SIZES["narrow"])
    page = context.new_page()
    page.goto(launch_url())
    for _ in range(40):
        if page.locator("#draft[data-state=ready]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("[id^=edit-]").first.click()
    page.locator("textarea").fill("By hand, without script.")
    page.get_by_role("button", name="Approve these words").click()
    expect(page.locator("#draft")).to_have_attribute("data-revision", "1")
    for chip in page.locator(".st[data-needs-look]").evaluate_all(
        "items => items.map(item => item.querySelector('[data-chip]').href)"
    ):
        page.goto(chip)
        page.get_by_label("Back to the draft").click()
    expect(page.locator("#look-next")).to_be_hidden()
    page.locator("#approve-all").click()
    sign(page)
    assert "By hand, without script." in page.locator("#exact").inner_text()
    context.close()


def test_what_was_looked_at_is_not_asked_for_again_and_can_be_acted_on(ready):
    name = ready.locator(".st:has(.look)").nth(0).get_attribute("id")
    asked = ready.locator(f"#{name}")
    while "is-current" not in (asked.get_attribute("class") or ""):
        ready.keyboard.press("j")
    expect(asked.locator("[data-evidence]")).to_be_visible()
    expect(asked.locator(".look")).to_be_hidden()
    foot = asked.locator("[data-do=approve]").bounding_box()
    assert foot["y"] + foot["height"] <= ready.locator("#bar").bounding_box()["y"] + 1
    ready.keyboard.press("a")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    ready.keyboard.press("k")
    asked.locator("[data-do=reopen]").click()
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "2")
    expect(asked).to_have_attribute("data-stand", "open")
    expect(asked.locator(".look")).to_be_hidden()


def test_nothing_drafted_is_not_said_to_be_nothing_in_the_chart(context, launch_url):
    page = open_ready(context, launch_url("eQ99-940", "epic"))
    empty = page.locator(".part__empty").first
    expect(empty).to_contain_text("not a negative finding")
