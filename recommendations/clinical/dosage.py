"""Dose, strength, route and frequency, out of codes or out of the words of a prescription.

Nothing is guessed: what is said in two ways that differ, or in several instructions, is left to
the dosage text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import Quantity

_STRENGTH = re.compile(
    r"\d[\d,]*(?:\.\d+)?\s*(?:mg|mcg|ug|g|ml|unt|units?|iu|meq|mmol|%)"
    r"(?:\s*/\s*(?:\d+(?:\.\d+)?\s*)?(?:ml|hr|actuat|mg|g))?(?![\w%])",
    re.IGNORECASE,
)
_DOSE = re.compile(
    r"(?<![\w.,/-])(\d+(?:\.\d+)?)\s*(mg|mcg|g|ml|units?|iu|meq|mmol|tablets?|capsules?|puffs?|"
    r"drops?|sprays?|patch(?:es)?)(?![\w/%])",
    re.IGNORECASE,
)
_AS_NEEDED = re.compile(r"\b(as needed|prn|p\.r\.n\.?|when needed|if needed)(?!\w)", re.IGNORECASE)
_COUNTS = {1: "daily", 2: "twice daily", 3: "three times daily", 4: "four times daily"}
_NUMBERS = {"one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_CODES = {
    "QD": "daily", "BID": "twice daily", "TID": "three times daily", "QID": "four times daily",
    "AM": "every morning", "PM": "every evening", "QOD": "every other day",
    "Q1H": "every hour", "Q2H": "every 2 hours", "Q3H": "every 3 hours", "Q4H": "every 4 hours",
    "Q6H": "every 6 hours", "Q8H": "every 8 hours", "Q12H": "every 12 hours", "BED": "at bedtime",
    "HS": "at bedtime", "QHS": "at bedtime", "WK": "weekly", "MO": "monthly", "DAILY": "daily",
}  # fmt: skip
_UNITS = {"h": "hours", "d": "days", "wk": "weeks", "mo": "months", "min": "minutes"}
_ONE = {"h": "every hour", "d": "daily", "wk": "weekly", "mo": "monthly"}
_WHEN = {
    "HS": "at bedtime", "MORN": "every morning", "EVE": "every evening", "NOON": "at noon",
    "AC": "before meals", "PC": "after meals", "C": "with meals", "ACM": "before breakfast",
    "CM": "with breakfast", "PCM": "after breakfast", "CV": "with dinner", "ACV": "before dinner",
}  # fmt: skip
_N = r"(\d+|one|two|three|four|five|six)"
# "2 or 3 times a week", "every 4-6 hours", "daily or twice daily" name no one frequency.
_EITHER = re.compile(
    rf"\b{_N} ?(?:or|to|-|\u2013) ?{_N} ?(?:times|hours?|hrs?|h|days?|weeks?)\b"
    r"|\b(?:once|daily) or (?:twice|\w+ times)\b"
)
_ROUTES = (
    (r"\b(by mouth|orally|p\.?o\.?)(?!\w)", "oral"),
    (r"\b(subcutaneous(ly)?|under the skin)\b", "subcutaneous"),
    (r"\b(intravenous(ly)?|iv)\b", "intravenous"),
    (r"\b(intramuscular(ly)?|im)\b", "intramuscular"),
    (r"\b(inhale[ds]?|inhalation|by inhalation)\b", "inhaled"),
    (r"\b(sublingual(ly)?|under the tongue)\b", "sublingual"),
    (r"\b(topical(ly)?|to (the )?skin)\b", "topical"),
)


@dataclass(frozen=True, slots=True)
class Dosage:
    """How a medication is to be taken, as far as the order says it in one way."""

    text: str = ""
    dose: Quantity | None = None
    route: str = ""
    frequency: str = ""
    as_needed: bool | None = None
    warnings: tuple[str, ...] = ()


def strength(name: str) -> str:
    """``"10 MG"`` out of ``"Simvistatin 10 MG Oral Tablet"``; several joined by `` / ``."""
    return " / ".join(m.group(0).strip() for m in _STRENGTH.finditer(name))


def dosage(instructions: list[dict[str, Any]], masked: Any = str) -> Dosage:
    """What FHIR ``Dosage`` elements say together."""
    each = [_one(raw, masked) for raw in instructions[:10]]
    if len(each) == 1:
        return each[0]
    warnings = ("The order has several dosage instructions.",) if each else ()
    return Dosage(
        text="; ".join(dict.fromkeys(said for d in each if (said := _said(d)))),
        dose=_agreed(d.dose for d in each),
        route=_agreed(d.route for d in each) or "",
        frequency=_agreed(d.frequency for d in each) or "",
        as_needed=_agreed(d.as_needed for d in each),
        warnings=warnings,
    )


def _said(one: Dosage) -> str:
    """An instruction in words, also where it is coded alone: among several each has its dose."""
    dose = f"{one.dose.value:f} {one.dose.unit}".strip() if one.dose else ""
    return one.text or " ".join(part for part in (dose, one.frequency) if part)


def _agreed(values: Iterable[Any]) -> Any:
    found = list(values)
    return found[0] if found and all(v == found[0] for v in found) else None


def _one(raw: dict[str, Any], masked: Any) -> Dosage:
    text = masked(fhir_json.string(raw, "text") or fhir_json.string(raw, "patientInstruction"))
    coded, said = _timing(fhir_json.item(raw, "timing")), frequency_in(text)
    differ = bool(coded and said and coded != said)
    return Dosage(
        text=text,
        dose=_dose(raw, text),
        route=_route(raw, text),
        frequency="" if differ else coded or said,
        as_needed=_as_needed(raw, text),
        warnings=("The dosage text and the coded timing differ.",) if differ else (),
    )


def _as_needed(raw: dict[str, Any], text: str) -> bool | None:
    if fhir_json.item(raw, "asNeededCodeableConcept") or _AS_NEEDED.search(text):
        return True
    return fhir_json.boolean(raw, "asNeededBoolean")


def _dose(raw: dict[str, Any], text: str) -> Quantity | None:
    rates = fhir_json.items(raw, "doseAndRate")
    if rates:
        # A bare number (Synthea) is a count of nobody knows what.
        coded = fhir_json.quantity(rates[0], "doseQuantity") if len(rates) == 1 else None
        return coded if coded and coded.unit else None
    found = {(Decimal(n), unit) for n, unit in _DOSE.findall(text)}
    if len(found) != 1:
        return None
    value, unit = found.pop()
    return Quantity(value=value, unit=unit)


def _route(raw: dict[str, Any], text: str) -> str:
    coded = fhir_json.words(fhir_json.item(raw, "route"))
    if coded:
        plain = re.sub(r"\s*\([^)]*\)$", "", coded)
        return re.sub(r"\s+route$", "", plain, flags=re.IGNORECASE).lower()
    found = {name for pattern, name in _ROUTES if re.search(pattern, text, re.IGNORECASE)}
    return found.pop() if len(found) == 1 else ""


def _timing(timing: dict[str, Any]) -> str:
    repeat = fhir_json.item(timing, "repeat")
    concept = fhir_json.item(timing, "code")
    code = _CODES.get(fhir_json.code(concept).upper(), "")
    return _repeat(repeat) or code or frequency_in(fhir_json.words(concept))


def _repeat(repeat: dict[str, Any]) -> str:
    when = repeat.get("when")
    moments = [_WHEN.get(str(w), "") for w in when] if isinstance(when, list) else []
    if len(moments) == 1 and moments[0]:
        return moments[0]
    if repeat.get("dayOfWeek") or repeat.get("frequencyMax") or repeat.get("periodMax") or moments:
        return ""  # more than house words can say: the text has it
    frequency = fhir_json.number(repeat, "frequency") or Decimal(1)
    period = fhir_json.number(repeat, "period")
    unit = fhir_json.string(repeat, "periodUnit")
    if period is None or unit not in _UNITS or frequency != int(frequency):
        return ""
    return _every(int(frequency), period, unit)


def _every(times: int, period: Decimal, unit: str) -> str:
    if times == 1:
        if period == 1:
            return _ONE.get(unit, "")
        if unit == "d" and period == 2:
            return "every other day"
        return f"every {period.normalize():f} {_UNITS[unit]}"
    if period != 1 or unit not in {"d", "wk"}:
        return ""
    if unit == "d":
        return _COUNTS.get(times, f"{times} times daily")
    return {2: "twice weekly", 3: "three times weekly"}.get(times, f"{times} times weekly")


def frequency_in(text: str) -> str:
    """The one frequency that ``text`` names, in house words; empty where none or several."""
    low = " ".join(text.lower().replace("(", " ").replace(")", " ").split())
    low = re.sub(rf"\b(\d+) {_N}(?= times?\b)", r"\1", low)  # Epic: "1 (one) time each day"
    if _EITHER.search(low):
        return ""
    hits = ((make, pattern.search(low)) for pattern, make in _GRAMMAR)
    found = dict.fromkeys(word for make, hit in hits if hit and (word := make(hit)))
    if "at bedtime" in found or "every morning" in found or "every evening" in found:
        found.pop("daily", None)  # "once daily at bedtime" says one thing
    return next(iter(found)) if len(found) == 1 else ""


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS.get(text, 0)


def _hours(m: re.Match[str]) -> str:
    return _every(1, Decimal(_count(m[1])), {"h": "h", "d": "d", "w": "wk"}[m[2][0]])


def _times(m: re.Match[str]) -> str:
    return _every(_count(m[1]), Decimal(1), "wk" if "w" in m[2] else "d")


_GRAMMAR: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (rf"\b(?:every|q) ?{_N} ?(hours?|hrs?|h|days?|weeks?)\b(?!-)", _hours),
        (rf"\b{_N} times? (?:a |per |each |every )?(day|daily|week|weekly)\b", _times),
        (r"\b(once|twice) (?:a |per |each |every )?(day|daily|week|weekly)\b", _times),
        (r"\bb\.?i\.?d\b", lambda _: "twice daily"),
        (r"\bt\.?i\.?d\b", lambda _: "three times daily"),
        (r"\bq\.?i\.?d\b", lambda _: "four times daily"),
        (r"\b(q\.?d|qday)\b", lambda _: "daily"),
        (r"(?<!once )(?<!twice )(?<!times )\b(every day|each day|daily)\b", lambda _: "daily"),
        (r"\bevery other day\b", lambda _: "every other day"),
        (r"\b(at bedtime|nightly|qhs|every night|at night)\b", lambda _: "at bedtime"),
        (r"\b(every|each|in the) morning\b", lambda _: "every morning"),
        (r"\b(every|each|in the) evening\b", lambda _: "every evening"),
        (
            r"(?<!once )(?<!twice )(?<!times )\b(weekly|every week|once weekly)\b",
            lambda _: "weekly",
        ),
        (r"\bmonthly\b|\bevery month\b", lambda _: "monthly"),
    )
)
