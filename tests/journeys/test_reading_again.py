"""*Read again* asks the EHR, whatever is kept of its answers: in a real browser."""

from playwright.sync_api import expect

from tests.journeys.conftest import open_ready
from tests.sandbox.control import Control


def searches(control):
    return sum(
        control.counts()["kinds"].get("epic", {}).get(kind, 0) for kind in ("search", "read")
    )


def settled(page):
    """The panel with its draft, and nothing more under way."""
    page.wait_for_selector("#draft[data-state=ready]")
    page.wait_for_load_state("networkidle")


def test_read_again_insists_on_the_ehrs_own_answers(product, context, launch_url):
    page, control = open_ready(context, launch_url()), Control(product.places.sandbox_url)
    page.reload()  # now all of it is kept
    settled(page)
    before = searches(control)
    page.reload()
    settled(page)
    assert searches(control) == before, "what is kept is served again"
    page.locator("#read-again").click()
    page.wait_for_url("**fresh=1**")
    settled(page)
    assert searches(control) >= before + 8
    expect(page.locator(".strip__name")).to_be_visible()
    expect(page.locator("#draft")).to_have_attribute("data-revision", "0")
