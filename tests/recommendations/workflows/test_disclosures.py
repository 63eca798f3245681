"""What is said of AI by jurisdiction."""

import pytest

from recommendations.workflows import disclosures
from recommendations.workflows.disclosures import disclosure
from recommendations.workflows.registry import DOCUMENTS


@pytest.mark.parametrize(
    ("jurisdiction", "found"),
    [("US-CA", "US-CA@2"), ("US-TX", "US-TX@1"), ("US-OH", "default@1"), ("", "default@1")],
)
def test_a_jurisdiction_has_its_own_text_else_the_products(jurisdiction, found):
    assert disclosure(jurisdiction).id == found


def test_californias_text_says_how_to_reach_a_person_at_the_start():
    found = disclosure("US-CA")
    assert found.placement == "start"
    assert "To reach a person" in found.patient


@pytest.mark.parametrize(
    ("key", "begins"),
    [("message_reply", "This reply was written with"),
     ("patient_instructions", "These instructions were written with")],
)  # fmt: skip
def test_the_text_for_a_patient_calls_the_document_what_it_is(key, begins):
    assert disclosure("US-CA").to_patient(DOCUMENTS[key]).startswith(begins)
    assert disclosure("US-CA").in_any.startswith("This text was written with")
    for each in disclosures.disclosures().values():
        assert "{" not in each.to_patient(DOCUMENTS[key]) + each.in_any


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("placement: end", "placement: somewhere"),
        ("jurisdiction: default", "jurisdiction: US-NY"),
        ("jurisdiction: US-TX", "jurisdiction: US-CA"),
        ("version: 1", "version: 0"),
        ("law: none", "lawless: none"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(tmp_path, monkeypatch, before, after):
    text = disclosures._FILE.read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "d.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    monkeypatch.setattr(disclosures, "_FILE", tmp_path / "d.yaml")
    disclosures.disclosures.cache_clear()
    with pytest.raises(ValueError, match=r"d\.yaml"):
        disclosure("")
    disclosures.disclosures.cache_clear()
