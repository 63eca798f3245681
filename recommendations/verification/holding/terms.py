"""What is looked for when something is said to be absent."""

from collections.abc import Callable
from dataclasses import dataclass

from recommendations.verification.lexicon import tables
from recommendations.verification.naming.drugs import classes_of, drug_classes, drug_names, drugs_in
from recommendations.verification.plain import Bag, bag, bagged, listed, stem, words

# The names of whole lists: of these nothing at all may be there.
_WHOLE: dict[str, tuple[str, ...]] = {
    "problems": ("problem", "diagnosis", "diagnose", "condition", "medical problem"),
    "encounter_diagnoses": ("diagnosis", "diagnose", "encounter diagnosis", "visit diagnosis"),
    "medications": ("medication", "medicine", "drug", "prescription", "medication order", "order"),
    "allergies": ("allergy", "allergie", "drug allergie", "drug allergy", "known allergie",
                  "known drug allergie", "medication allergie", "known allergy", "intolerance",
                  "known drug allergy", "allergies or intolerance"),
    "labs": ("lab", "laboratory result", "lab result", "result", "laboratory test"),
    "vitals": ("vital sign", "vital"),
    "notes": ("note", "clinical note"),
    "encounters": ("visit", "encounter", "stay", "hospital stay"),
    "appointments": ("appointment", "upcoming appointment", "future appointment",
                     "scheduled appointment"),
    "immunizations": ("immunization", "vaccine", "vaccination"),
    "care_plans": ("care plan", "plan"),
    "procedures": ("procedure", "surgery", "surgerie", "operation"),
    "family_history": ("family history", "relative"),
    "administrations": ("dose", "dose given", "medication", "drug", "medicine"),
    "pending_results": ("pending result", "pending laboratory result", "pending lab result",
                        "result pending", "pending test", "pending report"),
}  # fmt: skip
# What a list is of, in names of its entries: a visit to oncology may be called "Oncology".
_VISITS = listed(
    "appointment appointments visit visits encounter encounters clinic consult consultation "
    "referral follow up followup service department scheduled booked a an the with to for at in of"
)
_KIND_NOUNS: dict[str, frozenset[str]] = {
    "appointments": _VISITS, "encounters": _VISITS,
    "care_plans": listed("plan plans care for of the a an"),
    "procedures": listed("procedure procedures operation operations a an the of"),
    "notes": listed("note notes clinical a an the of from by"),
}  # fmt: skip
# What may stand beside the name of a class of drugs: "any beta blocker therapy".
_OF_CLASSES = listed(
    "a an the any allergy antibiotic class dose therapy medication drug agent order prescription"
)
_CURRENT = listed("active current currently ongoing upcoming")
_GENERIC = listed(
    "disease disorder syndrome chronic acute history of the a an and or with without in on to for "
    "type stage use known recorded other unspecified level test vaccine therapy treatment "
    "infection condition pain problem drug active current recent prior any new documented"
)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A term and all that shows it. ``known`` is false where its other names are not."""

    names: frozenset[Bag]
    telling: frozenset[str]
    known: bool
    whole: bool = False
    current: bool = False
    drugs: Callable[[str], bool] | None = None


def term_of(text: str, searched: str) -> Term:
    """What to look for."""
    said = words(text)
    current = bool(_CURRENT & set(said))
    bare = tuple(w for w in said if w not in _CURRENT) or said
    name = bagged(bare)
    if name in {bag(each) for each in _WHOLE.get(searched, ())}:
        return Term(frozenset((name,)), frozenset(), known=True, whole=True, current=current)
    plain = " ".join(bare)
    if searched in {"medications", "administrations"} and (drugs := _drugs(plain)):
        return Term(frozenset((name,)), frozenset(), known=True, current=current, drugs=drugs)
    names, known = _names(plain, searched)
    drugs = _drugs(plain) if searched == "allergies" else None
    telling = frozenset(stem(w) for w in bare if w not in _GENERIC) | frozenset(bare) - _GENERIC
    return Term(frozenset(names), telling, known, current=current, drugs=drugs)


def _drugs(plain: str) -> Callable[[str], bool] | None:
    """A test for drugs of this name or class."""
    label = drug_classes().get(_class_bag(plain))
    if label is not None:
        return lambda name: label in classes_of(name) or _says(plain, name)
    if drugs_in(plain):
        wanted = drug_names(plain)
        parts = {part for drug in drugs_in(plain) for part in drug.ingredients}
        return lambda name: bool(wanted & drug_names(name)) or any(_says(p, name) for p in parts)
    return None


def _class_bag(plain: str) -> Bag:
    return tuple(sorted(stem(w) for w in words(plain) if stem(w) not in _OF_CLASSES))


def _says(plain: str, name: str) -> bool:
    return set(bag(plain)) <= set(bag(name))


def _names(plain: str, searched: str) -> tuple[set[Bag], bool]:
    """Every name of a term, and whether the lexicon has it."""
    name = bag(plain.removeprefix("history of "))
    names, known = {name}, False
    if searched in {"labs", "vitals"}:
        for meaning in tables.tests()[1].get(name, ()):
            names |= meaning.names
            known = True
        return names, known
    names |= _services(plain, searched)
    for suffix in ("", " allergy", " vaccine", " immunization", " vaccination"):
        if suffix and not plain.endswith(suffix):
            continue
        base = bag(plain.removesuffix(suffix))
        for meaning in tables.conditions().get(base, ()):
            names |= {base, *meaning.names, *meaning.narrower}
            known = True
        if searched == "allergies":
            names.add(base)
    if searched == "allergies":
        known |= _drug_allergy(plain, names)
    # Of what is listed by kind and not by finding, the words themselves are the names.
    return names, known or searched in {"appointments", "encounters", "care_plans", "notes"}


def _services(plain: str, searched: str) -> set[Bag]:
    """The term without the noun of its list, and every name of the service that it is."""
    nouns = _KIND_NOUNS.get(searched, frozenset())
    bare = tuple(w for w in words(plain) if w not in nouns)
    if not nouns or not bare:
        return set()
    found = {bagged(bare)}
    for each in (bagged(bare), bag(plain)):
        for meaning in tables.services().get(each, ()):
            found |= {*meaning.names, *meaning.narrower}
    return found


def _drug_allergy(plain: str, names: set[Bag]) -> bool:
    base = plain.removesuffix(" allergy")
    found = drugs_in(base)
    for drug in found:
        names |= {bag(n) for n in (*drug.ingredients, *drug.brands, *drug.classes)}
    return bool(found)


def holds_words(text: tuple[str, ...], name: Bag) -> bool:
    """Whether a running text has the words of a name close together."""
    size, wanted = len(name), set(name)
    stems = [stem(word) for word in text]
    return any(wanted <= set(stems[at : at + size + 1]) for at in range(len(stems)))
