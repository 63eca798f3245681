"""Whoever words a statement, it leads nowhere and names nobody by number: one door for all."""

import pytest

from recommendations.agent.offline import adding
from recommendations.clinical.facts import Fact
from recommendations.verification import Chart, Reader, reword, settle, verify
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.omissions import required
from recommendations.verification.rules import finding
from recommendations.verification.showable import masked, unfit
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import allergy, condition, lab, order, patient

BAD = [
    "see https://collect.example/x?d=",
    "ｈttps://collect.example",  # noqa: RUF001 - a wide letter
    "![x](https://collect.example)",
    "<img src=x>",
    "MRN 0050-4471",
    "Patient/zQ99-940",
    "U0dWc2JHOGdWMjl5YkdRZ01USXpORFUy",
    "collect[.]example",
    "t.me/pharmacy",
    "phish.de",
    "evil。com",
    "[2001:db8::1]",
]


@pytest.mark.parametrize("bad", BAD)
def test_words_of_code_lose_the_stretch_and_keep_the_rest(bad: str) -> None:
    said = masked(f"Potassium 5.9 mmol/L {bad} on 17 Nov 2026.")
    assert unfit(said) == ""
    assert said.startswith("Potassium 5.9 mmol/L")
    assert "left out)" in said
    assert said.endswith("17 Nov 2026.")


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\U000e0041", "\ufe0f", "\x1b"])
def test_what_nobody_sees_is_gone_from_words_of_code(hidden: str) -> None:
    assert masked(f"Potas{hidden}sium.") == "Potassium."


@pytest.mark.parametrize(
    "text", ["Potassium 5.9 mmol/L (3.5\u20135.1).", "INR 2.5: held.", "10⁹/L", "Dose: 1/2 tablet"]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


def facts(bad: str) -> tuple[Chart, list[Fact]]:
    """A chart in which everything is named with something that leads away."""
    name = f"Levothyroxine {bad}"
    chart = reading_from_bundle(
        [
            patient(),
            order("m1", name, authoredOn="2026-10-27"),
            allergy("a1", name),
            condition("c1", name),
            lab("o1", name, 5.9, "2026-11-17", interpretation=[{"coding": [{"code": "HH"}]}]),
        ]
    )
    for tool in ("medications", "allergies", "diagnoses", "labs"):
        chart.call(tool)
    snapshot = chart.snapshot()
    return Chart.of(snapshot), list(snapshot.facts)


@pytest.mark.parametrize("bad", BAD)
def test_nothing_that_a_chart_calls_so_is_worded_for_one_tap(bad: str) -> None:
    chart, known = facts(bad)
    assert {fact.kind for fact in known} >= {"medication", "allergy", "condition", "observation"}
    for fact in known:
        for reader in (Reader(), Reader(is_patient=True, grade=8)):
            assert adding.telling("s", fact, chart, reader=reader) is None


@pytest.mark.parametrize("bad", BAD)
def test_what_is_listed_as_left_out_is_listed_in_plain_words(bad: str) -> None:
    listed = required(facts(bad)[0])
    assert {each.rule for each in listed}
    for each in listed:
        assert unfit(each.words) == ""
        assert "Levothyroxine" in each.words or "addressed to software" in each.words


def test_a_clean_name_is_worded_for_one_tap() -> None:
    chart, known = facts("75 mcg tablet")
    assert all(adding.telling("s", fact, chart, reader=Reader()) for fact in known[:3])


def test_a_statement_that_leads_away_does_not_stand_and_code_does_not_word_one() -> None:
    chart, known = facts("see https://collect.example")
    drug = next(fact for fact in known if fact.kind == "medication")
    for text in (f"{drug.name}, active.", "Levothyroxine, active, see https://collect.example."):
        claim = {"kind": "medication", "ref": drug.handle, "name": drug.name, "status": "active"}
        said = DraftedStatement.model_validate({"section": "s", "text": text, "claims": [claim]})
        verdict = verify(said, chart)
        assert "not_plain" in {f.rule for f in verdict.findings}
        assert not verdict.outcome.signable
        assert not settle(said, chart)[1].outcome.signable
        assert reword(said, chart) is None


def test_what_a_finding_quotes_is_plain() -> None:
    found = finding(
        "name_differs", "Says a <b>; the chart says https://collect.example.", chart="www.x.example"
    )
    assert [unfit(each) for each in (found.words, found.draft_says, found.chart_says)] == [""] * 3
