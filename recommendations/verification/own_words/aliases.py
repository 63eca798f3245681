"""What a clinician calls a thing for short: "pneumonia" of a community acquired one.

Only for own words, where a short name must differ from every entry that it may mean. A statement of
the draft is held to the entry's own name.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from recommendations.clinical.facts import (
    AppointmentFact,
    ConditionFact,
    Fact,
    ProcedureFact,
)
from recommendations.verification.chart import Chart
from recommendations.verification.plain import Bag, bag, listed, stem, words
from recommendations.verification.sentence.items import Item

_KINDS = (ConditionFact, ProcedureFact, AppointmentFact)
_CUT = re.compile(r"\b(?:without|with|of|due|in|to|for|stage|type|and|on)\b|[,([-]")
# Heads that are too wide to mean one entry.
_WIDE = listed(
    "disease disorder syndrome failure deficiency infection injury pain condition finding problem "
    "situation procedure history mass index care examination test therapy treatment education "
    "visit clinic surgery operation state abuse use status study imaging management measurement "
    "plan review assessment removal insertion placement biopsy ultrasound cyst fracture rupture "
    "laceration hygiene full part employment level stress service contact education x"
)
_SPECIAL = {
    "cardioverter": ("icd", "defibrillator"), "defibrillator": ("icd", "defibrillator"),
    "transthoracic echocardiography": ("echo", "echocardiogram", "echocardiography"),
}  # fmt: skip


@lru_cache(maxsize=4096)
def short_names(kind: type[Fact], name: str) -> frozenset[Bag]:
    """The short names of an entry, as bags of words."""
    if kind is AppointmentFact:
        return frozenset((bag(f"{name} appointment"), bag(f"{name} visit")))
    low = name.lower()
    found = {bag(each) for key, names in _SPECIAL.items() if key in low for each in names}
    head = words(_CUT.split(low, maxsplit=1)[0])
    if head and stem(head[-1]) not in _WIDE and len(head[-1]) > 3:
        found |= {bag(head[-1]), bag(" ".join(head[-2:]))}
    return frozenset(found)


def by_alias(said: list[str], chart: Chart) -> dict[int, tuple[int, list[Fact]]]:
    """Where short names stand: by first word, how many words, and what they may mean."""
    stems = [stem(word) for word in said]
    known: dict[Bag, list[Fact]] = {}
    for kind in _KINDS:
        facts: list[Any] = list(chart.standing(kind))
        for fact in facts:
            for name in short_names(kind, fact.name):
                if set(name) <= set(stems):
                    known.setdefault(name, []).append(fact)
    found: dict[int, tuple[int, list[Fact]]] = {}
    for at in range(len(said)):
        for size in (3, 2, 1):
            meant = known.get(tuple(sorted(stems[at : at + size])))
            if meant and at + size <= len(said):
                found[at] = (size, meant)
                break
    return found


def with_aliases(
    items: list[Item], places: dict[int, tuple[int, list[Fact]]], index: dict[str, int]
) -> list[Item]:
    """The items, short names among them read as names."""
    kept: list[Item] = []
    upto = 0
    for item in items:
        if item.start < upto:
            continue
        size, facts = places.get(item.start, (0, []))
        mine = frozenset(index[f.handle] for f in facts)
        if item.kind == "name" and mine and item.end - item.start <= size:
            kept.append(replace(item, subjects=item.subjects | mine))
        elif mine and item.kind in {"word", "residue", "cue"} and item.family != "stay":
            upto = item.start + size
            kept.append(replace(item, kind="name", end=upto, family="", value="", subjects=mine))
        else:
            kept.append(item)
    return kept
