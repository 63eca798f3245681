"""Of whom something is said: the patient, by age and sex, or a relative."""

import re
from collections.abc import Iterator

from recommendations.clinical.facts import ConditionFact, DemographicsFact, FamilyHistoryFact
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.plain import Bag, bagged, listed, words
from recommendations.verification.rules import differs, finding
from recommendations.verification.sentence.items import Item

_OTHERS = re.compile(
    r"\b(?:wife|husband|spouse|partner|son|daughter|mother|father|mom|mum|dad|sister|brother|aunt|"
    r"uncle|cousin|niece|nephew|grand\w+|friend|neighbou?r|carer|caregiver|nurse|doctor|dr|"
    r"colleague|therapist|physician|surgeon|family|parents?|child|baby|girlfriend|boyfriend|boss|"
    r"employer|interpreter|pharmacist|midwife|specialist|cardiologist|neurologist|everyone|"
    r"somebody|someone|he or she|she or he|he/she|she/he)\b"
)
_HAS = re.compile(
    r"\b(?:he|she|patient|they)?\s*(?:has|had|is known to have|was diagnosed with|diagnosed with|"
    r"known|suffers from|history of)(?: (?:an?|the|known|had|history of))* $"
)
_BREAK = re.compile(r"[,;](?! (?:and|or)\b)|\bwhile\b")
_RISKS = listed("screening risk test testing prevention check gene clinic worry fear")
_SEX = re.compile(
    r"\b(?:year[- ]old|yo|y/o|this|an?|pleasant|elderly|young|old) "
    r"(woman|lady|female|girl|man|gentleman|male|boy)\b"
)
_FEMALE = frozenset(("woman", "lady", "female", "girl"))


def findings(own: Own) -> Iterator[Finding]:
    """Age, sex and kin that differ."""
    yield from _patient(own)
    yield from _family(own)


def _patient(own: Own) -> Iterator[Finding]:
    fact = next(iter(own.chart.standing(DemographicsFact)), None)
    if fact is None or _OTHERS.search(own.whole):
        return
    for item in own.scan.items:
        if item.kind == "age" and fact.age is not None and not own.weighed(item):
            number, unit = item.value
            at_age = item.start and own.said[item.start - 1] in {"at", "since", "from", "until"}
            if unit == "year" and number != fact.age and not at_age and "old" in item.text:
                yield differs("age_differs", item.text, fact.age_text, fact.handle)
    if fact.sex in {"female", "male"}:
        yield from _sex(own, fact)


def _sex(own: Own, fact: DemographicsFact) -> Iterator[Finding]:
    for hit in _SEX.finditer(own.low):
        if ("female" if hit[1] in _FEMALE else "male") != fact.sex:
            yield differs("sex_differs", hit[1], fact.sex, fact.handle)
            return
    for item in own.cues("pronoun"):
        if item.value != fact.sex:
            yield differs("sex_differs", f"\u201c{item.text}\u201d", fact.sex, fact.handle)
            return


def _family(own: Own) -> Iterator[Finding]:
    known = own.chart.standing(FamilyHistoryFact)
    for name, start, end in _conditions(own, known):
        holders = [f for f in known if any(name in condition_names(c) for c in f.conditions)]
        kin = _kin(own, start)
        wrong = [item for item in kin if not any(_is(item, f) for f in holders)]
        if wrong:
            yield _of_another(own, wrong[-1], holders, start, end)
        elif not kin and _said_of_patient(own, start, end) and not _patients_own(own, name):
            said, whose = own.text(start, end), holders[0].relationship
            told = f"Says {said} of the patient; the chart has it of the {whose.lower()} only."
            yield finding("experiencer_differs", told, ref=holders[0].handle, draft=said,
                          chart=whose, against=True)  # fmt: skip


def _conditions(own: Own, known: list[FamilyHistoryFact]) -> Iterator[tuple[Bag, int, int]]:
    """Each condition of a relative that is named, the longest name of a place once."""
    names = {n for f in known for c in f.conditions for n in condition_names(c)}
    most = max((len(n) for n in names), default=0) + 2
    at = 0
    while at < len(own.said) and names:
        for size in range(min(most, len(own.said) - at), 0, -1):
            if (found := bagged(tuple(own.said[at : at + size]))) in names:
                yield found, at, at + size
                at += size
                break
        else:
            at += 1


def _kin(own: Own, at: int) -> list[Item]:
    """The relatives of whom a condition is told; none where it is denied of them."""
    kin = [i for i in own.cues("relation") if not any(
        n.start > i.start and n.start < at for n in own.cues("negation"))]  # fmt: skip
    before = [i for i in kin if i.start < at and not _BREAK.search(own.text(i.end - 1, at))]
    told = before or kin
    return [i for i in told if i.value != "family"] or told


def _is(item: Item, fact: FamilyHistoryFact) -> bool:
    return item.value == "family" or set(words(item.value)) <= set(words(fact.relationship))


def _of_another(
    own: Own, item: Item, holders: list[FamilyHistoryFact], start: int, end: int
) -> Finding:
    whose = ", ".join(dict.fromkeys(f.relationship for f in holders))
    said = f"{item.text}: {own.text(start, end)}"
    return differs("relation_differs", said, whose, holders[0].handle)


def _said_of_patient(own: Own, start: int, end: int) -> bool:
    before, after = own.text(0, start) + " ", set(own.said[end : end + 2])
    denied = any(i.start < start for i in own.cues("negation"))
    plain = not (denied or _RISKS & after or "family" in own.said or _OTHERS.search(own.low))
    return plain and bool(_HAS.search(before))


def _patients_own(own: Own, name: Bag) -> bool:
    return any(
        set(name) <= set(other) or set(other) <= set(name)
        for f in own.chart.standing(ConditionFact)
        if f.verification != "refuted"
        for other in surfaces(f)
    )
