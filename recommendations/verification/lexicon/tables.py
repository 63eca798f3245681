"""The tables beside this module, read once when first asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recommendations.verification.plain import Bag, bag, listed

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Meaning:
    """Names of one thing, and names of narrower things."""

    names: frozenset[Bag]
    narrower: frozenset[Bag] = frozenset()


@dataclass(frozen=True, slots=True)
class Drug:
    """An ingredient, or several under one brand."""

    ingredients: tuple[str, ...]  # synonyms of one; for a combination, its parts
    brands: tuple[str, ...]
    classes: tuple[str, ...]
    combined: bool = False


def _lines(name: str) -> Iterator[str]:
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _names(text: str, separator: str = ";") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())


@cache
def tests() -> tuple[dict[str, Meaning], dict[Bag, tuple[Meaning, ...]]]:
    """Tests by LOINC code and by name."""
    by_code: dict[str, Meaning] = {}
    by_name: dict[Bag, tuple[Meaning, ...]] = {}
    for line in _lines("tests.txt"):
        codes, _, names = line.partition("|")
        meaning = Meaning(frozenset(bag(n) for n in _names(names)))
        by_code |= dict.fromkeys(_names(codes, ","), meaning)
        for name in meaning.names:
            by_name[name] = (*by_name.get(name, ()), meaning)
    return by_code, by_name


@cache
def conditions() -> dict[Bag, tuple[Meaning, ...]]:
    """Conditions, allergens, vaccines and procedures by each name that means the same."""
    return _meanings("conditions.txt")


@cache
def services() -> dict[Bag, tuple[Meaning, ...]]:
    """Services and specialties by each of their names, and by what a visit to them is called."""
    return _meanings("services.txt", every=True)


def _meanings(file: str, *, every: bool = False) -> dict[Bag, tuple[Meaning, ...]]:
    by_name: dict[Bag, tuple[Meaning, ...]] = {}
    for line in _lines(file):
        same, _, narrower = line.partition(">")
        meaning = Meaning(
            frozenset(bag(n) for n in _names(same)), frozenset(bag(n) for n in _names(narrower))
        )
        for name in meaning.names | (meaning.narrower if every else frozenset()):
            by_name[name] = (*by_name.get(name, ()), meaning)
    return by_name


@cache
def drugs() -> tuple[Drug, ...]:
    """Every drug of the table."""
    found = []
    for line in _lines("drugs.txt"):
        names, brands, classes = (part.strip() for part in line.split("|"))
        combined = "+" in names
        ingredients = _names(names, "+" if combined else ",")
        found.append(Drug(ingredients, _names(brands, ","), _names(classes, ","), combined))
    return tuple(found)


@cache
def cues() -> dict[str, tuple[str, str]]:
    """Cue phrases: each with its family and what it asserts."""
    found: dict[str, tuple[str, str]] = {}
    for line in _lines("cues.txt"):
        family, value, phrases = (part.strip() for part in line.split("|"))
        found |= dict.fromkeys(_names(phrases), (family, value))
    return found


@cache
def neutral() -> dict[str, frozenset[str]]:
    """Words that assert nothing, by the kind of statement; "general" for all."""
    found: dict[str, frozenset[str]] = {}
    for line in _lines("neutral.txt"):
        kind, _, told = line.partition("|")
        found[kind.strip()] = found.get(kind.strip(), frozenset()) | listed(told)
    return found


@cache
def lookalikes() -> frozenset[frozenset[str]]:
    """Pairs of drug names that are taken for one another."""
    return frozenset(frozenset(line.split()) for line in _lines("lookalikes.txt"))
