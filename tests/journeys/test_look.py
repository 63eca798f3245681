"""The EHR's colours on the panel, whatever the system's are."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import open_ready
from tests.journeys.test_panel import serious

GROUND = "getComputedStyle(document.querySelector('.panel')).backgroundColor"
SCHEME = "getComputedStyle(document.documentElement).colorScheme"


LOOKS = {"generic": ("dark", "rgb(24, 32, 30)"), "oracle": ("light", "rgb(251, 252, 250)")}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("personality", LOOKS)
def test_the_ehrs_own_light_or_dark_wins_over_the_systems(chromium, launch_url, personality, theme):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=theme)
    page = context.new_page()
    broken = []
    page.on("console", lambda m: broken.append(m.text) if m.type == "error" else None)
    page.goto(launch_url(personality=personality))
    page.wait_for_selector("#draft[data-state=ready]", timeout=40_000)
    page.reload()  # what came late for the first page is here for the second
    page.wait_for_selector("#draft[data-state=ready]")
    assert (page.evaluate(SCHEME), page.evaluate(GROUND)) == LOOKS[personality]
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.wait_for_selector("[data-evidence]")
    assert serious(page) == {}
    assert broken == [], "no rule of the page's content policy is broken"
    context.close()


def test_without_an_offer_the_system_decides(chromium, launch_url):
    for theme in ("light", "dark"):
        context = chromium.new_context(color_scheme=theme)
        page = open_ready(context, launch_url())
        assert page.evaluate(SCHEME) == theme
        expect(page.locator("link[href$='/style.css']")).to_have_count(0)
        context.close()
