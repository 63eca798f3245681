"""Sets are held against the charts that they were drafted from, and count nothing else."""

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from recommendations.quality import labelled, sets
from recommendations.quality.judging import Fate
from sandbox import charts
from tests.conftest import SHARED_DATA

HELD_OUT = sets.load(sets.HELD_OUT)
HELD_OUT_2 = sets.load(sets.HELD_OUT_2)
HELD_OUT_3 = sets.load(sets.HELD_OUT_3)
HELD_OUT_4 = sets.load(sets.HELD_OUT_4)
BLIND = (HELD_OUT, HELD_OUT_2, HELD_OUT_3, HELD_OUT_4)
LATER = [(found, name) for found in BLIND[1:] for name in found.charts]
SANDBOX = {name: row for name, row in HELD_OUT.charts.items() if row["source"] == "sandbox"}
SHARED = {name: row for name, row in HELD_OUT.charts.items() if row["source"] == "shared"}


@cache
def hospital(day: date) -> list[dict[str, Any]]:
    return charts.build(day)


def read(row: Any, shared: Path = SHARED_DATA) -> Any:
    return sets.snapshot(row, folder=sets.HELD_OUT, shared=shared, hospital=hospital)


@pytest.mark.parametrize("folder", sets.FROZEN, ids=lambda folder: folder.name)
def test_a_held_out_set_is_the_frozen_one(folder: Path, tmp_path: Path) -> None:
    assert sets.as_frozen(folder)
    copy = shutil.copytree(folder, tmp_path / "set")
    (copy / "clean.jsonl").write_text((copy / "clean.jsonl").read_text().replace("mg", "g", 1))
    assert not sets.as_frozen(copy, of=folder)
    (copy / "clean.jsonl").unlink()
    assert not sets.as_frozen(copy, of=folder)


@pytest.mark.parametrize("folder", sets.FROZEN, ids=lambda folder: folder.name)
def test_its_page_tells_the_same_digests(folder: Path) -> None:
    page = (folder / "README.md").read_text()
    assert all(f"`{name}` | `{digest}`" in page for name, digest in sets.FROZEN[folder].items())


@pytest.mark.parametrize("name", SANDBOX)
def test_every_handle_of_a_sandbox_chart_is_what_it_was(name: str) -> None:
    assert read(SANDBOX[name]).facts


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared charts are not here")
@pytest.mark.parametrize("name", SHARED)
def test_every_handle_of_a_shared_chart_is_what_it_was(name: str) -> None:
    assert read(SHARED[name]).facts


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared charts are not here")
@pytest.mark.parametrize(("found", "name"), LATER)
def test_every_claim_of_a_later_set_cites_what_was_read(found: sets.LabelledSet, name: str) -> None:
    row = found.charts[name]
    facts = sets.snapshot(row, folder=found.folder, shared=SHARED_DATA, hospital=hospital).facts
    handles = {fact.handle for fact in facts}
    for entry in found.of(sets.CLEAN):
        cited = [getattr(claim, "ref", None) for claim in entry.statement.claims]
        assert entry.chart != name or {handle for handle in cited if handle} <= handles


def test_no_two_held_out_sets_share_a_chart() -> None:
    ids = [row["id"] for each in BLIND for row in each.charts.values()]
    assert len(set(ids)) == len(ids)


def test_a_chart_where_a_handle_means_another_resource_is_refused() -> None:
    row = dict(SANDBOX["halloway"])
    handles = dict(row["cited"])
    handles["lab1"], handles["lab2"] = handles["lab2"], handles["lab1"]
    with pytest.raises(sets.ChartChanged, match="halloway"):
        read({**row, "cited": handles})
    with pytest.raises(sets.ChartChanged):
        read({**row, "id": "nobody"})


def test_a_shared_chart_that_is_missing_or_another_is_refused(tmp_path: Path) -> None:
    row = {"source": "shared", "id": "Some_One_1.json", "sha256": "0" * 64}
    with pytest.raises(sets.ChartChanged, match="not in the shared data"):
        read(row, tmp_path)
    (tmp_path / "Some_One_1.json").write_text("{}")
    with pytest.raises(sets.ChartChanged, match="another file"):
        read(row, tmp_path)


def test_what_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    found = labelled.measure(HELD_OUT, shared=tmp_path, hospital=hospital)
    assert len(found.left_out) == len(SHARED)
    counted = sum(entry.chart in SANDBOX for entry in HELD_OUT.of(sets.CLEAN))
    assert sum(found.clean.clean.values()) == counted


def test_a_label_that_was_found_wrong_is_not_counted() -> None:
    assert HELD_OUT.errata
    ids = {entry.id for entry in HELD_OUT.of(sets.CLEAN)}
    assert not ids & HELD_OUT.errata
    assert len(HELD_OUT.entries[sets.CLEAN]) == len(ids) + len(HELD_OUT.errata)


@pytest.mark.parametrize("found", BLIND, ids=lambda found: found.folder.name)
def test_no_handle_of_a_set_was_lost_between_its_files(found: sets.LabelledSet) -> None:
    entries = [entry for file in found.entries.values() for entry in file]
    assert len({entry.id for entry in entries}) == len(entries)
    assert {entry.chart for entry in entries} <= set(found.charts)
    sound = {entry.id for entry in found.entries[sets.CLEAN]}
    assert {entry.of for entry in entries} - {"", None} <= sound


def a_set(folder: Path, *, form: str, claim: dict[str, Any], text: str) -> sets.LabelledSet:
    """One chart of the development set, one true statement and one made wrong from it."""
    name = {"chart": "first", "section": "results"}
    true = {"kind": "observation", "ref": "lab1", "name": "Potassium", "value": "5.9"}
    rows = {
        "charts": {"chart": "first", "source": "facts", "id": "first.json"},
        "clean": {**name, "id": "c", "text": "Potassium was 5.9 mmol/L.", "claims": [true],
                  "kind": ""},
        "subtle_errors": {**name, "id": "e", "text": text, "claims": [{**true, **claim}],
                          "kind": "9 day", "form": form, "of": "c"},
    }  # fmt: skip
    for file, row in rows.items():
        (folder / f"{file}.jsonl").write_text(json.dumps(row))
    shutil.copy(sets.DEVELOPMENT / "first.json", folder)
    return sets.load(folder)


def fate_of(found: sets.LabelledSet) -> tuple[int, int, int, int]:
    told = labelled.measure(found, shared=Path(), hospital=hospital)
    assert told.clean.clean == {Fate.STANDS.value: 1}
    total = told.subtle.total()
    return total.marked, total.reworded, total.carried, total.stood


def test_a_wrong_sentence_over_true_claims_is_replaced(tmp_path: Path) -> None:
    text = "Potassium was 5.9 mmol/L on 16 Nov 2026."
    assert fate_of(a_set(tmp_path, form="sentence", claim={}, text=text)) == (0, 1, 0, 0)


def test_a_wrong_claim_is_marked(tmp_path: Path) -> None:
    text = "Potassium was 5.9 mmol/L on 16 Nov 2026."
    found = a_set(tmp_path, form="both", claim={"when": "2026-11-16"}, text=text)
    assert fate_of(found) == (1, 0, 0, 0)


def test_words_of_code_that_carry_the_error_on_are_no_catch(tmp_path: Path) -> None:
    # The claims hold and are of another day: code words a sentence that the true claims do not.
    other = {"ref": "lab3", "value": "4.4"}
    found = a_set(tmp_path, form="both", claim=other, text="Potassium was 4.4 mmol/L yesterday.")
    assert fate_of(found) == (0, 0, 1, 0)


def test_an_error_that_may_be_signed_is_missed(tmp_path: Path) -> None:
    text = "Potassium was 5.9 mmol/L on 17 Nov 2026."
    assert fate_of(a_set(tmp_path, form="both", claim={}, text=text)) == (0, 0, 0, 1)


def test_a_set_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert sets.load(tmp_path).entries == {sets.CLEAN: (), sets.NATURAL: (), sets.SUBTLE: ()}


def test_words_that_somebody_read_and_found_true_count_as_true() -> None:
    assert sets.found_true("second-error-053", "Fish oil, active.")
    assert sets.found_true("second-error-053", "Fish oil, active, reported.")
    assert not sets.found_true("second-error-053", "Fish oil, stopped.")
    assert not sets.found_true("nobody", "Fish oil, active.")
