"""Dose, strength, route and frequency, out of codes or out of the words of a prescription.

Nothing is guessed: what is said in several instructions is left to the dosage text, and of what
words and codes say differently both are kept, and neither is taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import Quantity
from recommendations.clinical.frequencies import frequency_in, timing_of
from recommendations.clinical.said_twice import (
    How,
    agreed,
    differing,
    has_several,
    is_incomparable,
    told_differently,
)

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
_ROUTES = (
    (r"\b(by mouth|orally|p\.?o\.?)(?!\w)", "oral"),
    (r"\b(subcutaneous(ly)?|under the skin)\b", "subcutaneous"),
    (r"\b(intravenous(ly)?|iv)\b", "intravenous"),
    (r"\b(intramuscular(ly)?|im)\b", "intramuscular"),
    (r"\b(inhale[ds]?|inhalation|by inhalation)\b", "inhaled"),
    (r"\b(sublingual(ly)?|under the tongue)\b", "sublingual"),
    (r"\b(topical(ly)?|to (the )?skin)\b", "topical"),
)


LONGEST = 1_000  # characters of one instruction
_MOST = 10  # instructions
_UNTOLD = {"dose": None, "route": "", "frequency": "", "as_needed": None}
_SEVERAL = ("The dosage text has several doses.",)
_INCOMPARABLE = "The coded dose is in an unknown unit and was not held against the dosage text."
_TOLD = "The dosage text and the instruction to the patient differ."
_DIFFERS = {
    "dose": "The dosage text and the coded dose differ.",
    "route": "The dosage text and the coded route differ.",
    "frequency": "The dosage text and the coded timing differ.",
    "as_needed": "The dosage text says as needed, and the coding says that it is not.",
}


@dataclass(frozen=True, slots=True)
class Dosage:
    """How a medication is to be taken, as far as the order says it in one way.

    ``coded`` is the coding in words, where what is named in ``differing`` is said otherwise by the
    text.
    """

    text: str = ""
    dose: Quantity | None = None
    route: str = ""
    frequency: str = ""
    as_needed: bool | None = None
    coded: str = ""
    differing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def strength(name: str) -> str:
    """``"10 MG"`` out of ``"Simvistatin 10 MG Oral Tablet"``; several joined by `` / ``."""
    return " / ".join(m.group(0).strip() for m in _STRENGTH.finditer(name))


def dosage(instructions: list[dict[str, Any]], masked: Any = str, *, strength: str = "") -> Dosage:
    """What FHIR ``Dosage`` elements say together; ``strength`` is the one in the drug's name."""
    each = [_one(raw, masked, strength) for raw in instructions[:_MOST]]
    if len(each) == 1:
        return each[0]
    return Dosage(
        text="; ".join(dict.fromkeys(said for d in each if (said := _said(d)))),
        dose=_agreed(d.dose for d in each),
        route=_agreed(d.route for d in each) or "",
        frequency=_agreed(d.frequency for d in each) or "",
        as_needed=_agreed(d.as_needed for d in each),
        coded="; ".join(dict.fromkeys(d.coded for d in each if d.coded)),
        differing=tuple(dict.fromkeys(kind for d in each for kind in d.differing)),
        warnings=(*_several(instructions), *dict.fromkeys(w for d in each for w in d.warnings)),
    )


def _several(instructions: list[dict[str, Any]]) -> tuple[str, ...]:
    if not instructions:
        return ()
    _, cut = fhir_json.some(instructions, _MOST, "of its dosage instructions")
    return ("The order has several dosage instructions.", *cut)


def _said(one: Dosage) -> str:
    """An instruction in words, also where it is coded alone: among several each has its dose."""
    dose = f"{one.dose.value:f} {one.dose.unit}".strip() if one.dose else ""
    return one.text or " ".join(part for part in (dose, one.frequency) if part)


def _agreed(values: Iterable[Any]) -> Any:
    found = list(values)
    return found[0] if found and all(v == found[0] for v in found) else None


def _one(raw: dict[str, Any], masked: Any, strength: str) -> Dosage:
    text, told_twice, cut = _text(raw, masked, strength)
    coded, said = _coded(raw), _in_words(text)
    alike = replace(coded, route=_house_route(coded.route))
    two_ways = tuple(differing(alike, said, text=text, strength=strength))
    found: dict[str, Any] = {
        "dose": coded.dose or said.dose,
        "route": coded.route or said.route,
        "frequency": agreed(coded.frequency, said.frequency),
        "as_needed": said.as_needed or coded.as_needed,
    }
    several = has_several(text)
    kept_back = {*two_ways, *told_twice, *(("dose", "frequency") if several else ())}
    warnings = (
        *(_DIFFERS[kind] for kind in two_ways),
        *((_TOLD,) if told_twice else ()),
        *((_INCOMPARABLE,) if is_incomparable(coded, text) else ()),
        *(_SEVERAL if several else ()),
        *cut,
    )
    return Dosage(
        text=text,
        **found | {kind: value for kind, value in _UNTOLD.items() if kind in kept_back},
        coded=_words(coded) if two_ways else "",
        differing=two_ways,
        warnings=warnings,
    )


def _words(coded: How) -> str:
    """The coding in words; that something is not as needed is said, where it stands against PRN."""
    regular = ", not as needed" if coded.as_needed is False else ""
    return f"{coded.words()}{regular}".removeprefix(", ")


def _text(
    raw: dict[str, Any], masked: Any, strength: str
) -> tuple[str, list[str], tuple[str, ...]]:
    """The instruction's own words, in what the patient is told otherwise, and that they are cut.

    What the patient is told is part of the words where nothing else says it, or says it otherwise.
    """
    whole = fhir_json.string(raw, "text", limit=LONGEST)
    told = fhir_json.string(raw, "patientInstruction", limit=LONGEST)
    twice = told_differently(whole, told, _in_words(whole), _in_words(told), strength=strength)
    words = f"{whole.rstrip('.')}. To the patient: {told}" if twice else whole or told
    shown = (whole, told) if twice else (whole or told,)
    cut = any(len(each) == LONGEST and each.endswith("…") for each in shown)
    said = f"Only the first {LONGEST:,} characters of the dosage text are shown."
    return masked(words), twice, (said,) if cut else ()


def _coded(raw: dict[str, Any]) -> How:
    return How(
        dose=_coded_dose(raw),
        route=_coded_route(raw),
        frequency=timing_of(fhir_json.item(raw, "timing")),
        as_needed=True
        if fhir_json.item(raw, "asNeededCodeableConcept")
        else fhir_json.boolean(raw, "asNeededBoolean"),
    )


def _in_words(text: str) -> How:
    return How(
        dose=_dose_in(text),
        route=_route_in(text),
        frequency=frequency_in(text),
        as_needed=True if _AS_NEEDED.search(text) else None,
    )


def _coded_dose(raw: dict[str, Any]) -> Quantity | None:
    rates = fhir_json.items(raw, "doseAndRate")
    # A bare number (Synthea) is a count of nobody knows what.
    coded = fhir_json.quantity(rates[0], "doseQuantity") if len(rates) == 1 else None
    return coded if coded and coded.unit else None


def _dose_in(text: str) -> Quantity | None:
    found = {(Decimal(n), unit) for n, unit in _DOSE.findall(text)}
    if len(found) != 1:
        return None
    value, unit = found.pop()
    return Quantity(value=value, unit=unit)


def _coded_route(raw: dict[str, Any]) -> str:
    plain = re.sub(r"\s*\([^)]*\)$", "", fhir_json.words(fhir_json.item(raw, "route")))
    return re.sub(r"\s+route$", "", plain, flags=re.IGNORECASE).lower()


def _route_in(text: str) -> str:
    found = {name for pattern, name in _ROUTES if re.search(pattern, text, re.IGNORECASE)}
    return found.pop() if len(found) == 1 else ""


def _house_route(coded: str) -> str:
    """The route in house words, to hold the text against; empty for one that they do not have."""
    return coded if coded in {name for _, name in _ROUTES} else _route_in(coded)
