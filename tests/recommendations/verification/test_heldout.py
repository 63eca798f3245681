"""The development sets stay as they are: nothing marked, nothing missed, every rewording true."""

from functools import cache
from pathlib import Path

import pytest

from recommendations.quality import sets
from recommendations.quality.sets import CLEAN, SUBTLE, Entry
from recommendations.verification import Chart, reword, settle, verify
from tests.recommendations.verification.facts import FACTS, SECOND, snapshot

SET = sets.load(sets.DEVELOPMENT)
# True, but of a week before, in the present tense and without a day.
OLD_AS_OF_NOW = {"second-clean-008": "10 Nov 2026"}
CHARTS = {"first": snapshot(FACTS), "second": snapshot(SECOND)}


@cache
def chart(name: str) -> Chart:
    return Chart.of(CHARTS[name])


def entries(file: str, name: str) -> list[Entry]:
    found = [entry for entry in SET.of(file) if entry.chart == name]
    assert len(found) > 75
    return found


@pytest.mark.parametrize("name", CHARTS)
def test_the_facts_of_the_set_are_those_of_the_tests(name: str) -> None:
    kept = sets.snapshot(SET.charts[name], folder=SET.folder, shared=Path(), hospital=lambda _: [])
    assert kept == CHARTS[name]


@pytest.mark.parametrize("name", CHARTS)
def test_clean_sentences_stand(name: str) -> None:
    marked = [
        (entry.statement.text, [f.words for f in verdict.findings])
        for entry in entries(CLEAN, name)
        if entry.id not in OLD_AS_OF_NOW
        and not (verdict := verify(entry.statement, chart(name))).outcome.signable
    ]
    assert marked == []


def test_what_is_a_week_old_and_told_as_of_now_is_worded_with_its_day() -> None:
    found = [entry for entry in entries(CLEAN, "second") if entry.id in OLD_AS_OF_NOW]
    assert [entry.id for entry in found] == list(OLD_AS_OF_NOW)
    for entry in found:
        text, verdict = settle(entry.statement, chart("second"))
        assert verdict.outcome.signable
        assert OLD_AS_OF_NOW[entry.id] in text


@pytest.mark.parametrize("name", CHARTS)
def test_no_subtle_error_stands(name: str) -> None:
    missed = [
        f"{entry.kind}: {entry.statement.text}"
        for entry in entries(SUBTLE, name)
        if verify(entry.statement, chart(name)).outcome.signable
    ]
    assert missed == []


@pytest.mark.parametrize("name", CHARTS)
def test_every_clean_sentence_without_a_judgement_can_be_worded_by_code(name: str) -> None:
    without = [
        entry.statement.text
        for entry in entries(CLEAN, name)
        if reword(entry.statement, chart(name)) is None
        and all(claim.kind != "inference" for claim in entry.statement.claims)
    ]
    assert without == []


@pytest.mark.parametrize("name", CHARTS)
def test_what_is_worded_anew_says_nothing_that_was_wrong(name: str) -> None:
    for entry in entries(SUBTLE, name):
        worded = reword(entry.statement, chart(name))
        if worded is not None:
            again = entry.statement.model_copy(update={"text": worded})
            assert verify(again, chart(name)).outcome.signable
            assert worded != entry.statement.text
