"""Takes the patient's own identifiers out of text that people typed.

Known ones (names, record numbers, phones, addresses, birth date) come from the Patient resource;
what looks like a phone number, an e-mail address or a social security number goes whoever's it is.
Names that are also words of a note ("White", "Parkinson") are masked only beside a title or another
part of the name, or else "White blood cells" would be lost.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommendations.clinical import fhir_json

_WORDS_TOO = {
    "white", "brown", "black", "gray", "grey", "green", "head", "hand", "hands", "foot",
    "bone", "heart", "long", "short", "small", "large", "may", "june", "april", "august",
    "summer", "winter", "rose", "day", "mark", "bill", "grant", "wells", "burns", "pain",
    "sharp", "strong", "young", "old", "good", "will", "hope", "faith", "grace", "joy", "art",
    "drew", "page", "price", "church", "hill", "field", "stone", "waters", "love", "mode",
    "post", "case", "ray", "sky", "west", "east", "north", "south",
}  # fmt: skip
_EPONYMS = {
    "addison", "allen", "alzheimer", "apgar", "babinski", "baker", "barr", "barrett", "bell",
    "brudzinski", "charcot", "crohn", "cushing", "down", "dupuytren", "epstein", "ewing", "foley",
    "glasgow", "gleason", "graves", "guillain", "hashimoto", "hodgkin", "holter", "huntington",
    "kaposi", "kawasaki", "korsakoff", "lachman", "lewy", "lyme", "marfan", "mcburney", "murphy",
    "paget", "parkinson", "pott", "raynaud", "reiter", "romberg", "sjogren", "tourette", "turner",
    "weber", "wernicke", "whipple", "wilson",
}  # fmt: skip
_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|master|patient|pt)\.?\s+"
_ALWAYS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), "[number]"),
    (
        re.compile(r"(?<![\w.])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\w)"),
        "[phone]",
    ),
)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The patterns to take out, in the order they are tried."""

    patterns: tuple[tuple[re.Pattern[str], str], ...]
    lone: tuple[tuple[re.Pattern[str], str], ...] = ()  # one part of a name by itself

    @classmethod
    def of(cls, patients: Iterable[dict[str, Any]]) -> "Identifiers":
        """The identifiers that Patient resources name."""
        known = list(patients)
        found = [pattern for raw in known for pattern in _patterns(raw)]
        return cls((*found, *_ALWAYS), tuple(each for raw in known for each in _lone_names(raw)))

    def masked(self, text: str) -> str:
        """``text`` with each identifier replaced by what it was: ``[name]``, ``[mrn]`` …"""
        for pattern, word in (*self.patterns, *self.lone):
            text = pattern.sub(word, text)
        return text

    def masked_in_name(self, text: str) -> str:
        """As :meth:`masked`, for the name of a test, a drug or a problem.

        One part of a person's name stays: there, Ana is an antibody and Alt an enzyme.
        """
        for pattern, word in self.patterns:
            text = pattern.sub(word, text)
        return text


def _patterns(raw: dict[str, Any]) -> Iterator[tuple[re.Pattern[str], str]]:
    yield from _literal((i for i in _values(raw, "identifier", "value")), "[mrn]", shortest=4)
    yield from _literal(_addresses(raw), "[address]", shortest=5)
    people = (raw, *fhir_json.items(raw, "contact"))
    yield from _phones(value for who in people for value in _values(who, "telecom", "value"))
    yield from _birth_date(fhir_json.string(raw, "birthDate"))
    yield from _names(raw)


def _values(raw: dict[str, Any], key: str, inner: str) -> list[str]:
    return [fhir_json.string(entry, inner) for entry in fhir_json.items(raw, key)]


def _literal(
    values: Iterable[str], word: str, *, shortest: int
) -> Iterator[tuple[re.Pattern[str], str]]:
    for value in values:
        # Epic pads identifiers: "  Z6129".
        if len(value.strip()) >= shortest:
            spaced = r"\s+".join(re.escape(part) for part in value.split())
            yield re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE), word


def _addresses(raw: dict[str, Any]) -> Iterator[str]:
    for address in fhir_json.items(raw, "address"):
        lines = address.get("line")
        yield from (x for x in lines if isinstance(x, str)) if isinstance(lines, list) else ()
        yield fhir_json.string(address, "text")
        yield fhir_json.string(address, "postalCode")
        city = fhir_json.string(address, "city")
        yield "" if _also_a_word(city) else city


def _phones(values: Iterable[str]) -> Iterator[tuple[re.Pattern[str], str]]:
    for value in values:
        digits = re.sub(r"\D", "", value)
        if len(digits) >= 7 and "@" not in value:
            loose = r"[\s().-]*".join(digits[-10:])
            yield re.compile(rf"(?<!\d)\(?{loose}(?!\d)"), "[phone]"


def _birth_date(text: str) -> Iterator[tuple[re.Pattern[str], str]]:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return
    y, m, d = born.year, born.month, born.day
    month = born.strftime("%B")
    forms = (
        rf"{y}-0?{m}-0?{d}",
        rf"0?{m}[/.-]0?{d}[/.-](?:{y}|{y % 100:02d})",
        rf"0?{d}[/.-]0?{m}[/.-]{y}",
        rf"0?{d}\s+{month[:3]}(?:{month[3:]})?\.?,?\s+{y}",
        rf"{month[:3]}(?:{month[3:]})?\.?\s+0?{d},?\s+{y}",
    )
    yield re.compile(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)", re.IGNORECASE), "[birth date]"


def _names(raw: dict[str, Any]) -> Iterator[tuple[re.Pattern[str], str]]:
    parts = sorted(set(_name_parts(raw)), key=len, reverse=True)
    if not parts:
        return
    anyone = "|".join(_cased(p) for p in parts)
    initials = "".join(sorted({re.escape(p[0].upper()) for p in parts}))
    middle = r"(?:[,\s]+(?:[A-Z]\.)?\s*)"
    yield re.compile(rf"\b(?:{anyone})(?:{middle}(?:{anyone}))+\b(?:\s[{initials}]\.)?"), "[name]"
    yield re.compile(rf"\b((?i:{_TITLE}))(?:{anyone})\b"), r"\1[name]"


def _lone_names(raw: dict[str, Any]) -> Iterator[tuple[re.Pattern[str], str]]:
    parts = sorted(set(_name_parts(raw)), key=len, reverse=True)
    plain = [_cased(p) for p in parts if not _also_a_word(p)]
    if plain:
        yield re.compile(rf"\b(?:{'|'.join(plain)})\b"), "[name]"


def _name_parts(raw: dict[str, Any]) -> Iterator[str]:
    """Parts of the patient's names, and of those of the people to call for them."""
    contacts = fhir_json.items(raw, "contact")
    for name in (n for who in (raw, *contacts) for n in fhir_json.items(who, "name")):
        given = name.get("given")
        listed = given if isinstance(given, list) else [given]
        for text in (*listed, name.get("family"), name.get("text")):
            if isinstance(text, str):
                yield from (p for p in re.split(r"[\s,]+", text) if len(p.strip(".")) > 1)


def _also_a_word(part: str) -> bool:
    low = part.lower()
    return len(low) < 3 or low in _WORDS_TOO or low in _EPONYMS


def _cased(part: str) -> str:
    """The spellings to look for. Capitals tell a short name from a word: "May" from "may"."""
    forms = [part, part.upper(), part.title()]
    if len(part) > 4 and not _also_a_word(part):
        forms.append(part.lower())
    return "|".join(re.escape(form) for form in dict.fromkeys(forms))
