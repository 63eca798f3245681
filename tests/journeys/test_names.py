"""Charts that strain a page 360 pixels wide: long names, none of this and two thousand of that."""

import re

import pytest

LONG, EMPTY, THOUSANDS = "eQ09-824", "eQ99-940", "eQ44-207"
ARABIC = "عبد الرحمن محمد نور الدين بن عبد العزيز "
CUT_OFF = """e => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflow !== 'visible'
  || getComputedStyle(e).textOverflow !== 'clip'"""
OUT_OF_SIGHT = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && !e.closest('.vh, .skip, svg'))
    .filter(e => { const r = e.getBoundingClientRect(); return r.right > wide + 0.5 || r.left < -0.5; })
    .map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`);
}"""


def opened(context, url):
    """A panel as far as it goes: a draft to review, or nothing to draft from."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(url)
    page.wait_for_selector("#draft:is([data-state=ready], [data-state=none])", timeout=40_000)
    return page


def assert_it_fits(page):
    """Nothing hangs over the side, neither the page nor anything on it."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(OUT_OF_SIGHT) == []


def open_everything(page):
    """Open a source, then unfold what is folded; the bar's form would stand before the rest."""
    page.locator(".st .chip:visible").first.click()
    page.wait_for_selector("[data-evidence]")
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")


@pytest.mark.parametrize("patient", [EMPTY, THOUSANDS])
def test_nothing_runs_off_the_side_whatever_the_chart_holds(context, launch_url, patient):
    page = opened(context, launch_url(patient))
    assert 3 <= page.locator(".st").count() < 120, "a draft that can be read"
    assert_it_fits(page)
    open_everything(page)
    assert_it_fits(page)


def test_a_name_of_ninety_characters_is_shown_whole_in_either_direction(context, launch_url):
    page = opened(context, launch_url(LONG))
    name = page.locator(".strip__name")
    assert len(name.inner_text()) > 90
    assert "Al-Example al-Muhandis al-Iskandarani al-Qahiri" in name.inner_text()
    for written in (name.inner_text(), ARABIC * 3):
        name.evaluate("(e, words) => { e.textContent = words; }", written)
        assert name.evaluate(CUT_OFF) is False
        assert_it_fits(page)
    assert name.evaluate("e => getComputedStyle(e).direction") == "rtl"
    # Of a small screen enough is left between the name and the bar to read a statement.
    top, bottom = (page.locator(each).bounding_box() for each in ("header.strip", "#bar"))
    assert bottom["y"] - (top["y"] + top["height"]) > 200
    open_everything(page)
    assert_it_fits(page)


def test_a_missing_birth_date_is_said_and_no_age_is_made_up(context, launch_url):
    page = opened(context, launch_url(EMPTY, personality="generic"))
    strip = page.locator("header.strip").inner_text()
    assert "age not recorded" in strip
    assert "Birth date not recorded" in strip
    assert "none recorded, not the same as none" in strip
    shown = page.inner_text("body")
    assert re.search(r"\bNone\b|\bNaN\b|\bnull\b|\d+[- ]years?[- ]old", shown) is None
