"""Own words that the chart says otherwise, at 360 pixels and by keys alone."""

from playwright.sync_api import expect

from tests.journeys.conftest import open_ready
from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_panel import serious

NONE = "No known allergies."
SIDE_BY_SIDE = """() => {
  const sides = [...document.querySelectorAll(".versus--own > div")];
  const [one, other] = sides.map((side) => side.getBoundingClientRect());
  return one.top === other.top && one.right <= other.left + 1 && other.right <= innerWidth;
}"""


def typed(page, words):
    """Open the first statement that is current, put ``words`` in its place, and approve by keys."""
    page.keyboard.press("j")
    item = page.locator(".st.is-current")
    number = item.get_attribute("id")
    page.keyboard.press("e")
    expect(page.locator(f"#{number} textarea")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    tab_to(page, "[id^=edit-approve-]")
    page.keyboard.press("Enter")
    return page.locator(f"#{number}")


def test_both_sides_are_shown_and_the_words_are_meant(product, context, launch_url):
    page = open_ready(context, launch_url())
    item = typed(page, NONE)
    expect(item.locator(".versus--own")).to_be_visible()
    expect(item.locator(".versus__draft .versus__v")).to_have_text("no known allergies")
    expect(item.locator(".versus__chart .versus__v")).to_contain_text("Penicillin")
    expect(page.locator("#refused")).to_contain_text("The chart says otherwise")
    expect(item.locator("textarea")).to_be_focused()
    expect(item.locator("textarea")).to_have_value(NONE)
    assert page.evaluate(SIDE_BY_SIDE)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert serious(page) == {}

    tab_to(page, "[name=seen]")
    page.keyboard.press("Space")
    tab_to(page, "[id^=edit-approve-]")
    page.keyboard.press("Enter")
    expect(item).to_have_attribute("data-stand", "edited")
    expect(item).to_contain_text("You have seen it, and mean your words.")
    assert serious(page) == {}


def test_the_words_are_put_right_instead(product, context, launch_url):
    page = open_ready(context, launch_url())
    item = typed(page, NONE)
    expect(item.locator("[name=seen]")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("Allergic to penicillin.")
    tab_to(page, "[id^=edit-approve-]")
    page.keyboard.press("Enter")
    expect(item).to_have_attribute("data-stand", "edited")
    expect(item.locator(".versus--own")).to_have_count(0)
