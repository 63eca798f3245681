"""Sets of drafted statements that were labelled by hand, and the readings they were drafted from.

The form of a set is told in ``held_out/README.md``. Nothing of a chart is kept with a set: what was
read is read again, and held against the handles that its statements cite. Of patients that were
invented for a set there is no chart: their facts are kept with it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ReadingSnapshot
from recommendations.quality.bundles import BundleReader, Resource, patients, resources_of
from recommendations.verification.claims import DraftedStatement

HERE = Path(__file__).parent
DEVELOPMENT, HELD_OUT = HERE / "development", HERE / "held_out"
HELD_OUT_2, HELD_OUT_3 = HERE / "held_out_2", HERE / "held_out_3"
HELD_OUT_4 = HERE / "held_out_4"
BLIND = (HELD_OUT, HELD_OUT_2, HELD_OUT_3, HELD_OUT_4)
SETS = {folder.name: folder for folder in (*BLIND, DEVELOPMENT)}
CLEAN, NATURAL, SUBTLE = "clean", "natural_errors", "subtle_errors"
# As frozen before their first runs; docs/evaluation.md and each set's own page tell of that.
FROZEN = {
    HELD_OUT: {
        "charts.jsonl": "7bfe3b4aca38f00a7de2b87b5c414414bdf856158d45ee9208602b5ebed1f8fc",
        "clean.jsonl": "0f5c325aad45fa4c6d8d6866831c03c266152153009c56044467c8d467665246",
        "natural_errors.jsonl": "cfacd15355a7b1e6bca137cf4a21c4784ed9469b955ffcab0e59f27852b26f59",
        "subtle_errors.jsonl": "8a809161464345545764b6c0f91cccef31b0bd78320262fa2c544f1fd1de3d4f",
    },
    HELD_OUT_2: {
        "bexley.json": "390ea66c853661c709943a79bc1cfc8660e82b48931bfcf7f8bd784e2b19e6b1",
        "charts.jsonl": "1a9e67d10d48a394923244f644d16d9cc2568afb4d7740b765d2ffc5e27dec94",
        "clean.jsonl": "e8cbd85733c07b1bbba9621b5ee1a16c5d24e2431203a6ccbbb7e9cd50de99c1",
        "natural_errors.jsonl": "c139cf2454ff5fbaff553f5292fa2246c06f2806103b5d02d8cd2048e793b098",
        "subtle_errors.jsonl": "8137ff299600ce4c6fe3a0f1f63f43102ac5724637b1ae19c58a4b31fabc1460",
        "tanaka.json": "1546e4e3f15a5ece15733c225a85328262a5462b701649ae330f053de63018f3",
    },
    HELD_OUT_3: {
        "brodie.json": "bcd4f72ead7b63da05c3911af75900023ea47184cf13977c54a6bc9199817e88",
        "charts.jsonl": "324756478056c7c6dd0baff256781e21a250b71bdda68a9b746ff747a89c0f82",
        "clean.jsonl": "b57a8bcb01ff014dfa7f02cb37c93448ef290163c5323dadd1dbb67f090796b5",
        "natural_errors.jsonl": "99da993e6c3458806cbde1e286b65bf8803d8b2b5f22679fa3b2e4c194a65ec4",
        "odell.json": "2b6519ce0d5bb0adc311fa3d3b7059c5a34d539b478542a6f4b7af1c5e79595a",
        "subtle_errors.jsonl": "9145cb3567aabde863ee3048861295d54b06a2cde1406e3c3a13a8520f6c7ca6",
        "varga.json": "5ba920d6b015c6fce3e9d067cbc54213fa77981f4ca7cb0c4dee1004bf402d59",
    },
    HELD_OUT_4: {
        "charts.jsonl": "e4be1845f1e90140adef4184835cd14430be52b32dfc7723a12719f464f42873",
        "clean.jsonl": "e5c4f3f3c603eb3f4e7a4adee737028d2a34d98127987ba5e70f381cfa6fe48f",
        "kessel.json": "ddc8577a48ba3187784deade30c64697eedc19fe45a7bb09e2696bbe397ef3a6",
        "lindqvist.json": "b880b2328c8baebfbd07616eb87530fe4621d7d025e30f9992fcf8beb0c746e5",
        "natural_errors.jsonl": "d3dd1f693b63a1bdae8062845be4b7b97d276e6a9928a8bd2b6b7784f37cbe51",
        "sorel.json": "ed7b51294392dfa49a3b64ef4d2ad62371d2c213b15d02d2fcfdde41e1f3d96d",
        "subtle_errors.jsonl": "32d7358906fde6d55b49c5b5db6d9879fab7df92c426e977e3912d586ec4cb7f",
    },
}
Hospital = Callable[[date], list[Resource]]


class ChartChanged(Exception):
    """A chart is not what the set was drafted from; the message names no patient."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled statement. ``kind`` is 0 for none, and for what is beyond its claims.

    ``own`` is what the set itself calls it, where that is finer than its kind.
    """

    id: str
    chart: str
    statement: DraftedStatement
    kind: int
    form: str
    why: str
    of: str
    own: str = ""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One folder of a set; entries by file, and the ids whose label was found wrong."""

    folder: Path
    charts: Mapping[str, Mapping[str, Any]]
    entries: Mapping[str, tuple[Entry, ...]]
    errata: frozenset[str] = field(default_factory=frozenset)

    def of(self, file: str) -> Iterator[Entry]:
        """The entries of one file whose labels stand."""
        return (entry for entry in self.entries[file] if entry.id not in self.errata)

    def days(self) -> set[date]:
        """The days as of which the sandbox hospital's charts are needed."""
        found = (row for row in self.charts.values() if row["source"] == "sandbox")
        return {date.fromisoformat(row["today"]) for row in found}

    def needs_shared(self) -> bool:
        """Whether any of its charts lies in the shared data folder."""
        return any(row["source"] == "shared" for row in self.charts.values())


def load(folder: Path) -> LabelledSet:
    """Read a set; a file that is not there is empty."""
    charts = {row["chart"]: row for row in _rows(folder / "charts.jsonl")}
    entries = {
        file: tuple(_entry(row) for row in _rows(folder / f"{file}.jsonl"))
        for file in (CLEAN, NATURAL, SUBTLE)
    }
    errata = frozenset(row["id"] for row in _rows(folder / "errata.jsonl"))
    return LabelledSet(folder, charts, entries, errata)


@cache
def _read_by_people() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((HERE / "replacements_read.json").read_text("utf-8"))
    return found


def found_true(entry_id: str, replacement: str) -> bool:
    """Whether somebody held these words against the chart, in place of that error, and they held.

    For where no code can tell: the claims of the error may be wrong as well.
    """
    return replacement in _read_by_people().get(entry_id, ())


def as_frozen(folder: Path, of: Path | None = None) -> bool:
    """Whether the files are those of the first run of the set ``of``; else of their own folder."""
    return all(
        (folder / name).is_file()
        and hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for name, digest in FROZEN[of or folder].items()
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line, parse_float=Decimal)


def _entry(row: dict[str, Any]) -> Entry:
    said = {"section": row["section"], "text": row["text"], "claims": row["claims"]}
    return Entry(
        id=row["id"],
        chart=row["chart"],
        statement=DraftedStatement.model_validate(said),
        kind=int(str(row["kind"] or "0").split(" ", maxsplit=1)[0]),
        form=row.get("form", "as drafted"),
        why=row.get("why", ""),
        of=row.get("of", ""),
        own=row.get("own", ""),
    )


def snapshot(
    row: Mapping[str, Any], *, folder: Path, shared: Path, hospital: Hospital
) -> ReadingSnapshot:
    """What was read of one chart of a set. Raises :class:`ChartChanged`."""
    if row["source"] == "facts":
        return ReadingSnapshot.model_validate_json((folder / row["id"]).read_bytes())
    if row["source"] == "shared":
        resources = _shared(shared / row["id"], row["sha256"])
    else:
        resources = patients(hospital(date.fromisoformat(row["today"]))).get(row["id"], [])
    reading = Reading(BundleReader(resources), datetime.fromisoformat(row["as_of"]))
    for tool, arguments in row["calls"]:
        reading.call(tool, arguments)
    read = reading.snapshot()
    held = {f.handle: f"{f.source.resource_type}/{f.source.resource_id}" for f in read.facts}
    if any(held.get(handle) != source for handle, source in row["cited"].items()):
        raise ChartChanged(f"A handle of the chart {row['chart']} means another resource now.")
    return read


def _shared(path: Path, digest: str) -> list[Resource]:
    if not path.is_file():
        raise ChartChanged(f"{path.name.split('_', maxsplit=1)[0]}… is not in the shared data.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise ChartChanged(f"{path.name.split('_', maxsplit=1)[0]}… is another file now.")
    return resources_of(path)
