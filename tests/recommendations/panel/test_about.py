"""The way from the panel to what this software is, and from a signed text to where it came from."""

from django.urls import reverse

from recommendations.decisions import signing
from tests.recommendations.decisions.sent import decide_all, to_sign
from tests.recommendations.panel.pages import parsed


def test_the_panel_leads_to_the_card(browser, launch, draft):
    page = browser.get(reverse("panel", args=[launch.pk]))
    link = parsed(page).css_first("#about-ai")
    assert link.attributes["href"] == reverse("about", args=[launch.pk])


def test_a_signed_text_leads_to_where_it_came_from(browser, launch, draft):
    decide_all(draft)
    signing.sign(**to_sign(draft))
    page = browser.get(reverse("panel", args=[launch.pk]), {"document": draft.document})
    link = parsed(page).css_first("#provenance")
    assert link.attributes["href"] == reverse("provenance", args=[launch.pk, draft.pk])
