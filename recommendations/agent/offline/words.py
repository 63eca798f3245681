"""Dates, numbers and names as the offline drafter writes them."""

import re
from datetime import date

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import AdministrationFact, MedicationFact, PartialDate, Quantity

_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_MASS = {"mg", "mcg", "g", "ug", "unit", "units", "iu", "meq", "mmol"}


def day(when: PartialDate | None) -> str:
    """``17 Nov 2026``, ``Nov 2026`` or ``2026``: as much as the chart says; empty for none."""
    if when is None:
        return ""
    parts = when.day.split("-")
    if len(parts) == 1:
        return parts[0]
    month = f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return month if len(parts) == 2 else f"{int(parts[2])} {month}"


def on(when: PartialDate | None) -> str:
    """``" on 17 Nov 2026"``, ``" in 2026"``; empty for none."""
    if when is None:
        return ""
    return f" {'on' if len(when.day) == 10 else 'in'} {day(when)}"


def iso(when: PartialDate | None) -> str:
    """The date for a claim."""
    return when.day if when else ""


def days_before(when: PartialDate | None, today: date) -> int | None:
    """Whole days from ``when`` to ``today``; negative for one to come; None where unknown."""
    found = fhir_json.day_number(when)
    return today.toordinal() - found if found else None


def amount(value: Quantity) -> str:
    """``5.9 mmol/L``; a comparator stays with its number."""
    unit = value.unit if value.unit == "%" else f" {value.unit}"
    return f"{value.comparator}{value.value:f}{unit}".rstrip()


def sentence(text: str) -> str:
    """``text`` with a capital and one full stop; "pH" and "mRNA" keep their own letters."""
    text = " ".join(text.split()).rstrip(" .;,")
    end = "" if re.search(r"[.!?…][”)]$", text) else "."
    first = text.split(" ")[0]
    return f"{text[:1].upper() if first.islower() else text[:1]}{text[1:]}{end}"


def drug(fact: MedicationFact | AdministrationFact) -> tuple[str, str]:
    """The drug's name to use, and its dose.

    "Spironolactone 25 MG Oral Tablet" with a dose of 12.5 mg is "Spironolactone", "12.5 mg": beside
    a dose, the strength of the tablet reads as a second dose.
    """
    dose = amount(fact.dose) if fact.dose else ""
    if fact.dose and fact.dose.unit.lower() in _MASS and fact.strength:
        short = fact.name[: fact.name.find(fact.strength.split(" / ")[0])]
        if " / " not in fact.strength and (short := re.sub(r"^\W+|\W+$", "", short)):
            return short, dose
    return fact.name, dose
