"""How verification does on statements that were labelled by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recommendations.quality.judging import Fate, Judged, Measured, judge
from recommendations.quality.planting import KINDS
from recommendations.quality.sets import (
    CLEAN,
    NATURAL,
    SUBTLE,
    ChartChanged,
    Entry,
    Hospital,
    LabelledSet,
    found_true,
    snapshot,
)
from recommendations.verification import Chart, reword, verify


@dataclass(slots=True)
class Labelled:
    """One set, each file apart.

    ``left_out`` says of which charts nothing was counted, and why; ``unread`` which replacements
    nobody has read in these words, so that only their claims vouch for them.
    """

    clean: Measured = field(default_factory=Measured)
    subtle: Measured = field(default_factory=Measured)
    natural: Measured = field(default_factory=Measured)
    beyond: Measured = field(default_factory=Measured)
    left_out: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def measure(found: LabelledSet, *, shared: Path, hospital: Hospital) -> Labelled:
    """Judge every statement whose label stands, and whose chart is what it was drafted from."""
    told = Labelled()
    charts = dict(_charts(found, told.left_out, shared, hospital))
    sound = {entry.id: entry for entry in found.entries[CLEAN]}
    for entry in found.of(CLEAN):
        if entry.chart in charts:
            told.clean.sound(entry.statement.text, judge(entry.statement, charts[entry.chart]))
    for file, measured in ((SUBTLE, told.subtle), (NATURAL, told.natural)):
        for entry in found.of(file):
            if entry.chart in charts:
                into = measured if entry.kind else told.beyond
                judged = judge(entry.statement, charts[entry.chart])
                true = _is_true(entry, sound.get(entry.of), judged, charts[entry.chart], told)
                name = KINDS[entry.kind].title if entry.kind else "beyond its claims"
                name = f"{name}: {entry.own}" if entry.own else name
                name = f"{name} ({entry.form})"
                into.error(entry.kind, name, entry.statement.text, judged, true=true)
    return told


def _charts(
    found: LabelledSet, left_out: list[str], shared: Path, hospital: Hospital
) -> Iterator[tuple[str, Chart]]:
    for name, row in found.charts.items():
        try:
            read = snapshot(row, folder=found.folder, shared=shared, hospital=hospital)
        except ChartChanged as changed:
            left_out.append(str(changed))
        else:
            yield name, Chart.of(read)


def _is_true(entry: Entry, of: Entry | None, judged: Judged, chart: Chart, told: Labelled) -> bool:
    """Whether the words that code found are true.

    Code words claims: they are true where the claims are, as in form ``sentence``. Where the claims
    were made wrong too, either somebody read these very words and found them true, or they must
    stand before the claims of the true statement. What has no true statement beside it is told as
    unread until somebody does.
    """
    if judged.fate is not Fate.REWORDED or entry.form == "sentence":
        return True
    if found_true(entry.id, judged.text):
        return True
    if of is None:
        told.unread.append(f"{entry.id}: {judged.text}")
        return True
    again = of.statement.model_copy(update={"text": judged.text})
    return judged.text == reword(of.statement, chart) or verify(again, chart).outcome.signable
