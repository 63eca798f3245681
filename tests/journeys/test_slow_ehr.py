"""An EHR that takes three seconds for each answer: something to see at once, and no jumping."""

import pytest
from playwright.sync_api import expect

from tests.journeys.beside import product_beside, rows
from tests.journeys.test_panel import serious

READY = "#draft[data-state=ready]"
PLACES = ["header.strip", ".safetyline", "nav.tabs", "#reading", "#draft-title"]
# The moment of the redirect to the panel is when the last of the fetches began.
PAINTED = """() => {
  const [navigation] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return paint ? paint.startTime - navigation.fetchStart : null;
}"""


@pytest.fixture(scope="module")
def product():
    # A model that takes its time is not needed: the chart alone is waited for.
    with product_beside(SANDBOX_LATENCY_MS="3000", COUNTERSIGN_FHIR_CACHE_SECONDS="0") as running:
        yield running


def opened(context, url):
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page's script broke: {error}"))
    page.goto(url)
    expect(page.locator("#panel[data-waiting]")).to_be_visible()
    return page


def looks(product, page):
    """What the trail says of looks at this launch's chart."""
    launch = page.url.split("/l/")[1].split("/")[0]
    query = "select type from audit_auditevent where launch_id = ? and type like 'panel.%'"
    return rows(product, query, launch)


def places(page):
    # The draft's part is exchanged whole when news of it comes: for a moment it is not there.
    page.locator("#draft-title").first.wait_for()
    return [page.locator(each).first.bounding_box() for each in PLACES]


@pytest.mark.alone
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_there_is_a_page_within_a_second_which_fills_in_place(product, chromium, launch_url, theme):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=theme)
    page = opened(context, launch_url(personality="generic"))
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    assert page.evaluate(PAINTED) < 1000
    assert "Halloway" not in page.content()
    assert looks(product, page) == [], "nothing was shown, so there is no look to record"
    assert serious(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    before, address = places(page), page.url

    page.wait_for_selector("#panel:not([data-waiting])", timeout=30_000)
    assert "Halloway" in page.locator(".strip__name").inner_text()
    assert looks(product, page) == [("panel.opened",)]
    assert places(page) == before
    assert page.url == address, "what is loaded again is the panel's own address"
    assert "Pre-visit summary" in page.title()
    page.wait_for_selector(READY, timeout=60_000)
    page.keyboard.press("j")
    expect(page.locator(".st.is-current")).to_have_count(1)
    context.close()


def test_without_script_the_page_comes_by_itself_too(product, chromium, launch_url):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(launch_url())
    expect(page.locator("#panel[data-waiting]")).to_be_visible()
    expect(page.locator(".strip__name")).to_contain_text("Halloway", timeout=30_000)
    assert looks(product, page)[0] == ("panel.opened",)
    context.close()


def test_a_session_that_ended_meanwhile_is_told_and_shows_nothing(product, context, launch_url):
    page = opened(context, launch_url())
    launch_id = page.url.split("/l/")[1].split("/")[0]
    product.manage(
        "shell", "-v", "0", "-c",
        "from smartapp.launch.closing import end; from smartapp.models import Launch; "
        f"assert end(launch_id='{launch_id}', reason=Launch.EndReason.GRANT_LOST)",
    )  # fmt: skip
    page.reload()
    expect(page.locator("h1")).to_have_text("Your session ended", timeout=30_000)
    assert "Halloway" not in page.content()
