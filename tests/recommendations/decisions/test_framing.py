"""What code sets around the statements: letters, points, and words for a patient."""

import pytest

from recommendations.clinical.results import Gap, ReadingSnapshot
from recommendations.decisions import framing, services
from recommendations.decisions.signing import assemble
from recommendations.decisions.standing import standings
from recommendations.workflows.disclosures import disclosure
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED
from tests.recommendations.decisions.sent import whole

GAP = Gap(concept="medications", reason="suppressed", words="Outside medications were withheld.")


def assembled(launch, key, *, given=None, drafter="claude"):
    section = DOCUMENTS[key].sections[0].key
    said = [(section, "One thing is so.", cast.verdict(CHECKED, "lab1")),
            (section, "Another is so.", cast.verdict(CHECKED, "lab1"))]  # fmt: skip
    draft = cast.ready_draft(launch, said, document=key, drafter=drafter)
    draft.given = given
    draft.save()
    services.approve_together(**whole(draft), section="")
    draft.refresh_from_db()
    return assemble(draft, standings(draft), launch.clinician)


def test_a_letter_has_whom_greeting_question_and_closing_and_names_no_patient(launch):
    given = {"to": "Nephrology  clinic", "question": "Kidney\nor {clinician} drug?"}
    text = assembled(launch, "referral_letter", given=given).text
    assert text.startswith(
        "To: Nephrology clinic\n\nDear colleague,\n\n"
        "My question: Kidney or {clinician} drug?\n\n"
        "The patient\nOne thing is so. Another is so.\n\n"
    )
    assert "Yours sincerely,\nDr. Vale\n" in text
    assert "Halloway" not in text


def test_a_line_whose_words_are_missing_is_left_out(launch):
    text = assembled(launch, "referral_letter", given={"to": "Nephrology"}).text
    assert "My question" not in text
    assert text.startswith("To: Nephrology\n\nDear colleague,")


def test_instructions_are_points_with_what_to_do_in_an_emergency(launch):
    text = assembled(launch, "patient_instructions").text
    assert "Your visit\n- One thing is so.\n- Another is so.\n" in text
    assert "If you think that your life is in danger, call 911." in text


@pytest.mark.parametrize(("place", "first"), [("", False), ("US-CA", True)])
def test_a_patient_is_told_of_ai_where_the_jurisdiction_has_it(launch, place, first):
    launch.ehr.jurisdiction = place
    launch.ehr.save()
    text = assembled(launch, "message_reply", given={"message": "Hello"}).text
    told = disclosure(place).to_patient(DOCUMENTS["message_reply"])
    assert text.count(told) == 1
    assert text.startswith(told) is first
    assert "Hello" not in text.replace("Hello,", "")


def test_rules_are_not_called_ai_to_a_patient(launch):
    text = assembled(launch, "patient_instructions", drafter="offline").text
    assert disclosure("").in_any not in text
    assert "by rules, not by AI" in text


def test_what_was_not_read_is_told_in_the_reader_s_words():
    read = ReadingSnapshot(as_of="2026-11-17", gaps=(GAP,))
    to_colleague, to_patient = DOCUMENTS["referral_letter"], DOCUMENTS["patient_instructions"]
    assert framing.not_read(to_colleague, read) == f"Not read: {GAP.words}"
    assert framing.not_read(to_patient, read) == (
        "Not all of your chart could be read when this was written."
    )
    assert framing.not_read(to_patient, ReadingSnapshot(as_of="2026-11-17")) == ""
    assert framing.not_read(to_patient, None) != ""


def test_notes_are_laid_out_as_before(launch):
    text = assembled(launch, "progress_note").text
    assert text.startswith("SUBJECTIVE\nOne thing is so.\nAnother is so.\n\n")
