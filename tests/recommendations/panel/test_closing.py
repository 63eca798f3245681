"""Closing the session: by the panel's own form, to a page that says what became of the work."""

from audit.models import AuditEvent
from recommendations.models import Draft
from smartapp.models import Launch
from tests.recommendations import cast
from tests.recommendations.panel.pages import parsed, send, words


def panel(browser, launch):
    return browser.get(f"/l/{launch.pk}/", {"document": "progress_note"})


def test_the_panel_closes_its_session_and_says_what_became_of_the_work(browser, launch, draft):
    answer = send(browser, panel(browser, launch), "#closing form")
    assert answer.headers["Location"] == f"/l/{launch.pk}/closed/"
    launch.refresh_from_db()
    assert launch.end_reason == Launch.EndReason.CLOSED
    page = browser.get(answer.headers["Location"])
    assert page.status_code == 200
    said = words(page)
    assert "This session is closed" in said
    assert "Progress note: not signed; what you typed is kept" in said
    assert "Halloway" not in page.content.decode()
    assert "Potassium" not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(type="launch.ended").count() == 1
    assert not AuditEvent.objects.filter(type="launch.refused").exists(), "a wish is no refusal"
    assert panel(browser, launch).status_code == 403


def test_what_was_signed_is_said_to_be_signed(browser, launch, draft):
    Draft.objects.filter(pk=draft.pk).update(state="signed")
    Launch.objects.filter(pk=launch.pk).update(ended_at=launch.created_at, end_reason="closed")
    assert "Progress note: signed" in words(browser.get(f"/l/{launch.pk}/closed/"))


def test_a_session_that_was_not_closed_has_no_such_page(browser, launch, draft):
    live = browser.get(f"/l/{launch.pk}/closed/")
    assert (live.status_code, live.headers["Location"]) == (302, f"/l/{launch.pk}/")
    cast.end(launch)
    ended = browser.get(f"/l/{launch.pk}/closed/")
    assert ended.status_code == 302, "the panel's door says how it ended"


def test_nobody_elses_browser_learns_what_became_of_it(client, launch, draft):
    Launch.objects.filter(pk=launch.pk).update(ended_at=launch.created_at, end_reason="closed")
    page = client.get(f"/l/{launch.pk}/closed/")
    assert page.status_code == 403
    assert parsed(page).css_first("h1").text() != "This session is closed"


def test_a_form_without_the_sessions_token_closes_nothing(launch, draft):
    browser = cast.browser(launch, enforce_csrf_checks=True)
    assert browser.post(f"/l/{launch.pk}/close/").status_code == 403
    launch.refresh_from_db()
    assert launch.ended_at is None
