"""FHIR's data types in the words a chart prints: names, dates, ages, coded concepts."""

import re
from datetime import date, datetime
from typing import Any

Resource = dict[str, Any]


def name(resource: Resource) -> str:
    """A person's or a place's name, whatever shape it has; "Unnamed" without one."""
    names = resource.get("name") or []
    if isinstance(names, str):
        return names
    if isinstance(names, dict):
        names = [names]
    best = next((each for each in names if each.get("use") in ("official", "usual")), None)
    return _written(best or (names[0] if names else {})) or "Unnamed"


def listed_name(resource: Resource) -> str:
    """A patient's name as a list sorts it: ``HALLOWAY, Ruth``."""
    names = resource.get("name") or [{}]
    family, given = names[0].get("family"), " ".join(names[0].get("given") or [])
    if not family:
        return name(resource)
    return f"{family.upper()}, {given}" if given else family.upper()


def _written(human: Resource) -> str:
    if human.get("text"):
        return str(human["text"])
    said = " ".join([*(human.get("given") or []), human.get("family") or ""]).strip()
    degrees = ", ".join(human.get("suffix") or [])
    return f"{said}, {degrees}" if degrees else said


def concept(concept: Resource | None) -> str:
    """A CodeableConcept's text, else the first display or code; "" for none."""
    concept = concept or {}
    if concept.get("text"):
        return str(concept["text"])
    codings = concept.get("coding") or []
    shown = [each.get("display") or each.get("code") for each in codings]
    return str(next((each for each in shown if each), ""))


def codes(concept: Resource | None) -> set[str]:
    """Every code of a CodeableConcept."""
    return {each["code"] for each in (concept or {}).get("coding", []) if each.get("code")}


def instant(value: str | None) -> datetime | None:
    """A FHIR date or dateTime as a moment; a partial date is its first day, without a zone."""
    if not value:
        return None
    padded = value if len(value) > 10 else (value + "-01-01")[:10]
    try:
        return datetime.fromisoformat(padded.replace("Z", "+00:00"))
    except ValueError:
        return None


def sort_key(value: str | None) -> str:
    """Orders FHIR dates of any precision well enough for a list: newest is greatest."""
    return value or ""


def day(value: str | None, today: date) -> str:
    """``17 Nov``, with the time where one is given and the year unless it is this one."""
    moment = instant(value)
    if moment is None or not value:
        return ""
    if len(value) == 4:
        return value
    shown = f"{moment:%b}" if len(value) == 7 else f"{moment.day} {moment:%b}"
    if moment.year != today.year:
        shown += f" {moment.year}"
    return f"{shown} {moment:%H:%M}" if len(value) > 10 else shown


def clock(value: str) -> str:
    """``14:02`` of a dateTime; "" where no time is given."""
    return value[11:16]


def age(born: str | None, today: date) -> str:
    """Completed years, months under two years; "" when the birth date is unknown."""
    moment = instant(born)
    if moment is None or not born:
        return ""
    years = today.year - moment.year
    if len(born) == 4:
        return f"about {years}"
    years -= (today.month, today.day) < (moment.month, moment.day)
    months = (today.year - moment.year) * 12 + today.month - moment.month - (today.day < moment.day)
    return str(years) if years >= 2 else f"{months} mo"


def sex(resource: Resource) -> str:
    """One letter where one is usual."""
    gender = str(resource.get("gender", ""))
    return {"female": "F", "male": "M"}.get(gender, gender)


def mrn(resource: Resource) -> str:
    """The medical record number: the identifier typed MR, else the first; "" for none."""
    identifiers = resource.get("identifier") or []
    typed = [each for each in identifiers if "MR" in codes(each.get("type"))]
    return str(next((each.get("value", "") for each in typed or identifiers), ""))


def number(value: float) -> str:
    """A measured value as entered: no added decimals."""
    return re.sub(r"\.0$", "", str(value))
