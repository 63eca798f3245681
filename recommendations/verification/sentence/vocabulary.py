"""The words that one statement's facts bring with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    FamilyHistoryFact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    ProcedureFact,
    ReferralFact,
)
from recommendations.verification.lexicon import tables
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.drugs import classes_of
from recommendations.verification.naming.surfaces import component_names, condition_names
from recommendations.verification.plain import Bag, bag, listed, without_kinds, words
from recommendations.verification.sentence.items import Cast, Subject

_QUALIFIED = re.compile(r"^(?:sub)?acute |^recurrent ", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:[^\W\d_]+ ){0,4}(?:note|intake|summary|report|letter|consult|history)", re.IGNORECASE
)
# Classes whose names are those of substances somebody may be allergic to.
_SUBSTANCES = frozenset(("penicillin", "cephalosporin", "sulfonamide", "beta lactam", "insulin",
                         "heparin", "iron", "estrogen"))  # fmt: skip
DIED = ("deceased", "died")
INITIALS = "initials"  # a name of this detail is one in capitals alone
_SIDE = re.compile(r"\b(?:left|right|both|bilateral)\b", re.IGNORECASE)
_CUT = re.compile(r"[,(\[]| with | due to ")
_SMALL = listed("of the and in to a an for on or by")
Entry = tuple[str, int, str]  # kind, index of the subject (-1 for none), detail


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by their bags; ``longest`` is the most words of any, with room for articles."""

    entries: dict[Bag, list[Entry]]
    words: frozenset[str]
    longest: int


def vocabulary(cast: Cast, heading: frozenset[str] = frozenset()) -> Vocabulary:
    """Every phrase that the facts of ``cast`` license, where ``heading`` stands before a colon."""
    entries: dict[Bag, list[Entry]] = {}
    for phrase, entry in (*_phrases(cast), *_headed(cast, heading)):
        if phrase and entry not in entries.setdefault(phrase, []):
            entries[phrase].append(entry)
    words = frozenset(word for phrase in entries for word in phrase)
    # A bag has lost its articles: "injury of tendon of the rotator cuff of shoulder" keeps five.
    longest = 2 * max((len(phrase) for phrase in entries), default=0) + 2
    return Vocabulary(entries, words, longest)


def _phrases(cast: Cast) -> Iterator[tuple[Bag, Entry]]:
    for subject in cast.subjects:
        classes = not cast.inferred or not isinstance(subject.fact, MedicationFact)
        yield from (p for p in _of_subject(subject) if classes or p[1][0] != "detail")
        if cast.inferred and isinstance(subject.fact, ConditionFact):
            yield bag(_QUALIFIED.sub("", subject.fact.name)), ("name", subject.index, "")
    for number, claim in enumerate(cast.absences):
        for name in {bag(claim.term), *condition_names(claim.term)}:
            yield name, ("term", -1 - number, claim.term)
    for counted in cast.counts:
        yield bag(counted.what), ("name", -1, counted.what)


def _headed(cast: Cast, heading: frozenset[str]) -> Iterator[tuple[Bag, Entry]]:
    """ "Pollens on the list: grass and tree": what the heading says of all is left out of each."""
    for subject in cast.subjects if heading else ():
        if subject.fact.kind in {"demographics", "family_history", "note"}:
            continue
        for name in surfaces(subject.fact):
            rest = tuple(word for word in name if word not in heading)
            if rest and rest != name and all(word.isalpha() and len(word) > 2 for word in rest):
                yield rest, ("name", subject.index, "")
                yield from (
                    ((word,), ("detail", subject.index, word)) for word in {*name} - {*rest}
                )


def occasions(reason: str) -> tuple[str, ...]:
    """The reason of a visit, and each of several that stand in one list."""
    parts = [part.strip() for part in re.split(r"[,;]|\band\b", reason)]
    return (reason, *(part for part in parts if part and part != reason))


def _of_subject(subject: Subject) -> Iterator[tuple[Bag, Entry]]:
    fact, at = subject.fact, subject.index
    if isinstance(fact, FamilyHistoryFact):
        for condition in fact.conditions:
            yield from ((name, ("name", at, condition)) for name in condition_names(condition))
        return
    if fact.kind != "demographics":
        names = surfaces(fact)
        yield from ((name, ("name", at, "")) for name in names)
        yield from ((name, ("name", at, "")) for name in _sided(fact, names))
        if not isinstance(fact, ObservationFact) or "," not in fact.name:
            yield from ((name, ("name", at, INITIALS)) for name in _initials(fact.name))
    yield from ((bag(text), (kind, at, text)) for kind, text in _texts(subject) if text)
    for kind, text in _conditions(subject):
        yield from ((name, (kind, at, text)) for name in condition_names(text))
    if isinstance(fact, ObservationFact):
        yield from _of_result(fact, at)


def _initials(name: str) -> Iterator[Bag]:
    """ "AVR" of "Aortic valve replacement": initials that the tables know for nothing else."""
    told = [w for w in words(_CUT.split(name)[0]) if w not in _SMALL and w[0].isalpha()]
    short = "".join(word[0] for word in told)
    if 2 < len(short) < 6 and not any(
        (short,) in table for table in (tables.conditions(), tables.tests()[1], tables.cues())
    ):
        yield (short,)


def _sided(fact: Fact, names: frozenset[Bag]) -> Iterator[Bag]:
    """ "Osteoarthritis of the right knee" of what the chart has as of the knee, right."""
    side = fact.laterality if isinstance(fact, ConditionFact | ProcedureFact) else ""
    for said in _SIDES.get(side, ()):
        yield from (tuple(sorted({*name, *said.split()})) for name in names)


_SIDES = {
    "left": ("left", "left side", "left sided"), "right": ("right", "right side", "right sided"),
    "bilateral": ("bilateral", "both"),
}  # fmt: skip


def _of_result(fact: ObservationFact, at: int) -> Iterator[tuple[Bag, Entry]]:
    """What a result that is told in words says, and of what; the parts of a panel by name."""
    test, sign, value = fact.value_text.partition(" = ")
    if sign and without_kinds(value).strip():
        yield bag(test), ("name", at, "")
        yield bag(value), ("value_text", at, fact.value_text)
    for part in fact.components:
        yield from ((name, ("component", at, part.name)) for name in component_names(part))


def _texts(subject: Subject) -> Iterator[tuple[str, str]]:
    fact = subject.fact
    if isinstance(fact, ObservationFact):
        test, sign, _ = fact.value_text.partition(" = ")
        yield "value_text", fact.value_text if not sign or bag(test) != bag(fact.value_text) else ""
    elif isinstance(fact, NoteFact):
        title = fact.text.partition("\n")[0].strip()
        yield "name", title if _TITLE.fullmatch(title) else ""
        yield from (("name", f"{who} note") for who in _callings(fact.author))
        yield "author", fact.author
        yield from (("author", part) for part in fact.author.split(",")[:1])
    elif isinstance(fact, EncounterFact):
        yield from (("detail", t) for t in (fact.service, fact.encounter_class))
    elif isinstance(fact, AppointmentFact):
        yield "detail", fact.service
    elif isinstance(fact, CarePlanFact):
        yield from (("detail", activity) for activity in fact.activities)
    elif isinstance(fact, MedicationFact):
        yield from (("detail", each) for each in sorted(classes_of(fact.name) - _SUBSTANCES))
    else:
        yield from _more_texts(fact)


def _more_texts(fact: Fact) -> Iterator[tuple[str, str]]:
    if isinstance(fact, ConditionFact | ProcedureFact):
        yield "detail", fact.body_site
        yield (
            "detail",
            _SIDE.sub("", fact.body_site),
        )  # the side stands with the name, as in "…, right hip"
        yield "detail", getattr(fact, "severity", "")
    elif isinstance(fact, AllergyFact):
        yield "detail", fact.category
    elif isinstance(fact, AdministrationFact):
        yield "why", fact.reason
    elif isinstance(fact, ReferralFact):
        yield "author", fact.requester
        yield from (("author", part) for part in fact.requester.split(",")[:1])
        yield "detail", fact.performer
    elif isinstance(fact, DemographicsFact) and fact.deceased:
        yield from (("detail", word) for word in DIED)


_CALLINGS = {
    "RN": ("nurse", "nursing"), "LPN": ("nurse", "nursing"), "LVN": ("nurse", "nursing"),
    "MD": ("physician", "doctor"), "DO": ("physician", "doctor"),
    "PharmD": ("pharmacist", "pharmacy"), "RD": ("dietitian",), "LCSW": ("social work",),
}  # fmt: skip


def _callings(author: str) -> Iterator[str]:
    """What the letters after an author's name say that they are."""
    letters = {part.strip(" .") for part in author.split(",")[1:]}
    return (who for held in sorted(letters) for who in _CALLINGS.get(held, ()))


def _conditions(subject: Subject) -> Iterator[tuple[str, str]]:
    fact = subject.fact
    if isinstance(fact, AllergyFact):
        yield from (("reaction", r.manifestation) for r in fact.reactions)
    elif isinstance(fact, MedicationFact) and fact.reason:
        yield "reason", fact.reason
    elif isinstance(fact, EncounterFact | AppointmentFact | ReferralFact) and fact.reason:
        yield from (("occasion", part) for part in occasions(fact.reason))
