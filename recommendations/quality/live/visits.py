"""Visits of ACI-Bench (Yim et al., Sci Data 2023): a conversation, and the note that was written.

The conversation becomes a chart of one visit, whose transcript is a note among its documents: data
that somebody said, never fact, as all notes are to the product. Names stay out of the chart.
"""

import base64
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recommendations.quality.bundles import Resource
from recommendations.quality.suites.suite import SuiteRefused

AS_OF = "2026-11-17"  # ACI-Bench has no dates
_SETS = ("valid", "train")
_SEX = {"male": "male", "female": "female"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: its chart, the note a clinician wrote, and what the metadata says it was about."""

    id: str
    resources: tuple[Resource, ...]
    note: str
    complaints: tuple[str, ...]


def visits(shared: Path) -> Iterator[Visit]:
    """Every visit of the shared data, validation first. Raises :class:`SuiteRefused`."""
    folder = shared / "evaluation" / "aci-bench"
    for name in _SETS:
        texts, about = folder / f"{name}.csv", folder / f"{name}_metadata.csv"
        if not (texts.is_file() and about.is_file()):
            raise SuiteRefused(
                "aci_bench_missing",
                f"There is no {texts.name} with its metadata in {folder}. Say with --shared-data "
                "where the folder with evaluation/ is.",
            )
        known = {row["encounter_id"]: row for row in _rows(about)}
        for row in _rows(texts):
            yield _visit(row, known.get(row["encounter_id"], {}))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _visit(row: dict[str, str], about: dict[str, str]) -> Visit:
    told = (about.get("cc", ""), *about.get("2nd_complaints", "").split(";"))
    complaints = tuple(words for each in told if (words := each.strip()))
    resources = (_patient(about), _encounter(complaints), _transcript(row["dialogue"]))
    return Visit(row["encounter_id"], resources, row["note"], complaints)


def _patient(about: dict[str, str]) -> Resource:
    age = about.get("patient_age", "").strip()
    born = {"birthDate": str(int(AS_OF[:4]) - int(age))} if age.isdigit() else {}
    sex = _SEX.get(about.get("patient_gender", "").strip(), "unknown")
    return {"resourceType": "Patient", "id": "p1", "gender": sex, **born}


def _encounter(complaints: tuple[str, ...]) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1"},
        "type": [{"text": "Office visit"}],
        "reasonCode": [{"text": each} for each in complaints[:1]],
        "period": {"start": f"{AS_OF}T09:00:00+00:00"},
    }


def _transcript(dialogue: str) -> Resource:
    data = base64.b64encode(dialogue.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "type": {"text": "Transcript of the visit"},
        "subject": {"reference": "Patient/p1"},
        "date": f"{AS_OF}T09:30:00+00:00",
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }
