"""Mechanical errors planted in sentences that hold: each gives a wrong sentence, or nothing.

The sentence alone is changed; its claims stay. Kinds are numbered as in docs/verification.md.
"""

import re
from collections.abc import Callable
from random import Random

from recommendations.verification.claims import DraftedStatement

Seed = Callable[[DraftedStatement, Random], str | None]
_NUMBER = re.compile(r"(?<![\w.,*^/-])(\d+(?:\.\d+)?)(?= ?(?:m|g|%|/|k|u|n|p|U|mg|\{|10))")
_DATE = re.compile(r"\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})\b")
_KIND = {
    "observation": {"observation", "blood_pressure", "trend"},
    "medication": {"medication"},
    "condition": {"condition"},
    "allergy": {"allergy"},
}


def _is(statement: DraftedStatement, kind: str) -> bool:
    return any(claim.kind in _KIND[kind] for claim in statement.claims)


def _swap(pattern: str, into: str, kind: str | None = None) -> Seed:
    def seed(statement: DraftedStatement, random: Random) -> str | None:
        if kind and not _is(statement, kind):
            return None
        text, count = re.subn(pattern, into, statement.text, count=1)
        return text if count and text != statement.text else None

    return seed


def _value(change: Callable[[str], str]) -> Seed:
    def seed(statement: DraftedStatement, random: Random) -> str | None:
        if not _is(statement, "observation"):
            return None
        hits = list(_NUMBER.finditer(statement.text))
        if not hits:
            return None
        hit = random.choice(hits)
        return statement.text[: hit.start(1)] + change(hit[1]) + statement.text[hit.end(1) :]

    return seed


def _off(number: str) -> str:
    digit = next(c for c in reversed(number) if c.isdigit())
    at = number.rindex(digit)
    return number[:at] + str((int(digit) + 3) % 10) + number[at + 1 :]


def _shift(number: str) -> str:
    return number.replace(".", "") + "0" if "." in number else f"{number}0"


def _turn(number: str) -> str:
    digits = number.replace(".", "")
    return number if len(set(digits)) < 2 else number[::-1].strip(".") or number


def _day(statement: DraftedStatement, random: Random) -> str | None:
    hit = _DATE.search(statement.text)
    if not hit:
        return None
    day = int(hit[1]) + (1 if int(hit[1]) < 28 else -1)
    return f"{statement.text[: hit.start()]}{day} {hit[2]} {hit[3]}{statement.text[hit.end() :]}"


def _year(statement: DraftedStatement, random: Random) -> str | None:
    hit = _DATE.search(statement.text)
    if not hit:
        return None
    return f"{statement.text[: hit.start(3)]}{int(hit[3]) - 1}{statement.text[hit.end(3) :]}"


def _add(clause: str, kind: str | None = None) -> Seed:
    def seed(statement: DraftedStatement, random: Random) -> str | None:
        if kind and not _is(statement, kind):
            return None
        return f"{statement.text.rstrip('.')}{clause}." if statement.text.endswith(".") else None

    return seed


def _lead(words: str, kind: str | None = None) -> Seed:
    def seed(statement: DraftedStatement, random: Random) -> str | None:
        if kind and not _is(statement, kind):
            return None
        return f"{words} {statement.text[:1].lower()}{statement.text[1:]}"

    return seed


def _unless(pattern: str, other: Seed) -> Seed:
    """Not where the sentence says so already, and truly."""

    def seed(statement: DraftedStatement, random: Random) -> str | None:
        found = re.search(pattern, statement.text, re.IGNORECASE)
        return None if found else other(statement, random)

    return seed


SEEDS: dict[str, Seed] = {
    "1 value off": _value(_off),
    "2 decimal shift": _value(_shift),
    "3 digits turned": _value(_turn),
    "4 unit": _swap(r"\b(mg/dL|mmol/L|g/dL|mmHg|kg|ng/mL|U/L|%)", "mEq/mL", "observation"),
    "4 dose unit": _swap(r"\b(\d+(?:\.\d+)?) (?:mg|MG)\b", r"\1 g", "medication"),
    "6 wrong test": _swap(r"^[A-Z][\w-]+", "Lactate", "observation"),
    "7 over": _swap(r" (?=\d+(?:\.\d+)? ?(?:mg/dL|mmol/L|g/dL|%|kg))", " over ", "observation"),
    "8 year": _year,
    "9 day": _day,
    "10 relative time": _swap(r"\bon \d{1,2} \w{3} \d{4}", "three years ago"),
    "12 highest": _lead("The highest value ever was", "observation"),
    "13 trend reversed": _swap(r"\brose\b", "fell"),
    "13 trend invented": _unless("rose", _add(" and rising", "observation")),
    "15 range": _swap(r"\b(above|within) the reference range", "below the reference range"),
    "16 bounds": _swap(r"(reference range )(\d)", r"\g<1>1\2", "observation"),
    "17 wrong drug": _swap(r"^[A-Za-z]+", "Methotrexate", "medication"),
    "18 dose": _swap(r"\b(\d+(?:\.\d+)?) (mg|mcg|units?|puffs?|tablets?)\b", r"\g<1>5 \2", "medication"),
    "19 frequency": _swap(r"\b(daily|twice daily|three times daily|every \d+ hours)\b", "every 3 hours", "medication"),
    "19 prn added": _unless("as needed", _swap(r",? active\b", " as needed, active", "medication")),
    "20 route": _swap(r"\boral\b(?=.*active)", "intravenous", "medication"),
    "21 status": _swap(r"\bactive\b", "stopped", "medication"),
    "22 given": _swap(r"\bordered\b", "given", "medication"),
    "23 condition": _swap(r"^[A-Za-z]+", "Sarcoidosis", "condition"),
    "24 resolved": _swap(r"\bactive\b", "resolved", "condition"),
    "25 negation": _lead("No", "condition"),
    "25 negated allergy": _lead("No", "allergy"),
    "26 certainty": _unless("confirmed|provisional|differential", _lead("Possible", "condition")),
    "27 relation": _lead("Her mother has", "condition"),
    "28 side": _unless("left", _lead("Left", "condition")),
    "29 reaction": _swap(r"\([^()]+\)", "(angioedema and syncope)", "allergy"),
    "29 criticality": _swap(r"\b(low|high) criticality", "unknown criticality", "allergy"),
    "29 allergen": _swap(r"^Allergy: \S+", "Allergy: kiwi", "allergy"),
    "30 clause": _add(" and the ECG was normal"),
    "31 cause": _add(" due to dehydration"),
    "31 purpose": _add(" for chest pain", "medication"),
    "32 severity": _lead("Severe", "condition"),
    "32 controlled": _add(", well controlled", "condition"),
    "34 quote": _swap(r"“(\w+) ", "“Never "),
    "35 absence": _add("; no other problems"),
}  # fmt: skip
