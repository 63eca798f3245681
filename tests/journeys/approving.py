"""Approving all that code found, as a clinician does it: what is at stake is looked at first."""

from playwright.sync_api import FrameLocator, Page, expect


def look_at_all(page: Page | FrameLocator) -> int:
    """Go to each statement that needs a look, so that its source opens; return how many."""
    way, unseen = page.locator("#look-next"), page.locator("[data-needs-look]")
    looked = 0
    while way.is_visible():
        left = unseen.count()
        way.click()
        # An act before this one may just now have settled another of them.
        expect(unseen).not_to_have_count(left)
        looked += 1
    return looked


def approve_all(page: Page | FrameLocator) -> None:
    """Look, then approve together."""
    look_at_all(page)
    page.locator("#approve-all").click()


def attest(page: Page | FrameLocator) -> None:
    """Tick what the page for signing asks: what is not in the note, and the attestation."""
    if page.locator("[name=without]").count():
        page.locator("[name=without]").check()
    page.locator("[name=attestation]").check()


def approve_the_rest(page: Page) -> None:
    """All that may be approved at once, then one by one judgements and what has no source."""
    approve_all(page)
    page.wait_for_selector("#approve-all", state="detached")
    look = page.locator(".st[data-stand=open]:not([data-blocking])")
    while look.count():
        revision = int(page.locator("#draft").get_attribute("data-revision"))
        look.first.locator("[data-do=approve]").click()
        expect(page.locator("#draft")).to_have_attribute("data-revision", str(revision + 1))
