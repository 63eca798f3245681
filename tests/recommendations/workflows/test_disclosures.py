"""What is said of AI by jurisdiction."""

import pytest

from recommendations.workflows import disclosures
from recommendations.workflows.disclosures import disclosure


@pytest.mark.parametrize(
    ("jurisdiction", "found"),
    [("US-CA", "US-CA@1"), ("US-TX", "US-TX@1"), ("US-OH", "default@1"), ("", "default@1")],
)
def test_a_jurisdiction_has_its_own_text_else_the_products(jurisdiction, found):
    assert disclosure(jurisdiction).id == found


def test_californias_text_says_how_to_reach_a_person_at_the_start():
    found = disclosure("US-CA")
    assert found.placement == "start"
    assert "To reach a person" in found.patient


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
