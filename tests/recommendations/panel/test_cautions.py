"""What to know of a statement though it holds."""

from django.urls import reverse

from recommendations.models import Statement
from recommendations.verification.rules import finding
from tests.recommendations.panel.pages import words

SAID = "The same words already stand in a note of 3 Mar 2026: they may have been copied forward."


def test_a_caution_stands_with_its_statement_which_may_be_approved_all_the_same(
    browser, launch, draft
):
    statement = Statement.objects.filter(draft=draft, outcome="checked").first()
    verdict = statement.verdict
    verdict["cautions"] = [finding("copied_forward", SAID).model_dump()]
    statement.verdict = verdict
    statement.save()
    page = browser.get(reverse("panel", args=[launch.pk]), {"document": draft.document})
    assert words(page).count(SAID) == 1
    assert f'id="approve-{statement.pk}"' in page.content.decode()
