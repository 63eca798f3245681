"""``manage.py evaluate words``: frozen sets, honest figures, and a page that tells of both."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommendations.quality import sentences
from recommendations.quality.sentences import (
    FOLDER,
    FROZEN,
    SETS,
    Judged,
    Sentence,
    as_frozen,
    load,
)
from recommendations.quality.suites import words
from tests.conftest import ROOT, SHARED_DATA

NEEDED = pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared charts are not here")
PAGE = (ROOT / "docs" / "evaluation.md").read_text()


def test_the_sets_are_the_frozen_ones(tmp_path: Path) -> None:
    assert as_frozen()
    copy = shutil.copytree(FOLDER, tmp_path / "set")
    (copy / "true.jsonl").write_text((copy / "true.jsonl").read_text() + "\n")
    assert not as_frozen(copy)
    (copy / "true.jsonl").unlink()
    assert not as_frozen(copy)


def test_pages_tell_digests_goals_and_every_kind() -> None:
    own = (FOLDER / "README.md").read_text()
    assert all(f"`{name}` | `{digest}`" in own for name, digest in FROZEN.items())
    assert all(f"`{name}` {digest[:12]}" in PAGE for name, digest in FROZEN.items())
    assert all(f"`{goal.figure}` {goal.words}" in PAGE for goal in words.GOALS)
    assert {s.kind for name in SETS for s in load(name) if s.kind not in own} == set()


def test_each_set_has_enough_of_both() -> None:
    for name in SETS:
        every = load(name)
        assert len({s.id for s in every}) == len(every) == len({(s.chart, s.text) for s in every})
        assert sum(not s.kind for s in every) > 100 < sum(bool(s.kind) for s in every)


@NEEDED
def test_it_runs_and_reaches_its_goals() -> None:
    out = StringIO()
    call_command("evaluate", "words", "--json", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue().splitlines()[-1])
    figures = told["figures"]
    assert told["met"] is True
    assert (figures["true_words"], figures["wrong_words"]) == (271, 272)
    assert figures["held_out_words"] > 700
    assert figures["found_low"] <= figures["found"] <= figures["found_high"]
    assert sum(kind["wrong"] for kind in figures["found_by_kind"].values()) == 272


@NEEDED
def test_with_nothing_to_find_by_it_fails_and_says_what_was_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from recommendations.verification.own_words import verdict  # noqa: PLC0415

    monkeypatch.setattr(verdict, "_KINDS", ())
    out = StringIO()
    with pytest.raises(CommandError, match="found"):
        call_command("evaluate", "words", "--set", "first", stdout=out, stderr=StringIO())
    assert "bexley-w-001 (absence): No known allergies." in out.getvalue()


def test_a_true_sentence_with_a_finding_is_counted_and_told() -> None:
    true = Judged(Sentence("a", "c", "Well."), ("status_differs",), 0.1)
    wrong = Judged(Sentence("b", "c", "Unwell.", "status"), (), 0.1)
    report = words.report([true, wrong], [true], ["No chart."], 5)
    assert report.figures["false_findings"] == report.figures["held_out_false_findings"] == 100.0
    assert report.figures["found"] == 0.0
    assert not report.met
    assert report.remarks[0] == "Left out: No chart."
    assert "a (true, found status_differs): Well." in report.remarks


@pytest.mark.parametrize("name", SETS)
def test_a_chart_that_is_not_there_is_told(name: str, tmp_path: Path) -> None:
    known, left_out = sentences.charts(tmp_path)
    assert {"bexley", "tanaka"} == set(known)
    assert len(left_out) == 5
    assert list(sentences.judge(load(name), {})) == []
