"""A document that needs words of the clinician: the form, its refusal, and what is shown of it."""

import pytest

from audit.models import AuditEvent
from recommendations.models import Draft
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED
from tests.recommendations.panel.pages import HTMX, parsed, send, words

URGENT = "I have chest pain and cannot breathe. Is my potassium fine?"


def start(browser, launch, key):
    return browser.get(f"/l/{launch.pk}/", {"document": key})


def test_two_documents_are_in_sight_and_the_others_in_one_list(browser, launch):
    page = parsed(start(browser, launch, "referral_letter"))
    assert len(page.css("nav.tabs > a")) == 2
    assert [a.text() for a in page.css(".tabs__list b")] == [
        "Discharge summary",
        "Referral letter",
        "Patient instructions",
        "Reply to a message",
        "Triage",
    ]
    assert page.css_first("#more-documents summary").attributes["aria-current"] == "page"
    assert "Referral letter" in page.css_first("#more-documents summary").text()


def test_a_letter_is_asked_for_with_its_words_and_they_are_kept_as_theirs(browser, launch):
    page = start(browser, launch, "referral_letter")
    send(browser, page, "#draft form", to="Nephrology", question="Which drug?")
    draft = Draft.objects.get(document="referral_letter")
    assert draft.given == {"to": "Nephrology", "question": "Which drug?"}
    assert b"Nephrology" not in bytes(draft.given_sealed)
    shown = start(browser, launch, "referral_letter")
    assert "Your question your words" in words(shown)
    row = AuditEvent.objects.get(type="draft.requested", draft_id=str(draft.pk))
    assert "given" not in row.detail


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    "given",
    [{"to": "Nephrology"}, {"to": "Nephrology", "question": " \n"}, {},
     {"to": "x" * 121, "question": "Which drug?"}],
)  # fmt: skip
def test_without_them_nothing_is_drafted_and_what_was_typed_stands(browser, launch, given, headers):
    answer = browser.post(
        f"/l/{launch.pk}/drafts/", {"document": "referral_letter", **given}, headers=headers
    )
    assert answer.status_code == 422
    assert "Something is missing for this document" in words(answer)
    field = parsed(answer).css_first("#asked-to")
    assert field.attributes["value"] == given.get("to", "")[:120]
    assert not Draft.objects.exists()
    assert AuditEvent.objects.get(type="decision.refused").code == "words_missing"


def test_asked_anew_without_words_the_last_ones_stand(browser, launch):
    draft = cast.ready_draft(launch, document="referral_letter")
    draft.given = {"to": "Nephrology", "question": "Which drug?"}
    draft.save()
    browser.post(f"/l/{launch.pk}/drafts/", {"document": "referral_letter"})
    newest = Draft.objects.filter(document="referral_letter").latest("created_at")
    assert newest.pk != draft.pk
    assert newest.given == draft.given


def test_an_emergency_in_a_message_stands_first_from_the_moment_it_is_asked(browser, launch):
    page = start(browser, launch, "message_reply")
    send(browser, page, "#draft form", message=URGENT)
    shown = parsed(start(browser, launch, "message_reply"))
    assert "chest pain, trouble breathing" in shown.css_first("#urgent").text()
    assert "pasted, not verified" in words(start(browser, launch, "message_reply"))


def test_an_everyday_message_alarms_nobody(browser, launch):
    send(browser, start(browser, launch, "message_reply"), "#draft form", message="My potassium?")
    assert parsed(start(browser, launch, "message_reply")).css_first("#urgent") is None


def test_the_grade_of_the_whole_is_shown_and_what_reads_hard_is_marked(browser, launch):
    hard = "Potassium determination demonstrated considerable abnormality: 5.9 mmol/L."
    said = [("results", "Your potassium was 5.9 mmol/L.", cast.verdict(CHECKED, "lab1")),
            ("results", hard, cast.verdict(CHECKED, "lab1"))]  # fmt: skip
    cast.ready_draft(launch, said, document="patient_instructions")
    page = parsed(start(browser, launch, "patient_instructions"))
    assert "Reads at grade" in page.css_first("#grade").text()
    easy_card, hard_card = page.css(".st")
    assert easy_card.css_first(".card__grade") is None
    assert hard_card.css_first(".card__grade").text() == "Reads at grade 27.6"


def test_a_clinician_s_document_is_not_measured(browser, launch):
    cast.ready_draft(launch)
    assert parsed(start(browser, launch, "progress_note")).css_first("#grade") is None
