"""The patient as triage rules see them: complaint, age, sex, what is measured now, what is known.

No name, race, insurance or address is in here, nor can be: it is made of typed facts alone, and of
a complaint out of which identifiers were taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from recommendations.clinical.facts import (
    ConditionFact,
    DemographicsFact,
    Fact,
    MedicationFact,
    NoteFact,
    ObservationFact,
)
from recommendations.workflows.triage.measured import Measured, Missed, Sign, Test, labs, vitals

_ACTIVE = {"active", "recurrence", "relapse", ""}
_DOUBTED = {"refuted", "entered-in-error"}


@dataclass(frozen=True, slots=True)
class Presented:
    """``months`` is the age in months under two years. ``critical`` are results of now that the
    laboratory itself calls critical; ``missed`` the signs that nobody measured, or too long ago.
    """

    complaint: str = ""
    complaint_ref: str = ""
    age: int | None = None
    months: int | None = None
    age_ref: str = ""
    sex: str = ""
    signs: Mapping[Sign, Measured] = field(default_factory=dict)
    missed: Mapping[Sign, Missed] = field(default_factory=dict)
    tests: Mapping[Test, Measured] = field(default_factory=dict)
    critical: tuple[ObservationFact, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    medications: tuple[MedicationFact, ...] = ()

    @property
    def adult(self) -> bool:
        """Sixteen or older, as NEWS2 counts; not where the age is unknown."""
        return self.age is not None and self.age >= 16

    def has(self, *words: str) -> ConditionFact | None:
        """A standing condition whose name has one of ``words``."""
        for fact in self.conditions:
            if any(word in fact.name.lower() for word in words):
                return fact
        return None

    def takes(self, *words: str) -> MedicationFact | None:
        """A current medication whose name has one of ``words``."""
        for fact in self.medications:
            if any(word in fact.name.lower() for word in words):
                return fact
        return None


def presented(facts: Iterable[Fact], as_of: datetime) -> Presented:
    """What rules see of the facts of one reading, at ``as_of``."""
    every = list(facts)
    observed = [f for f in every if isinstance(f, ObservationFact)]
    complaint = next((f for f in every if isinstance(f, NoteFact) and f.handle == "cc1"), None)
    patient = next((f for f in every if isinstance(f, DemographicsFact)), None)
    signs, missed = vitals(observed, as_of)
    tests, critical = labs(observed, as_of)
    return Presented(
        complaint=complaint.text if complaint else "",
        complaint_ref=complaint.handle if complaint else "",
        age=patient.age if patient else None,
        months=_months(patient),
        age_ref=patient.handle if patient else "",
        sex=patient.sex if patient else "",
        signs=signs,
        missed=missed,
        tests=tests,
        critical=critical,
        conditions=tuple(f for f in every if isinstance(f, ConditionFact) and _stands(f)),
        medications=tuple(
            f for f in every if isinstance(f, MedicationFact) and f.status in {"active", "on-hold"}
        ),
    )


def _months(patient: DemographicsFact | None) -> int | None:
    """The age in months where the chart tells it so, under two years."""
    if patient is None or not patient.age_text.endswith("months"):
        return None
    number = patient.age_text.split()[0]
    return int(number) if number.isdigit() else None


def _stands(fact: ConditionFact) -> bool:
    return fact.status in _ACTIVE and fact.verification not in _DOUBTED
