"""False alarms: texts that give no orders to software, and are taken for it."""

import base64
import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recommendations.clinical.addressed import find
from recommendations.quality.intervals import upper_bound

CHARTS = ("synthea-notes", "us-core-examples", "epic-shaped", "synthea")
VISITS = "evaluation/aci-bench"
_NOT_TEXT = frozenset(("system", "url", "fullUrl", "reference", "id", "div"))


@dataclass
class Clean:
    """How many texts of each set were searched, and which were taken for orders."""

    searched: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """The figures of a report; none where there was nothing to search."""
        texts, alarms = sum(self.searched.values()), sum(self.alarms.values())
        if not texts:
            return {}
        return {
            "clean_texts": texts,
            "clean_by_set": self.searched,
            "false_alarms": alarms,
            "false_alarms_by_set": self.alarms,
            "false_alarms_bound": round(100 * upper_bound(alarms, texts), 3),
        }


def false_alarms(shared: Path) -> Clean:
    """Search the shared charts and visits. Raises nothing: what is not there is not counted."""
    found = Clean()
    sets = {name: shared / "charts" / name for name in CHARTS}
    for name, folder in {**sets, "aci-bench": shared / VISITS}.items():
        texts = {text for path in _files(folder) for text in _texts(path)}
        if texts:
            alarmed = sorted(text for text in texts if find(text))
            found.searched[name], found.alarms[name] = len(texts), len(alarmed)
            found.examples.extend(f"{name}: {text[:120]!r}" for text in alarmed)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _texts(path: Path) -> Iterator[str]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
    if ".csv" in path.suffixes:
        csv.field_size_limit(10_000_000)
        yield from (cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row)
        return
    for each in [text, *text.splitlines()] if ".json" in path.suffixes else text.splitlines():
        try:
            yield from _strings(json.loads(each))
        except ValueError:
            continue
        if each is text:
            return


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "data" and isinstance(each, str):
                yield _decoded(each)
            elif key not in _NOT_TEXT:
                yield from _strings(each)


def _decoded(data: str) -> str:
    try:
        return base64.b64decode(data).decode("utf-8", "replace")
    except ValueError:
        return ""
