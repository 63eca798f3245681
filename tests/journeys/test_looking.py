"""A look before approving together: by finger, by keyboard, in two windows; 360 pixels wide."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.approving import approve_all, look_at_all
from tests.journeys.conftest import open_ready
from tests.journeys.test_panel import serious

COUNTED = re.compile(r"^\d+ needs? a look$")


def unseen(page):
    return page.locator("[data-needs-look]")


def current(page):
    return page.locator(".st.is-current")


def test_what_is_left_is_counted_in_the_place_of_approving(ready):
    way, button = ready.locator("#look-next"), ready.locator("#approve-all")
    many = unseen(ready).count()
    assert many > 3
    expect(way).to_have_text(f"{many} need a look")
    expect(button).to_be_hidden()
    assert serious(ready) == {}
    assert ready.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert way.bounding_box()["height"] >= 44
    place = way.bounding_box()

    way.click()
    expect(current(ready).locator("[data-evidence]")).to_be_visible()
    expect(way).to_have_text(f"{many - 1} need a look")
    assert way.bounding_box() == place, "it does not move under the finger"

    assert look_at_all(ready) == many - 1
    expect(ready.locator("#live")).to_have_text(re.compile("^Nothing more needs a look"))
    expect(ready.locator("[data-look-next]:visible")).to_have_count(0)
    expect(button).to_be_enabled()
    button.click()
    expect(ready.locator("#draft")).to_have_attribute("data-revision", re.compile("[1-9]"))
    expect(ready.locator("#refused")).to_have_count(0)


def test_a_second_tap_does_not_approve_what_took_the_place_of_the_last_look(ready):
    # A pause does not end here, so that the tap comes soon enough on any machine.
    ready.evaluate(
        """() => {
            const later = window.setTimeout;
            window.setTimeout = (act, ms, ...all) => ms >= 500 ? 0 : later(act, ms, ...all);
        }"""
    )
    asked = []
    ready.on("request", lambda request: asked.append(request.method))
    while unseen(ready).count() > 1:
        left = unseen(ready).count()
        ready.locator("#look-next").click()
        expect(unseen(ready)).to_have_count(left - 1)
    expect(ready.locator("#look-next")).to_have_text("1 needs a look")
    box = ready.locator("#look-next").bounding_box()
    ready.locator("#look-next").click()
    ready.wait_for_selector("#approve-all")
    expect(ready.locator("#live")).to_have_text(re.compile("^Nothing more needs a look"))
    asked.clear()
    ready.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ready.wait_for_timeout(100)
    assert asked == []
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "0")


def test_all_of_it_by_keyboard_and_each_source_is_asked_for_once(ready):
    asked = []
    ready.on("request", lambda request: asked.append(request.url))
    many = unseen(ready).count()
    for left in range(many, 0, -1):
        ready.keyboard.press("l")
        expect(unseen(ready)).to_have_count(left - 1)
        expect(current(ready)).to_be_focused()
        expect(current(ready).locator("[data-evidence]")).to_be_visible()
    sources = [url for url in asked if "/sources/" in url and not url.endswith("/closed/")]
    assert len(sources) == len(set(sources)) == many
    for _ in range(500):
        if ready.evaluate("document.activeElement.id") == "approve-all":
            break
        ready.keyboard.press("Tab")
    ready.keyboard.press("Enter")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", re.compile("[1-9]"))
    expect(ready.locator("#refused")).to_have_count(0)


def test_the_statement_that_is_current_already_is_looked_at_too(ready):
    first = unseen(ready).first.get_attribute("id")
    ready.locator(f"#{first} .st__text").click()
    expect(ready.locator(f"#{first} [data-evidence]")).to_be_visible()
    before = unseen(ready).count()
    ready.keyboard.press("l")
    expect(unseen(ready)).to_have_count(before - 1)


def test_a_section_counts_its_own(ready):
    name = ready.locator(".part:has([data-needs-look])").first.get_attribute("id")
    part = ready.locator(f"#{name}")
    way = part.locator("[data-look-next]")
    expect(way).to_have_text(COUNTED)
    while (left := part.locator("[data-needs-look]").count()) > 0:
        way.click()
        expect(part.locator("[data-needs-look]")).to_have_count(left - 1)
    expect(
        part.get_by_role("button", name=re.compile("^Approve [0-9]+ in section"))
    ).to_be_enabled()
    expect(ready.locator("#look-next")).to_be_visible()


def test_what_was_looked_at_in_one_window_is_known_in_the_other(context, launch_url):
    page = open_ready(context, launch_url())
    other = context.new_page()
    other.goto(page.url)
    expect(unseen(other)).to_have_count(unseen(page).count())
    page.bring_to_front()  # Chromium draws once a second what lies behind
    look_at_all(page)
    other.bring_to_front()
    other.reload()
    expect(unseen(other)).to_have_count(0)
    approve_all(other)
    expect(other.locator("#draft")).to_have_attribute("data-revision", re.compile("[1-9]"))


def test_a_source_that_does_not_come_is_no_look(ready):
    many = unseen(ready).count()
    ready.route("**/sources/**", lambda route: route.abort())
    ready.locator("#look-next").click()
    ready.wait_for_timeout(500)
    expect(unseen(ready)).to_have_count(many)
    expect(ready.locator("#approve-all")).to_be_hidden()
    ready.unroute("**/sources/**")
    ready.keyboard.press("/")
    expect(unseen(ready)).to_have_count(many - 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_there_can_be_read_by_day_and_by_night(chromium, launch_url, scheme):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = open_ready(context, launch_url())
    expect(page.locator("#look-next")).to_be_visible()
    assert serious(page) == {}
    context.close()
