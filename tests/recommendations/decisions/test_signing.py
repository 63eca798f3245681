"""Signing: what the text says, of what it is silent, and when it is refused."""

import pytest

from recommendations.clinical.results import Gap, LeftOut, ReadingSnapshot
from recommendations.decisions import services, signing
from recommendations.decisions.texts import sha256
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED
from tests.recommendations.decisions.sent import decide_all, events, on, refused, to_sign, whole


def test_signing_needs_every_statement_decided(draft):
    with refused("undecided"):
        signing.sign(**to_sign(draft))
    services.approve_together(**whole(draft), section="")
    with refused("undecided"):
        signing.sign(**to_sign(draft))


def test_the_signed_text_says_what_was_not_read_and_names_nobody(draft):
    outside = Gap(
        concept="medications",
        reason="suppressed",
        words="Outside medications were withheld by the EHR.",
    )
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    gaps = (outside, outside)  # two reads may tell the same
    draft.reading = snapshot.model_copy(update={"gaps": gaps}).model_dump(mode="json")
    draft.save()
    decide_all(draft)
    note = signing.sign(**to_sign(draft))
    said = "Not read: Outside medications were withheld by the EHR."
    assert note.text.count("Outside medications") == 1
    assert note.text.split("\n\n")[-2] == said
    assert "Halloway" not in note.text


def leaving_out(draft, *left):
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    draft.reading = snapshot.model_copy(update={"left_out": left}).model_dump(mode="json")
    draft.save()


def test_each_section_of_the_signed_text_says_what_it_does_not_show(draft):
    leaving_out(
        draft,
        LeftOut(section="objective", what="2 more results out of range", handles=("lab2", "lab3")),
        LeftOut(section="objective", what="1 more vital sign", handles=("vit1",)),
        LeftOut(section="assessment", what="1 more active problem", handles=("cond9",)),
        LeftOut(section="plan", what="3 more active care plans", handles=("cp1", "cp2", "cp3")),
        LeftOut(section="allergies_and_medications", what="1 more allergy", handles=("alg1",)),
    )
    decide_all(draft)
    text = signing.sign(**to_sign(draft)).text
    assert (
        "ECG ordered; not yet done.\n"
        "2 more results out of range and 1 more vital sign are not shown.\n\n"
        "ASSESSMENT\nHyperkalemia, likely from spironolactone.\n"
        "1 more active problem is not shown.\n\n"
        "PLAN\n3 more active care plans are not shown.\n\n"
    ) in text
    assert "1 more allergy" not in text, "the clinician wanted nothing of that section"


def test_a_text_from_all_of_the_chart_has_nothing_to_say_of_gaps(draft):
    decide_all(draft)
    assert "Not read" not in signing.sign(**to_sign(draft)).text


def test_a_draft_whose_reading_was_not_kept_says_that(draft):
    decide_all(draft)
    draft.refresh_from_db()
    draft.reading_sealed = None
    draft.save()
    assert "Not read: what was missing" in signing.sign(**to_sign(draft)).text


def test_nothing_at_all_cannot_be_signed(launch):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1])
    services.leave_out(**on(draft, CHECKED), reason="other", comment="")
    with refused("nothing_left"):
        signing.sign(**to_sign(draft))


def test_the_signed_text_is_exactly_what_was_approved(draft):
    decide_all(draft)
    note = signing.sign(**to_sign(draft))
    assert note.text == (
        "SUBJECTIVE\nThe intake note says: Feels more tired this week.\n\n"
        "OBJECTIVE\nPotassium 5.9 mmol/L on 17 Nov 2026.\nECG ordered; not yet done.\n\n"
        "ASSESSMENT\nHyperkalemia, likely from spironolactone.\n\n"
        "Drafted with AI (claude-test). Reviewed and edited by Dr. Vale.\n"
    )
    assert note.text_sha256 == sha256(note.text) == note.decision.text_sha256
    draft.refresh_from_db()
    assert (draft.state, note.decision.verb) == ("signed", "sign")
    detail = events("draft.signed").get().detail
    assert (detail["approved"], detail["edited"], detail["left_out"]) == (3, 1, 1)
    assert detail["text_sha256"] == note.text_sha256
    assert detail["attestation"] == DOCUMENTS[draft.document].attested


def test_what_rules_drafted_is_never_called_ai(launch):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1], drafter="offline", model_id="")
    services.approve(**on(draft, CHECKED))
    assert "not by AI. Reviewed by Dr. Vale." in signing.sign(**to_sign(draft)).text


@pytest.mark.parametrize(
    ("change", "code"),
    [({"attestation": ""}, "not_attested"), ({"attestation": "0"}, "attestation_changed"),
     ({"text_sha256": "0" * 64}, "text_differs"), ({"revision": 0}, "stale_page")],
)  # fmt: skip
def test_a_signature_on_anything_else_is_refused(draft, change, code):
    decide_all(draft)
    with refused(code):
        signing.sign(**to_sign(draft, **change))


def test_a_draft_is_signed_once(draft):
    decide_all(draft)
    page = to_sign(draft)
    signing.sign(**page)
    with refused("already_signed"):
        signing.sign(**page)
    with refused("already_signed"):
        services.reopen(**on(draft, CHECKED))
