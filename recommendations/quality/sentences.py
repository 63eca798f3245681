"""Labelled sentences in clinicians' own words: their form, and how verification does on them.

The form is told in ``own_words/README.md``. No patient in it is a real one.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommendations.quality.sets import ChartChanged, snapshot
from recommendations.verification import Chart, verify_text

FOLDER = Path(__file__).parent / "own_words"
# As frozen: the first set before the rules were written, the second after, each before its run.
FROZEN = {
    "charts.jsonl": "1f1bdb86bb228dcc4ef12b0a0ac993c07746c123e8239c6a214ff73fd4dd6340",
    "true.jsonl": "bae4b0759eb94a2cf758e04169243c1f5f6ae3f91270d067208e4b08f17a0b12",
    "wrong.jsonl": "fe15f1a31ed72b4e49308214117d44176cef18a5dfa1f170beb324b57a66615d",
    "charts_2.jsonl": "76b48f6492a79a274f666a0907c45228acdaee3f6faf1ae0c3cf4e5cc80d6201",
    "true_2.jsonl": "9ad802f562504ca5011ae672f037c92be84d97d39e7b0252a0e7a032820a8265",
    "wrong_2.jsonl": "a47d79accdaa1fdf55d158172d4d987cd97c21bf1aa39e4a6add9bfb9cca392e",
}
SETS = {"first": ("true.jsonl", "wrong.jsonl"), "second": ("true_2.jsonl", "wrong_2.jsonl")}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``kind`` is empty where it is true."""

    id: str
    chart: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What verification said of a sentence, and in how many milliseconds of processor time."""

    sentence: Sentence
    rules: tuple[str, ...]
    milliseconds: float

    @property
    def wrongly(self) -> bool:
        """Whether a true one got a finding, or a wrong one none."""
        return bool(self.rules) is not bool(self.sentence.kind)


def load(name: str) -> list[Sentence]:
    """The sentences of a set, true ones first."""
    return [Sentence(**row) for file in SETS[name] for row in _rows(FOLDER / file)]


def charts(shared: Path) -> tuple[dict[str, Chart], list[str]]:
    """The charts that can be read, by name, and why others cannot."""
    found: dict[str, Chart] = {}
    left_out: list[str] = []
    rows = (row for file in ("charts.jsonl", "charts_2.jsonl") for row in _rows(FOLDER / file))
    for row in rows:
        try:
            read = snapshot(row, folder=FOLDER, shared=shared, hospital=lambda _: [])
        except ChartChanged as changed:
            left_out.append(str(changed))
        else:
            found[row["chart"]] = Chart.of(read)
    return found, left_out


def judge(sentences: Iterable[Sentence], known: dict[str, Chart]) -> Iterator[Judged]:
    """Each sentence whose chart is there."""
    for sentence in sentences:
        if sentence.chart in known:
            begun = time.process_time()
            found = verify_text(sentence.text, known[sentence.chart]).findings
            spent = 1000 * (time.process_time() - begun)
            yield Judged(sentence, tuple(each.rule for each in found), spent)


def as_frozen(folder: Path = FOLDER) -> bool:
    """Whether the files are those of the first runs."""
    return all(
        (folder / name).is_file()
        and hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for name, digest in FROZEN.items()
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
