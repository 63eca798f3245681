"""Active, resolved, stopped, on hold, confirmed, taken: as the chart has it, or not."""

import re
from collections.abc import Iterator, Sequence

from recommendations.clinical.facts import (
    AllergyFact,
    AppointmentFact,
    ConditionFact,
    Fact,
    MedicationFact,
    ProcedureFact,
)
from recommendations.verification.naming.drugs import same_drug
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.rules import differs
from recommendations.verification.sentence.cues import cue
from recommendations.verification.sentence.items import Item

_LASTING = (ConditionFact, AllergyFact, MedicationFact)
_EVENTS = (ProcedureFact, AppointmentFact)
_CURRENT = frozenset(("active", "recurrence", "relapse"))
_OVER = frozenset((
    "resolved", "inactive", "remission", "stopped", "completed", "cancelled", "on-hold", "ended",
))  # fmt: skip
_SAYS_CURRENT = frozenset(("active", "recurrence"))
_SAYS_OVER = frozenset(("resolved", "inactive", "stopped", "ended", "not-active", "completed",
                        "remission", "cancelled"))  # fmt: skip
_OF_EVENTS = frozenset(("performed", "completed", "booked", "cancelled", "noshow", "not-done",
                        "fulfilled"))  # fmt: skip
_LITTLE = frozenset(("now", "has", "have", "since", "is", "was", "which", "that", "been", "fully"))
_OF_PROCEDURES = frozenset(("performed", "completed", "not-done"))
_TAKES = re.compile(
    r"\b(?:takes|taking|(?:remains|stays|is|still|currently|continues) on|on|uses|using"
    r"|continues(?: to take)?|still takes)(?: (?:his|her|the))? $"
)
_NOT_HERE = re.compile(
    r"\b(?:not|no|never|without|if|when|while|after|before|because|once) [^,;]*$"
)
_HAS = re.compile(
    r"\b(?:has|had|with|suffers from|diagnosed with|known|confirmed)(?: (?:an?|the|known))* $"
)


def findings(own: Own) -> Iterator[Finding]:
    """Each word for a state beside the entry it is said of."""
    for item in own.cues("status"):
        if not (own.weighed(item) or own.negated(item)):
            yield from _status(own, item)
    for item in own.cues("criticality"):
        yield from _criticality(own, item)
    for item in own.cues("verification"):
        yield from _verification(own, item)
    yield from _taken(own)
    yield from _had(own)


def _status(own: Own, item: Item) -> Iterator[Finding]:
    near = own.nearest(item, (*_LASTING, *_EVENTS), most=4) or _trailed(own, item)
    near = near or _of_a_day(own, item)
    if near is None:
        return
    lasting = [f for f in near[1] if isinstance(f, _LASTING)]
    events = [f for f in near[1] if isinstance(f, _EVENTS)]
    if item.value in _SAYS_CURRENT and lasting and all(_is_over(f) for f in lasting):
        yield _told("status_differs", near[0], item, lasting[0])
    elif item.value in _SAYS_OVER and lasting and (still := _still(own, item, lasting)):
        yield _told("status_differs", near[0], item, still)
    elif item.value == "on-hold" and lasting and all(f.status == "active" for f in lasting):
        if not own.fresh:
            yield _told("status_differs", near[0], item, lasting[0])
    elif item.value in _OF_EVENTS and events and not lasting and not own.planned:
        judged = [
            cue(item, f, own.chart)
            for f in events
            if isinstance(f, AppointmentFact) or item.value in _OF_PROCEDURES
        ]
        if judged and all(j.holds is False for j in judged):
            yield _told("status_differs", near[0], item, events[0])


def _trailed(own: Own, item: Item) -> tuple[Item, list[Fact]] | None:
    """ "Heart failure, now resolved": the only thing named, before a comma and little else."""
    names = list(own.names((*_LASTING, *_EVENTS)))
    if len(names) != 1 or names[0][0].end > item.start:
        return None
    between = set(own.said[names[0][0].end : item.start])
    return names[0] if between <= _LITTLE and item.start - names[0][0].end <= 4 else None


def _of_a_day(own: Own, item: Item) -> tuple[Item, list[Fact]] | None:
    """ "The bronchitis of 16 May 2020 is ongoing": the one name, and its day before the cue."""
    near = own.only(*_LASTING, *_EVENTS)
    if near is None or near[0].end > item.start or own.said[item.start - 1] not in _LITTLE:
        return None
    return near if any(near[0].end <= d.start < item.start for d in own.days()) else None


def _is_over(fact: Fact) -> bool:
    return fact.status in _OVER or getattr(fact, "verification", "") == "refuted"


def _still(own: Own, item: Item, found: Sequence[Fact]) -> Fact | None:
    """What goes on of something that is said to be over.

    Of a drug every order must be over, unless the sentence tells the dose of one that is.
    """
    if item.value == "completed":
        return None  # a course is finished while its order is still open
    if not all(isinstance(f, MedicationFact) for f in found):
        conditions = [f for f in found if not isinstance(f, MedicationFact)]
        going = all(f.status in _CURRENT for f in conditions)
        return conditions[0] if going and not _refuted(conditions) else None
    if own.planned or own.fresh or own.days():
        return None
    doses = any(i.kind in {"number", "frequency"} for i in own.scan.items)
    if doses and any(f.status in _OVER for f in found):
        return None
    orders = own.chart.standing(MedicationFact)
    return next((f for f in orders if f.status == "active" and _alike(f, found)), None)


def _alike(fact: Fact, found: Sequence[Fact]) -> bool:
    return fact in found or (
        len(found) > 1 and any(same_drug(fact.name, other.name) for other in found)
    )


def _refuted(found: Sequence[Fact]) -> bool:
    return any(getattr(f, "verification", "") == "refuted" for f in found)


def _verification(own: Own, item: Item) -> Iterator[Finding]:
    """ "Confirmed" and "ruled out"; what is only weighed is reasoning, and left alone."""
    if item.value not in {"confirmed", "refuted"} or own.weighed(item) or own.negated(item):
        return
    near = own.nearest(item, (ConditionFact, AllergyFact), most=4)
    if near is None:
        return
    judged = [(cue(item, f, own.chart), f) for f in near[1]]
    if all(j.holds is False for j, _ in judged):
        yield _told("verification_differs", near[0], item, judged[0][1], judged[0][0].chart)


def _criticality(own: Own, item: Item) -> Iterator[Finding]:
    near = own.nearest(item, AllergyFact, most=6) or own.only(AllergyFact)
    judged = [(cue(item, f, own.chart), f) for f in near[1]] if near else []
    if near and judged and all(j.holds is False for j, _ in judged) and not own.negated(item):
        chart = judged[0][0].chart
        yield _told("criticality_differs", near[0], item, judged[0][1], chart)


def _taken(own: Own) -> Iterator[Finding]:
    """A drug that is said to be taken, of which every order is stopped, over or on hold."""
    if own.planned or own.told:
        return
    for name, found in own.names(MedicationFact):
        before = own.text(0, name.start) + " "
        if not (hit := _TAKES.search(before)) or _NOT_HERE.search(before):
            continue
        if all(f.status in _OVER for f in found):
            said = f"{hit[0].strip()} {name.text}"
            yield differs("status_differs", said, _words(found[0]), found[0].handle)


def _had(own: Own) -> Iterator[Finding]:
    """A condition that somebody is said to have, and that was ruled out."""
    for name, found in own.names(ConditionFact):
        before = own.text(0, name.start) + " "
        hit = _HAS.search(before)
        if any(i.start < name.start for i in own.cues("relation")):
            continue
        if hit and not _NOT_HERE.search(before) and not own.weighed(name) and _all_refuted(found):
            said = f"{hit[0].strip()} {name.text}"
            yield differs("verification_differs", said, _words(found[0]), found[0].handle)


def _all_refuted(found: Sequence[Fact]) -> bool:
    return all(getattr(f, "verification", "") == "refuted" for f in found)


def _told(rule: str, name: Item, item: Item, fact: Fact, chart: str = "") -> Finding:
    said = f"{name.text} {item.text}" if name.start < item.start else f"{item.text} {name.text}"
    return differs(rule, said, chart or _words(fact), fact.handle)


def _words(fact: Fact) -> str:
    verification = getattr(fact, "verification", "")
    return verification if verification == "refuted" else fact.status.replace("-", " ")
