"""Labelled cases of triage: their form, the patients they make, and how the rules judge them.

The form is told in ``triage_cases/README.md``. Nobody in it is a real patient.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommendations.clinical import complaint
from recommendations.clinical.facts import (
    Coding,
    ConditionFact,
    DemographicsFact,
    Fact,
    MedicationFact,
    ObservationFact,
    PartialDate,
    Quantity,
    ReferenceRange,
    Source,
)
from recommendations.workflows.triage import rules
from recommendations.workflows.triage.presented import presented
from recommendations.workflows.triage.raising import decided
from recommendations.workflows.triage.scale import Category

_FOLDER = Path(__file__).parent / "triage_cases"
SETS = {
    "first": _FOLDER / "cases.jsonl",
    "second": _FOLDER / "cases_2.jsonl",
    "third": _FOLDER / "cases_3.jsonl",
    "fourth": _FOLDER / "cases_4.jsonl",
    "fifth": _FOLDER / "cases_5.jsonl",
}
AS_OF = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
_LOINC = "http://loinc.org"
_SIGNS = {
    "rr": ("9279-1", "Respiratory rate", "/min"), "spo2": ("59408-5", "Oxygen saturation", "%"),
    "o2": ("3151-8", "Inhaled oxygen flow rate", "L/min"),
    "sbp": ("8480-6", "Systolic blood pressure", "mm[Hg]"),
    "dbp": ("8462-4", "Diastolic blood pressure", "mm[Hg]"),
    "hr": ("8867-4", "Heart rate", "/min"), "temp": ("8310-5", "Body temperature", "Cel"),
    "avpu": ("67775-7", "Level of responsiveness", ""),
    "gcs": ("9269-2", "Glasgow coma score total", "{score}"),
}  # fmt: skip
_TESTS = {
    "potassium": "2823-3", "sodium": "2951-2", "glucose": "2345-7", "hemoglobin": "718-7",
    "lactate": "2524-7", "troponin": "89579-7", "white blood cells": "6690-2",
    "neutrophils": "751-8",
}  # fmt: skip
_NOWHERE = Source(resource_type="Case", resource_id="case", version="1")


class BadCase(ValueError):
    """A line that is no case; the message says which, and why."""


class Case(BaseModel):
    """One labelled case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    category: Category
    complaint: str = Field(min_length=3, max_length=complaint.LONGEST)
    age: int = Field(ge=0, le=120)
    months: int | None = Field(None, ge=0, lt=24)
    sex: Literal["female", "male"]
    vitals: dict[
        Literal["rr", "spo2", "o2", "sbp", "dbp", "hr", "temp", "avpu", "gcs"], Decimal | str
    ] = Field(default_factory=dict)
    labs: tuple[tuple[str, Decimal, str] | tuple[str, Decimal, str, Decimal], ...] = ()
    problems: tuple[str, ...] = ()
    medications: tuple[str, ...] = ()
    why: str

    def facts(self) -> Iterator[Fact]:
        """The patient as facts of a reading at :data:`AS_OF`."""
        said = complaint.told(self.complaint, _NOWHERE, day=AS_OF.date().isoformat())
        yield said.model_copy(update={"handle": "cc1"})
        text = f"{self.months} months" if self.months is not None else f"{self.age} years"
        yield DemographicsFact(
            handle="dem1", source=_NOWHERE, name="Patient", age=self.age, age_text=text,
            sex=self.sex,
        )  # fmt: skip
        for number, (key, value) in enumerate(self.vitals.items(), 1):
            yield _sign(f"vit{number}", key, value)
        for number, lab in enumerate(self.labs, 1):
            yield _lab(f"lab{number}", *lab)
        for number, name in enumerate(self.problems, 1):
            yield ConditionFact(handle=f"cond{number}", source=_NOWHERE, name=name, status="active")
        for number, name in enumerate(self.medications, 1):
            yield MedicationFact(handle=f"med{number}", source=_NOWHERE, name=name, status="active")


def _sign(handle: str, key: str, value: Decimal | str) -> ObservationFact:
    code, name, unit = _SIGNS[key]
    number = value if isinstance(value, Decimal) else None
    return ObservationFact(
        handle=handle,
        source=_NOWHERE,
        name=name,
        codings=(Coding(system=_LOINC, code=code),),
        status="final",
        category="vital-signs",
        value=Quantity(value=number, unit=unit, ucum=unit) if number is not None else None,
        value_text="" if number is not None else str(value),
        effective=_ago(minutes=10),
    )


def _lab(
    handle: str, test: str, value: Decimal, unit: str, high: Decimal | None = None
) -> ObservationFact:
    return ObservationFact(
        handle=handle,
        source=_NOWHERE,
        name=test.capitalize(),
        codings=(Coding(system=_LOINC, code=_TESTS[test]),),
        status="final",
        category="laboratory",
        value=Quantity(value=value, unit=unit, ucum=unit),
        reference_range=ReferenceRange(high=high) if high is not None else None,
        effective=_ago(minutes=60),
    )


def _ago(*, minutes: int) -> PartialDate:
    return PartialDate(text=(AS_OF - timedelta(minutes=minutes)).isoformat())


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of a case."""

    case: Case
    suggested: Category
    rules: tuple[str, ...]

    @property
    def under(self) -> bool:
        """Whether the patient would wait longer than the label says."""
        return self.suggested > self.case.category

    @property
    def over(self) -> bool:
        """Whether the patient would be seen sooner."""
        return self.suggested < self.case.category


def judged(case: Case) -> Judged:
    """The triage of rules alone: no model, no network."""
    seen = presented(case.facts(), AS_OF)
    flags = rules.red_flags(seen)
    return Judged(case, decided(None, flags).suggested, tuple(f.rule.id for f in flags))


def load(path: Path) -> list[Case]:
    """The cases of a file; raises :class:`BadCase`."""
    found: dict[str, Case] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            case = Case.model_validate(json.loads(line, parse_float=Decimal))
            list(case.facts())
        except (ValidationError, ValueError, KeyError) as error:
            raise BadCase(f"Line {number} is no case: {type(error).__name__}.") from None
        if found.setdefault(case.id, case) is not case:
            raise BadCase(f"Line {number}: there is a case {case.id} already.")
    return list(found.values())
