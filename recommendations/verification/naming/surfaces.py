"""The names of each kind of fact."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    Component,
    ConditionFact,
    EncounterFact,
    FactBase,
    ImmunizationFact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    ProcedureFact,
    ReferralFact,
)
from recommendations.verification.lexicon import tables
from recommendations.verification.naming.drugs import drug_names, drugs_in
from recommendations.verification.naming.visits import note_names, referral_names, visit_names
from recommendations.verification.plain import Bag, bag, words

_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
# Blood is what a bare name means; urine, stool or fluid is never left out.
_BLOOD = re.compile(
    r"\s+in\s+(?:serum|plasma|blood|arterial blood|venous blood|capillary blood|"
    r"serum or plasma|serum, plasma or blood|platelet poor plasma|red blood cells)\b.*$",
    re.IGNORECASE,
)
_IGE = re.compile(r"(.+?) (?:specific )?IgE\b(?: Ab| antibody)?$", re.IGNORECASE)
_METHOD = re.compile(r"\s+(?:by|--?reported).*$", re.IGNORECASE)
_TRAILING = re.compile(
    r"(?:,|\s+-)?\s+(?:\(?unspecified\)?|without (?:mention of )?complications?|with|due to|"
    r"stage|nos|secondary to)\b.*$",
    re.IGNORECASE,
)
_ALLERGY = re.compile(
    r"^(?:allerg(?:y|ic) to|hypersensitivity to|intolerance to)\s+(?:substance\s+)?|"
    r"\s+(?:allergy|intolerance|hypersensitivity|allergenic extract|allergen)$",
    re.IGNORECASE,
)
_SIDE = re.compile(r",\s*(?:left|right|bilateral)(?:\s+\w+)?$", re.IGNORECASE)
_LONGEST = 9  # words of a name that is looked through for a shorter form
_PRESENCE = re.compile(r"^presence of (?:an? )?", re.IGNORECASE)
_BY = re.compile(r"\s*\(([^)]*)\)")
_NONE_KNOWN = (
    "no known allergies", "no known allergy", "no known drug allergies", "no known drug allergy",
    "nkda", "nka",
)  # fmt: skip


def surfaces(fact: FactBase) -> frozenset[Bag]:
    """Every name of a fact, as bags of words."""
    given = (fact.name, *(c.display for c in fact.codings if c.display))
    codes = tuple(c.code for c in fact.codings if "loinc" in c.system)
    none_known = isinstance(fact, AllergyFact) and fact.none_known
    return _surfaces(type(fact), given, codes, none_known)


@lru_cache(maxsize=8192)
def _surfaces(
    kind: type[FactBase],
    given: tuple[str, ...],
    codes: tuple[str, ...],
    none_known: bool,  # noqa: FBT001
) -> frozenset[Bag]:
    found = {bag(name) for name in given}
    if none_known:
        found |= _none_known(given[0])
    elif kind is ObservationFact:
        found |= _tests(given, codes)
    else:
        widen = _WIDEN.get(kind)
        found |= {name for each in given for name in widen(each)} if widen else set()
    return frozenset(filter(None, found))


def _none_known(name: str) -> set[Bag]:
    """Drugs alone may be known to cause none: "no known drug allergies" is not widened."""
    drug_only = "drug" in words(name) or "nkda" in words(name)
    wider = [n for n in _NONE_KNOWN if not drug_only or "drug" in n or n == "nkda"]
    return {bag(n) for n in wider}


def _tests(given: tuple[str, ...], codes: tuple[str, ...]) -> set[Bag]:
    by_code, by_name = tables.tests()
    short = {_bare_test(name) for name in given}
    short |= {" in ".join(name.split(", ")) for name in given if name.count(", ") == 1}
    found = {bag(name) for name in (*short, *(_BY.sub(r" by \1", name) for name in given))}
    for hit in filter(None, map(_IGE.match, short)):
        found |= {bag(f"{hit[1]} {said}") for said in ("IgE", "specific IgE", "IgE to", "IgE for")}
    for code in codes:
        if code in by_code:
            found |= by_code[code].names
    if not any(code in by_code for code in codes):
        for meaning in {m for name in (*found, *map(bag, given)) for m in by_name.get(name, ())}:
            found |= meaning.names
    return found


def component_names(part: Component) -> frozenset[Bag]:
    """What a part of a panel may be called."""
    codes = tuple(c.code for c in part.codings if "loinc" in c.system)
    return _surfaces(ObservationFact, (part.name,), codes, False)  # noqa: FBT003


@lru_cache(maxsize=8192)
def test_key(name: str, codes: tuple[str, ...]) -> Bag:
    """What tells one test from another: some charts code creatinine in two ways."""
    by_code, by_name = tables.tests()
    coded = next((by_code[code] for code in codes if code in by_code), None)
    if coded is None and not codes:
        named = by_name.get(bag(_bare_test(name)), ())
        coded = named[0] if len(named) == 1 else None
    return min(coded.names) if coded else (*codes[:1], *bag(name))


def _bare_test(name: str) -> str:
    """Without property, specimen and method; "--fasting" and "--trough" are never left out."""
    if "--" in name and "reported" not in name.lower():
        return name
    return _METHOD.sub("", _BLOOD.sub("", _BRACKETS.sub("", name)))


def plain_test(fact: ObservationFact) -> str:
    """A test's name without property, specimen and method, where it goes by that name."""
    short = _bare_test(fact.name).strip(" ,")
    return short if bag(short) in surfaces(fact) else fact.name


def condition_names(name: str) -> set[Bag]:
    """What a condition may be called."""
    return {bag(each) for each in _shortened(name)} | _condition_names(name)


def _shortened(name: str) -> set[str]:
    """A name with a known name at its beginning or end in its usual letters: "permanent AF"."""
    said = words(_BRACKETS.sub("", name))
    if not 1 < len(said) < _LONGEST:
        return set()
    found = set()
    for at in range(1, len(said)):
        head, tail = " ".join(said[:at]), " ".join(said[at:])
        found |= {f"{head} {short}" for short in _letters(tail)}
        found |= {f"{short} {tail}" for short in _letters(head)}
    return found


def _letters(name: str) -> set[str]:
    same = {each for m in tables.conditions().get(bag(name), ()) for each in m.names}
    return {each[0] for each in same if len(each) == 1 and 1 < len(each[0]) < 5}


def _condition_names(name: str) -> set[Bag]:
    name = _PRESENCE.sub("", name)
    found = {bag(name), bag(_TRAILING.sub("", name)), bag(_BRACKETS.sub("", name))}
    found |= {bag(_SIDE.sub("", name))}  # "trigger finger, left hand": its side has its own field
    found |= {tuple(w for w in each if w != "mellitus") for each in found}
    for meaning in {m for each in list(found) for m in tables.conditions().get(each, ())}:
        found |= meaning.names
    what, _, where = _BRACKETS.sub("", name).partition(" of ")
    for meaning in tables.conditions().get(bag(what), ()) if where else ():
        found |= {bag(f"{' '.join(same)} {where}") for same in meaning.names}
    return {each for each in found if each}


def _allergens(name: str) -> set[Bag]:
    bare = _ALLERGY.sub("", name)
    found = {bag(name), bag(bare), *condition_names(bare)}
    return found | (set(drug_names(bare)) if drugs_in(bare) else set())


def _vaccines(name: str) -> set[Bag]:
    bare = re.sub(r"\s*(?:vaccine|vaccination|immunization)\b.*$", "", name, flags=re.IGNORECASE)
    against = {bag(f"vaccinated against {bare}"), bag(f"immunized against {bare}")}
    kind = condition_names(f"{bare.partition(',')[0]} vaccine")  # "flu shot"
    parts = name.split(",")
    kind |= {bag(",".join(parts[:n])) for n in range(1, len(parts))}  # said less precisely
    return {bag(name), bag(f"{name} vaccine"), *condition_names(name), *kind, *against}


def _care_plans(name: str) -> set[Bag]:
    bare = re.sub(r"\s*(?:care )?plan\b", "", name, flags=re.IGNORECASE)
    return {bag(name), bag(bare), bag(f"{bare} plan"), bag(f"{bare} care plan")}


def _procedures(name: str) -> set[Bag]:
    """As of a condition, and as what was done: "a defibrillator was implanted"."""
    found = condition_names(name)
    done, _, what = name.partition(" of ")
    if what and (verb := _DONE.get(done.lower())):
        found |= {bag(f"{what}{be}{verb}") for be in (" ", " was ", " were ", " has been ")}
    return found


_DONE = {
    "implantation": "implanted", "insertion": "inserted", "removal": "removed",
    "repair": "repaired", "placement": "placed", "replacement": "replaced",
    "excision": "excised", "resection": "resected", "drainage": "drained",
    "transplantation": "transplanted", "extraction": "extracted", "biopsy": "biopsied",
    "aspiration": "aspirated", "ablation": "ablated", "injection": "injected",
}  # fmt: skip


_WIDEN: dict[type[FactBase], Callable[[str], Any]] = {
    MedicationFact: drug_names,
    AdministrationFact: drug_names,
    ConditionFact: condition_names,
    AllergyFact: _allergens,
    ImmunizationFact: _vaccines,
    CarePlanFact: _care_plans,
    NoteFact: note_names,
    ReferralFact: referral_names,
    ProcedureFact: _procedures,
    EncounterFact: visit_names,
    AppointmentFact: visit_names,
}
