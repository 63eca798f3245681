"""The documents are whole: what a drafter and a page need of each is there."""

import pytest

from recommendations.clinical.registry import TOOLS
from recommendations.verification.omissions import RULES
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS


def test_every_document_is_registered_under_its_key() -> None:
    assert list(DOCUMENTS) == [
        "previsit_summary",
        "progress_note",
        "discharge_summary",
        "referral_letter",
        "patient_instructions",
        "message_reply",
        "triage",
    ]
    assert all(document.key == key for key, document in DOCUMENTS.items())


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda d: d.key)
def test_a_document_has_distinct_sections_and_only_tools_that_exist(document: Document) -> None:
    keys = [s.key for s in document.sections]
    assert len(set(keys)) == len(keys) >= 3
    assert set(document.tools) <= set(TOOLS)
    assert all(s.title and s.belongs and 0 < s.most <= document.most for s in document.sections)


@pytest.mark.parametrize(
    ("key", "this", "attested"),
    [
        ("progress_note", "this note", ("I reviewed this note against the chart. It is accurate, and "
         "I sign it as its author.")),
        ("referral_letter", "this letter", ("I reviewed this letter against the chart. It is "
         "accurate, and I sign it as its author.")),
        ("patient_instructions", "these instructions", ("I reviewed these instructions against the "
         "chart. They are accurate, and I sign them as their author.")),
    ],
)  # fmt: skip
def test_a_document_is_called_what_it_is(key: str, this: str, attested: str) -> None:
    assert (DOCUMENTS[key].this, DOCUMENTS[key].attested) == (this, attested)


def test_no_document_but_the_note_is_called_one() -> None:
    assert [key for key, each in DOCUMENTS.items() if each.noun == "note"] == ["progress_note"]


def test_the_progress_note_follows_soap_with_allergies_and_medications_before_assessment() -> None:
    assert [s.key for s in DOCUMENTS["progress_note"].sections] == [
        "subjective",
        "objective",
        "allergies_and_medications",
        "assessment",
        "plan",
    ]


def test_a_section_is_found_by_its_key_and_an_unknown_one_is_refused() -> None:
    document = DOCUMENTS["progress_note"]
    assert document.section("plan").title == "Plan"
    with pytest.raises(KeyError):
        document.section("triage")


def test_a_draft_key_fits_the_column_that_keeps_it() -> None:
    assert all(len(key) <= 40 for key in DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda d: d.key)
def test_what_must_not_be_missing_is_told_by_rules_that_exist_each_in_one_section(
    document: Document,
) -> None:
    assert set(document.rules) <= set(RULES)
    assert len(set(document.rules)) == len(document.rules)


def test_the_summary_and_the_note_ask_for_everything_that_has_a_rule() -> None:
    for key in ("previsit_summary", "progress_note"):
        assert set(DOCUMENTS[key].rules) == set(RULES)
