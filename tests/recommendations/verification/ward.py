"""A fourth invented patient: days on a ward, with orders and with doses given and not given."""

from decimal import Decimal
from typing import Any

from recommendations.clinical.facts import AdministrationFact, Fact, Quantity
from recommendations.clinical.results import ReadingSnapshot
from tests.recommendations.verification.facts import allergy, cond, day, med, patient, source

HELD = "Creatinine 1.9; held by the ward team."


def dose(
    handle: str,
    name: str,
    amount: tuple[str, str] | None,
    start: str | None,
    *,
    status: str = "completed",
    **more: Any,
) -> AdministrationFact:
    given = Quantity(value=Decimal(amount[0]), unit=amount[1]) if amount else None
    end = day(more.pop("end", None))
    return AdministrationFact(
        handle=handle, source=source(handle), name=name, status=status, dose=given,
        start=day(start), end=end, **more,
    )  # fmt: skip


_FUROSEMIDE = "Furosemide 10 MG/ML Injectable Solution"
_LISINOPRIL = "Lisinopril 10 MG Oral Tablet"
_SALINE = "Sodium Chloride 0.9 % Injectable Solution"

WARD: tuple[Fact, ...] = (
    patient(),
    med("med1", "Furosemide 40 MG Oral Tablet", ("40", "mg"), "2026-11-12", strength="40 MG",
        route="oral", frequency="twice daily"),
    med("med2", _LISINOPRIL, ("10", "mg"), "2024-05-02", status="on-hold", strength="10 MG",
        route="oral", frequency="daily"),
    med("med3", "Enoxaparin 100 MG/ML", ("40", "mg"), "2026-11-12", strength="100 MG/ML",
        route="subcutaneous", frequency="daily"),
    med("med4", "Aspirin 81 MG Oral Tablet", ("81", "mg"), "2026-11-12", strength="81 MG",
        route="oral", frequency="daily", reported=True),
    allergy("alg1", "Penicillin", "Rash"),
    cond("cond1", "Heart failure", "2022-06-14"),
    dose("adm1", _FUROSEMIDE, ("20", "mg"), "2026-11-14T20:00:00-05:00", strength="10 MG/ML",
         route="intravenous", end="2026-11-14T20:30:00-05:00"),
    dose("adm2", _FUROSEMIDE, ("60", "mg"), "2026-11-14T08:00:00-05:00", strength="10 MG/ML",
         route="intravenous", end="2026-11-14T08:30:00-05:00"),
    dose("adm3", _FUROSEMIDE, ("60", "mg"), "2026-11-13T08:00:00-05:00", strength="10 MG/ML",
         route="intravenous"),
    dose("adm4", _LISINOPRIL, None, "2026-11-14T09:00:00-05:00", status="not-done",
         strength="10 MG", reason=HELD),
    dose("adm5", _LISINOPRIL, None, "2026-11-13T09:00:00-05:00", status="not-done",
         strength="10 MG", reason="Patient refused"),
    dose("adm6", "Morphine 2 MG/ML Injectable Solution", ("2", "mg"), "2026-11-13T15:00:00Z",
         strength="2 MG/ML", route="intravenous", reason="Chest pain"),
    dose("adm7", "Acetaminophen 500 MG Oral Tablet", ("2", "tablet"), "2026-11-13T10:00:00-05:00",
         strength="500 MG", route="oral"),
    dose("adm8", _SALINE, None, "2026-11-14T21:00:00-05:00", status="in-progress",
         route="intravenous", dosage_text="1000 mL over 8 hours"),
    dose("adm9", "Vancomycin 1 G Injection", ("1", "g"), "2026-11-13T11:00:00-05:00", status="stopped",
         route="intravenous", dosage_text="1 g", reason="Flushing"),
    dose("adm10", "Ondansetron 4 MG Oral Tablet", ("4", "mg"), "2026-11-13T12:00:00-05:00",
         status="entered-in-error", strength="4 MG", route="oral"),
    dose("adm11", "Metoprolol Tartrate 25 MG Oral Tablet", None, "2026-11-13T13:00:00-05:00",
         strength="25 MG", differing=("dose",), dosage_text="Give 12.5 mg"),
    dose("adm12", "Potassium Chloride 20 MEQ Oral Tablet", ("20", "mEq"),
         "2026-11-13T14:00:00-05:00", status="unknown", strength="20 MEQ", route="oral"),
)  # fmt: skip


def ward(*, complete: bool = True) -> ReadingSnapshot:
    """The reading of these days; without ``complete``, not all doses were read."""
    searched = dict.fromkeys(("medications", "allergies", "problems", "encounter_diagnoses"), True)
    return ReadingSnapshot(
        as_of="2026-11-15T09:00:00+00:00",
        facts=WARD,
        searched=searched | {"administrations": complete},
    )
