"""The page that stands while the EHR is slow."""

import threading

import pytest

from audit.models import AuditEvent
from recommendations.models import Draft
from recommendations.views import waiting
from tests.recommendations.panel.pages import HTMX, parsed, words


@pytest.fixture
def slow(ehr, settings, monkeypatch):
    """An EHR that answers when the test lets it."""
    settings.FHIR_READ_AHEAD = True
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.05)
    lets, read_all = threading.Event(), ehr.read_all

    def late(concepts, **how):
        assert lets.wait(10)
        return read_all(concepts, **how)

    monkeypatch.setattr(ehr, "read_all", late)
    yield lets
    lets.set()


def test_a_late_chart_is_waited_for_by_a_page_that_shows_none_of_it(browser, launch, slow):
    page = browser.get(f"/l/{launch.pk}/", {"document": "progress_note"})
    html = parsed(page)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    panel = html.css_first("#panel")
    whole = panel.attributes["data-waiting"]
    assert panel.attributes["hx-get"] == whole
    assert whole in html.css_first("noscript").html.replace("&amp;", "&")
    assert "Halloway" not in page.content.decode()
    assert "answering slowly" in words(page)
    assert not AuditEvent.objects.filter(type="panel.opened").exists()
    assert not Draft.objects.exists()

    slow.set()
    filled = browser.get(whole, headers=HTMX)
    html = parsed(filled)
    assert "Halloway" in html.css_first("#panel .strip__name").text()
    assert html.css_first("#draft h2").text() == "Progress note" or html.css_first("#begin")
    assert AuditEvent.objects.filter(type="panel.opened").count() == 1


def test_without_script_the_whole_page_is_waited_for(browser, launch, slow):
    threading.Timer(0.3, slow.set).start()
    page = browser.get(f"/l/{launch.pk}/", {"whole": "1"})
    assert "Halloway" in parsed(page).css_first(".strip__name").text()
    assert parsed(page).css_first("[data-waiting]") is None


def test_a_chart_that_is_there_is_shown_at_once(browser, launch, ehr, settings):
    settings.FHIR_READ_AHEAD = True
    page = browser.get(f"/l/{launch.pk}/")
    assert parsed(page).css_first("[data-waiting]") is None
    assert "Halloway" in parsed(page).css_first(".strip__name").text()
