"""An instruction says things twice, in words and in codes: where the two differ, neither is taken.

It may say them in words twice, too: to whoever prepares it (``text``) and to the patient.

Which of them is right is not for code to say. EHRs let one be changed without the other: a dose
titrated in the words of an order whose fields still hold the old one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from recommendations.clinical.facts import Quantity

_UNITS: dict[str, tuple[str, int]] = {
    "mcg": ("mass", 1), "ug": ("mass", 1), "\u00b5g": ("mass", 1), "mg": ("mass", 1000),
    "g": ("mass", 1_000_000), "ml": ("volume", 1), "unit": ("units", 1), "iu": ("units", 1),
    "unt": ("units", 1), "[iu]": ("units", 1), "meq": ("meq", 1), "mmol": ("mmol", 1),
    "tablet": ("tablet", 1), "tab": ("tablet", 1), "tbl": ("tablet", 1), "capsule": ("capsule", 1),
    "cap": ("capsule", 1), "puff": ("puff", 1), "actuat": ("puff", 1), "drop": ("drop", 1),
    "spray": ("spray", 1), "patch": ("patch", 1),
}  # fmt: skip
_COUNTED = {"tablet", "capsule", "puff", "spray", "patch"}
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}
_AMOUNT = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|one|two|three|four)\s*"
    r"(mg|mcg|ug|\u00b5g|g|ml|units?|iu|unt|meq|mmol|tablets?|tabs?|capsules?|caps?|puffs?|drops?"
    r"|sprays?|patch(?:es)?)(?![\w/%])",
    re.IGNORECASE,
)
# "250 MG/5ML", "90 MCG/ACTUAT"
_CONCENTRATION = re.compile(
    r"([\d,]*\d(?:\.\d+)?)\s*(mg|mcg|ug|g|units?|unt|iu|meq|mmol)\s*/\s*(\d+(?:\.\d+)?)?\s*"
    r"(ml|actuat|puff|spray|tablet|capsule)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:\bmax(?:imum)?\b[\w. ]{0,12}|\bup to|\bno more than|\bexceed(?:ing)?)\s*$", re.I
)
_ONCE_A_DAY = {"daily", "every morning", "every evening", "at noon", "at bedtime"}
_ROUND_THE_CLOCK = (
    {"twice daily", "every 12 hours"}, {"three times daily", "every 8 hours"},
    {"four times daily", "every 6 hours"}, {"daily", "every 24 hours"},
)  # fmt: skip

Measure = tuple[str, Decimal]  # dimension, in its smallest unit


@dataclass(frozen=True, slots=True)
class How:
    """How something is to be taken, as one side tells it."""

    dose: Quantity | None = None
    route: str = ""
    frequency: str = ""
    as_needed: bool | None = None

    def words(self) -> str:
        """``5 mg oral daily``."""
        dose = f"{self.dose.value:f} {self.dose.unit}".strip() if self.dose else ""
        needed = {True: "as needed", False: "", None: ""}[self.as_needed]
        return " ".join(part for part in (dose, self.route, self.frequency, needed) if part)


def differing(coded: How, said: How, *, text: str, strength: str) -> Iterator[str]:
    """Of ``dose``, ``route``, ``frequency`` and ``as_needed`` those that differ.

    What one side leaves open is no difference.
    """
    if coded.dose is not None and _doses_differ(coded.dose, text, strength):
        yield "dose"
    if coded.route and said.route and coded.route != said.route:
        yield "route"
    if coded.frequency and said.frequency and not agreed(coded.frequency, said.frequency):
        yield "frequency"
    if coded.as_needed is False and said.as_needed:
        yield "as_needed"


def told_differently(text: str, told: str, said: How, heard: How, *, strength: str) -> list[str]:
    """Of ``dose``, ``route`` and ``frequency`` those in which two wordings of one order differ.

    ``text`` comes to ``said``, and what the patient is ``told`` to ``heard``.
    """
    ours, theirs = amounts(text), amounts(told)
    found = ["dose"] if ours and theirs and _differ(ours, theirs, strength) else []
    if said.route and heard.route and said.route != heard.route:
        found.append("route")
    if said.frequency and heard.frequency and not agreed(said.frequency, heard.frequency):
        found.append("frequency")
    return found


def is_incomparable(coded: How, text: str) -> bool:
    """Whether the text gives amounts, and the coded dose is in a unit that is not known here."""
    dose = coded.dose
    if dose is None or _measure(dose.value, dose.unit) is not None or not amounts(text):
        return False
    same = rf"(?<![\w.,/-]){re.escape(f'{dose.value:f}')}\s*{re.escape(dose.unit.strip())}s?(?!\w)"
    return re.search(same, text, re.IGNORECASE) is None


def agreed(coded: str, said: str) -> str:
    """The closer of two frequencies that agree (of "daily" and "at bedtime" the latter)."""
    if not coded or not said or coded == said:
        return coded or said
    if {coded, said} <= _ONCE_A_DAY and "daily" in {coded, said}:
        return said if coded == "daily" else coded
    return said if any({coded, said} <= alike for alike in _ROUND_THE_CLOCK) else ""


def _doses_differ(coded: Quantity, text: str, strength: str) -> bool:
    """Whether the text gives amounts of which none is the coded one, or comes to it.

    Amounts that nothing joins (tablets and milligrams, where no strength is known) are not held to
    be the same.
    """
    ours, said = _measure(coded.value, coded.unit), amounts(text)
    return ours is not None and bool(said) and _differ([ours], said, strength)


def _differ(ours: list[Measure], said: list[Measure], strength: str) -> bool:
    """Whether no amount of the one is, or comes to, one of the other."""
    told = {*said, *_products(said, said), *_come_to(said, strength)}
    return told.isdisjoint({*ours, *_products(ours, ours), *_come_to(ours, strength)})


def _come_to(given: list[Measure], strength: str) -> Iterator[Measure]:
    """What tablets, puffs and millilitres hold, by the strength in the drug's name."""
    yield from _products(given, amounts(strength))
    for value, unit, number, per in _CONCENTRATION.findall(strength):
        holds = _measure(Decimal(value.replace(",", "")), unit)
        each = _measure(Decimal(number or 1), per)
        if holds and each and each[1]:
            counts = [count for kind, count in given if kind == each[0]]
            yield from ((holds[0], count * holds[1] / each[1]) for count in counts)


def has_several(text: str) -> bool:
    """Whether a text gives several doses ("5 mg every evening, 7.5 mg on Mondays")."""
    said = set(amounts(text))
    counts = {count for kind, count in said if kind in _COUNTED} - {1}
    # "500 mg (2 tablets of 250 mg)" is one dose.
    parts = {(kind, one) for kind, one in said for n in counts if (kind, n * one) in said}
    whole = [kind for kind, one in said if kind in _COUNTED or (kind, one) not in parts]
    return len(whole) > len(set(whole))


def amounts(text: str) -> list[Measure]:
    """Every amount of a text that is no bound ("max 10 mg")."""
    found = []
    for hit in _AMOUNT.finditer(text):
        number = hit[1].lower().replace(",", "")
        measure = _measure(Decimal(_NUMBERS.get(number, number)), hit[2])
        if measure and not _BOUND.search(text[: hit.start()]):
            found.append(measure)
    return found


def _products(counts: list[Measure], each: list[Measure]) -> Iterator[Measure]:
    """Two tablets of 250 mg are 500 mg."""
    for kind, count in counts:
        if kind in _COUNTED:
            yield from ((dim, count * one) for dim, one in each if dim not in _COUNTED)


def _measure(value: Decimal, unit: str) -> Measure | None:
    bare = re.sub(r"\(e?s\)$|[{}]", "", unit.strip().lower())
    known = (
        _UNITS.get(bare)
        or _UNITS.get(bare.removesuffix("s"))
        or _UNITS.get(bare.removesuffix("es"))
    )
    return (known[0], value * known[1]) if known else None
