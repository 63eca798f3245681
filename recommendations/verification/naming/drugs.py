"""Names of drugs: ingredient, brand, the name without strength and form."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from recommendations.verification.lexicon.tables import Drug, drugs, lookalikes
from recommendations.verification.plain import Bag, bag, bagged, listed, words

_LIKE = 0.88
_STRENGTH = re.compile(
    r"\d[\d,.]*\s*(?:million |thousand |mega)?"
    r"(?:micrograms?|nanograms?|mg|mcg|ug|ng|g|ml|unt|units?|iu|meq|mmol|%|hr\b(?=.*\d))",
    re.IGNORECASE,
)
_BRAND = re.compile(r"[\[(]([^\])]+)[\])]")
_CONCENTRATION = re.compile(
    r"\d[\d,.]*\s*(?:million |thousand |mega)?"
    r"(?:micrograms?|nanograms?|mg|mcg|ug|ng|g|unt|units?|iu|meq|mmol)"
    r"\s*/\s*(?:ml|actuat(?:ion)?|dose|hr?|g)\b",
    re.IGNORECASE,
)
_UNIT_WORDS = listed(
    "mg mcg ug ng g ml unt unit units hr actuat dose h meq mmol per million thousand microgram "
    "micrograms nanogram nanograms"
)
_ORAL = re.compile(r"\s+oral\b", re.IGNORECASE)
_VITAMIN = re.compile(r"\b(vitamin [a-z]) (\d+)\b", re.IGNORECASE)
_RELEASE = re.compile(r"^(?:\d+\s*(?:hr|actuat|ml|day)\b\s*|nda\d+\s*)+", re.IGNORECASE)
# Salts and esters that may be left out of a name; what stays is the ingredient.
SALTS = listed(
    "sodium potassium calcium hydrochloride hcl hydrobromide tartrate succinate sulfate maleate "
    "besylate acetate citrate fumarate mesylate phosphate bitartrate magnesium propionate furoate "
    "monohydrate dihydrate anhydrous nitrate xinafoate medoxomil bromide chloride disodium "
    "trometamol tromethamine pamoate lactate valerate etexilate axetil dipropionate"
)  # fmt: skip


@cache
def _by_name() -> dict[tuple[str, ...], tuple[Drug, ...]]:
    found: dict[tuple[str, ...], tuple[Drug, ...]] = {}
    for drug in drugs():
        for name in (*(() if drug.combined else drug.ingredients), *drug.brands):
            found[words(name)] = (*found.get(words(name), ()), drug)
    return found


@cache
def _longest() -> int:
    return max(len(name) for name in _by_name())


@lru_cache(maxsize=4096)
def drugs_in(name: str) -> tuple[Drug, ...]:
    """The drugs that a text names by ingredient or brand, longest names first, each once."""
    return tuple(dict.fromkeys(d for _, _, found in mentions(words(name)) for d in found))


def mentions(said: tuple[str, ...]) -> Iterator[tuple[int, int, tuple[Drug, ...]]]:
    """Where ``said`` names drugs: (start, end, drugs of that name)."""
    at = 0
    while at < len(said):
        for size in range(min(_longest(), len(said) - at), 0, -1):
            found = _by_name().get(said[at : at + size])
            if found:
                yield at, at + size, found
                at += size
                break
        else:
            at += 1


@lru_cache(maxsize=4096)
def strengths(name: str) -> tuple[tuple[str, str], ...]:
    """Each number of a name with the word before it: 250 belongs to "Amoxicillin"."""
    said = words(name)
    found, last = [], ""
    for word in said:
        if word[0].isdigit():
            found.append((last, word))
        elif word not in _UNIT_WORDS:
            last = word
    return tuple(found)


@lru_cache(maxsize=4096)
def drug_names(name: str) -> frozenset[Bag]:
    """What an order of this name may be called."""
    given = words(name)
    found = {bagged(given)}
    short = _short(name)
    if short and len(_singles(_BRAND.sub(" ", name))) < 2:
        found |= {bag(short), bagged(tuple(w for w in words(short) if w not in SALTS) or given)}
    found |= {bag(brand) for brand in _BRAND.findall(name) if not _STRENGTH.search(brand)}
    found |= {bag(each) for each in _shorter(name)}
    return frozenset(filter(None, found | _by_ingredient(name)))


def _short(name: str) -> str:
    """The name without strength, form and brand."""
    bare = _RELEASE.sub("", _BRAND.sub(" ", name).strip())
    cut = _STRENGTH.search(bare)
    return bare[: cut.start()].strip(" ,;-") if cut else bare


def _shorter(name: str) -> Iterator[str]:
    """The name without what a clinician leaves out of it, its strength kept.

    A strength stays with the form, or is a concentration: by itself it would read as a dose.
    """
    bare = _RELEASE.sub("", name.strip())
    yield bare
    yield _ORAL.sub(" ", bare)
    yield _VITAMIN.sub(r"\1\2", bare)
    yield _without_salt(bare)
    if len(found := list(_CONCENTRATION.finditer(bare))) == 1:
        salts = (word for word in bare[: found[0].end()].split() if word.casefold() not in SALTS)
        yield bare[: found[0].end()]
        yield " ".join(salts)


def _without_salt(bare: str) -> str:
    """ "Fluticasone 110 mcg inhaler": one salt left out; nothing where no form follows."""
    cut = _STRENGTH.search(bare)
    said = bare.split()
    if cut is None or not bare[cut.end() :].strip(" ,;)"):
        return ""
    if said[0].casefold() in SALTS or len(_singles(bare)) > 1:
        return ""  # the salt is the drug, or another part of it
    return " ".join(word for word in said if word.casefold() not in SALTS)


def _by_ingredient(name: str) -> set[Bag]:
    plain = _BRAND.sub(" ", name)
    singles = _singles(plain) or _singles(name) or _likely(plain)
    parts = {drug.ingredients[0] for drug in singles}
    if len(parts) > 1:
        return {bag(" ".join(parts)), *_brands_of(parts)}
    if singles:
        drug = singles[0]
        return {bag(n) for n in (*drug.ingredients, *drug.brands)}
    return set()


def _singles(name: str) -> list[Drug]:
    """The ingredients named; a combination's brand stands for its parts."""
    found: list[Drug] = []
    for drug in drugs_in(name):
        parts = drug.ingredients if drug.combined else ()
        for part in parts:
            found += [d for d in _by_name().get(words(part), ()) if not d.combined]
        if not drug.combined:
            found.append(drug)
    return list(dict.fromkeys(found))


def _brands_of(parts: set[str]) -> set[Bag]:
    return {
        bag(brand)
        for drug in drugs()
        if drug.combined and set(drug.ingredients) == parts
        for brand in drug.brands
    }


def _likely(name: str) -> list[Drug]:
    """The one ingredient that a misspelt word is like ("Simvistatin")."""
    found: dict[str, Drug] = {}
    for word in words(_short(name)):
        if len(word) < 7 or word in SALTS:
            continue
        near = [
            (n[0], d)
            for n, ds in _by_name().items()
            for d in ds
            if len(n) == 1 and like(word, n[0])
        ]
        if len({n for n, _ in near}) == 1 and not near[0][1].combined:
            found[near[0][0]] = near[0][1]
    return list(found.values()) if len(found) == 1 else []


def like(one: str, other: str) -> bool:
    """Whether one is a misspelling of the other; never within a pair of look-alikes."""
    if frozenset((one, other)) in lookalikes():
        return False
    return DamerauLevenshtein.normalized_similarity(one, other) >= _LIKE


def lookalike(one: str, other: str) -> tuple[str, str] | None:
    """The pair of look-alikes that two names hold, if they do."""
    for a in words(one):
        for b in words(other):
            if frozenset((a, b)) in lookalikes():
                return a, b
    return None


@lru_cache(maxsize=4096)
def classes_of(name: str) -> frozenset[str]:
    """The classes of every ingredient that a name holds."""
    return frozenset(c for drug in (_singles(name) or _likely(name)) for c in drug.classes)


@cache
def drug_classes() -> dict[Bag, str]:
    """Every class of the table by its name."""
    return {bag(c): c for drug in drugs() for c in drug.classes}


def same_drug(one: str, other: str) -> bool:
    """Whether two names have an ingredient in common; drugs of no table by their words alone."""
    ours, theirs = (
        {part for drug in drugs_in(name) for part in drug.ingredients} for name in (one, other)
    )
    if ours and theirs:
        return bool(ours & theirs)
    return bool(drug_names(one) & drug_names(other))
