"""Deciding by plain forms, and what a page that is behind is answered."""

import pytest

from recommendations.clinical.results import Gap, ReadingSnapshot
from recommendations.decisions.signing import ATTESTATION_VERSION
from recommendations.models import Decision, Draft, SignedNote, StatementEdit
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.results import Concept
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, CONTRADICTED, INFERRED, NOT_FOUND
from tests.recommendations.panel.pages import HTMX, fields, parsed, send, words


def note(browser, launch, **query):
    return browser.get(f"/l/{launch.pk}/", {"document": "progress_note", **query})


def item(draft, outcome):
    return f"#statement-{cast.standing(draft, outcome).statement.pk}"


def form(draft, outcome):
    return f"{item(draft, outcome)} form.st__form"


def test_a_plain_form_decides_and_leads_back_to_the_panel(browser, launch, draft):
    answer = send(browser, note(browser, launch), form(draft, CHECKED), verb="approve")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/l/{launch.pk}/?document=progress_note#draft"
    assert "Take this decision back" in words(note(browser, launch))


def test_the_whole_journey_by_plain_forms(browser, launch, draft):
    send(browser, note(browser, launch), form(draft, NOT_FOUND))
    send(browser, note(browser, launch), f"{item(draft, CONTRADICTED)} form[id^=fix-]")
    assert "Approve the 2 checked" in words(note(browser, launch))
    send(browser, note(browser, launch), "form[data-act=approve-all]")
    assert parsed(note(browser, launch)).css_first("form[data-act=approve-all]") is None
    send(browser, note(browser, launch), form(draft, INFERRED), verb="approve")
    page = note(browser, launch)
    link = parsed(page).css_first("a[data-act=sign]").attributes["href"]
    signing = browser.get(link)
    said = words(signing)
    assert "Signing for Halloway, Ruth" in said
    # The age stands outside: of a name written from the right it would read "F 68".
    assert parsed(signing).css_first(".decide__row bdi").text() == "Halloway, Ruth"
    assert "On spironolactone 25 mg daily." in said
    assert "3 as drafted, 1 edited, 1 left out" in said
    answer = send(browser, signing, "form[data-act=sign]", attestation=ATTESTATION_VERSION)
    assert answer.status_code == 302
    after = note(browser, launch)
    assert parsed(after).css_first("#draft").attributes["data-state"] == "signed"
    assert parsed(after).css_first("#exact").text() == SignedNote.objects.get().text
    assert [d.reason for d in Decision.objects.filter(verb="reject")] == ["not_in_chart"]


def test_a_draft_of_one_statement_is_told_in_the_singular(browser, launch):
    cast.ready_draft(launch, cast.STATEMENTS[:1])
    said = words(note(browser, launch))
    assert "1 statement to decide" in said
    assert "Approve it" in said
    send(browser, note(browser, launch), "form[data-act=approve-all]")
    said = words(note(browser, launch))
    assert "The one statement is decided" in said
    assert "1 goes into the note." in said


def test_a_draft_without_a_statement_does_not_say_that_some_were_left_out(browser, launch):
    cast.ready_draft(launch, ())
    bar = parsed(note(browser, launch)).css_first("#bar")
    assert "There is nothing to sign" in bar.text()
    assert "No statement was drafted." in bar.text()
    assert "left out" not in bar.css_first("#why-not").text()
    assert bar.css_first("#sign").attributes["aria-disabled"] == "true"


def test_every_form_carries_revision_hash_and_csrf(browser, launch, draft):
    for each in parsed(note(browser, launch)).css("#draft form"):
        sent = fields(each)
        assert "csrfmiddlewaretoken" in sent
        if "drafts/" in each.attributes["action"] and each.attributes["action"].endswith("drafts/"):
            continue
        assert {"revision", "text_sha256"} <= sent.keys() or "shown_sha256" in sent


def test_without_the_csrf_token_nothing_is_decided(launch, draft):
    browser = cast.browser(launch, enforce_csrf_checks=True)
    found = cast.standing(draft, CHECKED)
    answer = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/decision/",
        {"verb": "approve", "revision": 0, "text_sha256": found.text_sha256},
    )
    assert answer.status_code == 403
    assert not Decision.objects.exists()


def test_a_page_that_is_behind_is_told_so_and_shown_the_draft_anew(browser, launch, draft):
    page = note(browser, launch)
    send(browser, page, form(draft, CHECKED), verb="approve")
    answer = send(browser, page, form(draft, INFERRED), verb="approve")
    assert answer.status_code == 409
    assert parsed(answer).css_first("#refused").attributes["data-code"] == "stale_page"
    assert parsed(answer).css_first("#draft").attributes["data-revision"] == "1"


def test_typed_words_come_back_with_the_refusal(browser, launch, draft):
    page = note(browser, launch)
    send(browser, page, form(draft, CHECKED), verb="approve")
    answer = send(browser, page, form(draft, INFERRED), verb="edit", text="My own judgement.")
    assert answer.status_code == 409
    assert (
        parsed(answer).css_first(f"{item(draft, INFERRED)} textarea").text() == "My own judgement."
    )


def test_a_comment_and_its_reason_come_back_with_the_refusal(browser, launch, draft):
    page = note(browser, launch)
    opened = note(
        browser, launch, open="reject", statement=cast.standing(draft, INFERRED).statement.pk
    )
    send(browser, page, form(draft, CHECKED), verb="approve")
    given = {"reason": "other", "comment": "The patient says otherwise."}
    answer = send(browser, opened, f"{item(draft, INFERRED)} .editing", verb="reject", **given)
    assert answer.status_code == 409
    found = parsed(answer).css_first(f"{item(draft, INFERRED)} .editing")
    assert fields(found) | given == fields(found), "as it was typed"
    answer = send(browser, page, ".rejectdraft form", verb="reject_draft", **given)
    assert answer.status_code == 409
    whole = parsed(answer).css_first(".rejectdraft[open] form")
    assert fields(whole)["comment"] == given["comment"]
    assert parsed(answer).css_first("#unkept") is None


@pytest.mark.parametrize("meanwhile", ["decided", "rejected", "signed"])
def test_words_whose_statement_was_decided_elsewhere_are_shown_to_be_copied(
    browser, launch, draft, meanwhile
):
    opened = note(
        browser, launch, open="edit", statement=cast.standing(draft, INFERRED).statement.pk
    )
    if meanwhile == "decided":
        send(browser, note(browser, launch), form(draft, INFERRED), verb="approve")
    else:
        Draft.objects.filter(pk=draft.pk).update(state=meanwhile)
    typed = {"text": "Typed for <nothing>?", "unkept": ["Of another statement.", " "]}
    for verb in ("edit", "approve"):
        answer = send(browser, opened, f"{item(draft, INFERRED)} .editing", verb=verb, **typed)
        assert answer.status_code == 409
        shown = [each.text() for each in parsed(answer).css("#unkept .text")]
        own = ["Typed for <nothing>?"] if verb == "edit" else []
        assert shown == ["Of another statement.", *own]
    assert parsed(note(browser, launch)).css_first("#unkept") is None


def test_a_script_gets_the_draft_alone(browser, launch, draft):
    found = cast.standing(draft, CHECKED)
    answer = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/decision/",
        {"verb": "approve", "revision": 0, "text_sha256": found.text_sha256},
        headers=HTMX,
    )
    assert answer.status_code == 200
    assert parsed(answer).css_first("html > body > #draft").attributes["data-revision"] == "1"
    assert "<html" not in answer.content.decode()


def test_nonsense_is_refused_and_recorded(browser, launch, draft):
    found = cast.standing(draft, CHECKED)
    url = f"/l/{launch.pk}/statements/{found.statement.pk}/decision/"
    good = {"verb": "approve", "revision": 0, "text_sha256": found.text_sha256}
    for change, code in (
        ({"verb": "send_to_chart"}, "unknown_verb"),
        ({"revision": "-1"}, "form_invalid"),
        ({"revision": ""}, "form_invalid"),
        ({"text_sha256": "abc"}, "form_invalid"),
    ):
        answer = browser.post(url, {**good, **change}, headers=HTMX)
        assert answer.status_code == 422
        assert parsed(answer).css_first("#refused").attributes["data-code"] == code
    assert not Decision.objects.exists()


def test_no_words_can_be_typed_while_the_draft_is_made(browser, launch, draft):
    Draft.objects.filter(pk=draft.pk).update(state="running")
    found = cast.standing(draft, CHECKED)
    page = note(browser, launch, open="edit", statement=str(found.statement.pk))
    assert parsed(page).css_first(f"{item(draft, CHECKED)}") is not None
    assert parsed(page).css_first("textarea, [data-do=edit]") is None
    sent = {"text": "K 5.9", "revision": 0, "shown_sha256": found.text_sha256}
    url = f"/l/{launch.pk}/statements/{found.statement.pk}/edit/"
    answer = browser.post(url, sent, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")


def test_editing_opens_without_script_too(browser, launch, draft):
    found = cast.standing(draft, CHECKED)
    page = note(browser, launch, open="edit", statement=str(found.statement.pk))
    area = parsed(page).css_first(f"{item(draft, CHECKED)} textarea")
    assert area.text() == found.text
    send(browser, page, f"{item(draft, CHECKED)} form.editing", verb="edit", text="K 5.9 today.")
    shown = parsed(note(browser, launch)).css_first(item(draft, CHECKED))
    assert shown.css_first(".word").text() == "Your words"
    assert shown.css_first(".was ins") is not None


def test_autosave_answers_with_the_fingerprint_to_go_on_from(browser, launch, draft):
    found = cast.standing(draft, CHECKED)
    url = f"/l/{launch.pk}/statements/{found.statement.pk}/edit/"
    sent = {"text": "K 5.9", "revision": 0, "shown_sha256": found.text_sha256}
    json = {"Accept": "application/json"}
    answer = browser.post(url, sent, headers=json).json()
    assert answer["ended"] is False
    again = {**sent, "text": "K 5.9 today", "shown_sha256": answer["sha256"]}
    assert browser.post(url, again, headers=json).status_code == 200
    behind = browser.post(url, {**sent, "text": "Other"}, headers=json)
    assert (behind.status_code, behind.json()["code"]) == (409, "text_differs")
    assert StatementEdit.objects.get().text == "K 5.9 today"


def test_an_ended_session_still_keeps_words_and_shows_nothing(browser, launch, draft):
    found = cast.standing(draft, CHECKED)
    cast.end(launch)
    answer = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/edit/",
        {"text": "K 5.9", "revision": 0, "shown_sha256": found.text_sha256},
        headers={"Accept": "application/json"},
    )
    assert answer.json()["ended"] is True
    assert "Potassium" not in answer.content.decode()
    plain = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/edit/",
        {"text": "K 6", "revision": 0, "shown_sha256": "0" * 64},
    )
    kept = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/edit/",
        {"text": "K 5.9", "revision": 0, "shown_sha256": found.text_sha256},
        headers=HTMX,
    )
    for page in (plain, kept):
        assert page.status_code == 403
        assert "Potassium" not in page.content.decode()
    assert StatementEdit.objects.get().text == "K 5.9"


def test_signing_too_early_leads_back_to_what_is_open(browser, launch, draft):
    page = browser.get(f"/l/{launch.pk}/drafts/{draft.pk}/sign/")
    assert page.status_code == 409
    assert parsed(page).css_first("#refused").attributes["data-code"] == "undecided"


def test_a_signature_without_the_tick_stays_on_the_page(browser, launch):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1])
    send(browser, note(browser, launch), "form[data-act=approve-all]")
    signing = browser.get(f"/l/{launch.pk}/drafts/{draft.pk}/sign/")
    answer = send(browser, signing, "form[data-act=sign]")
    assert answer.status_code == 422
    assert parsed(answer).css_first("#refused").attributes["data-code"] == "not_attested"
    assert Draft.objects.get().state == "ready"


def test_the_page_for_signing_shows_whose_chart_it_is_and_waits_for_no_other_part(
    browser, launch, ehr, monkeypatch
):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1])
    gap = Gap(concept="notes", reason="timed_out", words="Not all notes could be read.")
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    more = {"gaps": (gap,), "searched": {"allergies": True}}
    draft.reading = snapshot.model_copy(update=more).model_dump(mode="json")
    draft.save()
    send(browser, browser.get(f"/l/{launch.pk}/?document=progress_note"), "#approve-form")
    asked = []
    read_all = ehr.read_all
    monkeypatch.setattr(ehr, "read_all", lambda some: asked.append(set(some)) or read_all(some))

    page = browser.get(f"/l/{launch.pk}/drafts/{draft.pk}/sign/")
    html = parsed(page)
    assert asked == [{Concept.PATIENT}]
    assert "Halloway" in html.css_first(".strip__name").text()
    assert "Halloway" in html.css_first(".signing__for").text()
    assert html.css_first("#exact #not-read").text() == "Not read: Not all notes could be read."


def test_two_patients_in_one_browser_never_mix(launch, draft):
    other = cast.ready_draft(cast.launch("p2"))
    browser = cast.browser(launch, other.launch)
    theirs = cast.standing(other, CHECKED)
    answer = browser.post(
        f"/l/{launch.pk}/statements/{theirs.statement.pk}/decision/",
        {"verb": "approve", "revision": 0, "text_sha256": theirs.text_sha256},
    )
    assert answer.status_code == 404
    assert not Decision.objects.exists()


def test_rejecting_the_draft_offers_another(browser, launch, draft):
    send(browser, note(browser, launch), ".rejectdraft form", verb="reject_draft", reason="other")
    page = note(browser, launch)
    assert "You rejected this draft" in words(page)
    send(browser, page, "form[data-act=request-draft]")
    assert Draft.objects.filter(state="queued").count() == 1


@pytest.mark.parametrize(
    ("key", "noun", "this"),
    [("referral_letter", "letter", "this letter"), ("patient_instructions", "instructions", "these instructions"),
     ("message_reply", "reply", "this reply")],
)  # fmt: skip
def test_a_document_is_called_what_it_is_where_it_is_decided_and_signed(
    browser, launch, key, noun, this
):
    section = DOCUMENTS[key].sections[0].key
    statements = [(section, text, verdict) for _, text, verdict in cast.STATEMENTS[:1]]
    cast.ready_draft(launch, statements, document=key)
    at = {"document": key}
    send(browser, browser.get(f"/l/{launch.pk}/", at), "form[data-act=approve-all]")
    page = browser.get(f"/l/{launch.pk}/", at)
    assert f"1 goes into the {noun}." in words(page)
    signing = browser.get(parsed(page).css_first("a[data-act=sign]").attributes["href"])
    assert f"I reviewed {this} against the chart." in words(signing)
    assert "note" not in words(signing).lower().replace("intake note", "").replace("cannot", "")
