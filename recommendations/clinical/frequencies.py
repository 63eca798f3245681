"""How often: out of a coded timing or out of words, in house words ("twice daily")."""

import re
from decimal import Decimal
from typing import Any

from recommendations.clinical import fhir_json

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


def timing_of(timing: dict[str, Any]) -> str:
    """A FHIR ``Timing`` in house words; empty where they cannot say it."""
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
    told = repeat.get("frequency")
    frequency = Decimal(1) if told in (None, "", 0) else fhir_json.number(repeat, "frequency")
    period = fhir_json.number(repeat, "period")
    unit = fhir_json.string(repeat, "periodUnit")
    if frequency is None or period is None or unit not in _UNITS or frequency != int(frequency):
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
        (rf"\b{_N}[ -]hourly\b", lambda m: _every(1, Decimal(_count(m[1])), "h")),
        (r"\bb\.?i\.?d\b|\bb\.?d\b", lambda _: "twice daily"),
        (r"\bt\.?i\.?d\b|\bt\.?d\.?s\b", lambda _: "three times daily"),
        (r"\bq\.?i\.?d\b|\bq\.?d\.?s\b", lambda _: "four times daily"),
        (r"\b(q\.?d|qday)\b", lambda _: "daily"),
        (r"(?<!once )(?<!twice )(?<!times )\b(every day|each day|daily)\b", lambda _: "daily"),
        (r"\b(every other|on alternate|alternate) days?\b", lambda _: "every other day"),
        (r"\b(at bedtime|nightly|qhs|nocte|every night|at night)\b", lambda _: "at bedtime"),
        (r"\b(every|each|in the) morning\b|\bmane\b", lambda _: "every morning"),
        (r"\b(every|each|in the) evening\b", lambda _: "every evening"),
        (
            r"(?<!once )(?<!twice )(?<!times )\b(weekly|every week|once weekly)\b",
            lambda _: "weekly",
        ),
        (r"\bmonthly\b|\bevery month\b", lambda _: "monthly"),
    )
)
