"""Left, right and both sides, as the chart has them."""

from collections.abc import Iterator

from recommendations.clinical.facts import ConditionFact, ProcedureFact
from recommendations.verification.naming import surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.plain import FILLERS, bagged, listed
from recommendations.verification.rules import differs

_SIDES = {"left": "left", "right": "right", "bilateral": "bilateral", "both": "bilateral",
          "bilaterally": "bilateral"}  # fmt: skip
_BETWEEN = listed("side sided on in at old") | FILLERS
_ALONE = listed("only alone just solely")
_ROOM = 5  # words that may stand with a name besides its own
Sided = ConditionFact | ProcedureFact


def findings(own: Own) -> Iterator[Finding]:
    """A side that every entry of this name has otherwise."""
    told = {_SIDES[word] for word in own.said if word in _SIDES}
    if len(told) != 1:
        return  # of two sides the sentence compares them
    side = told.pop()
    chart = own.chart
    sided: list[Sided] = [*chart.standing(ConditionFact), *chart.standing(ProcedureFact)]
    found = [f for f in sided if f.laterality and _stands_with_side(own, f)]
    if found and not any(_agrees(own, side, f.laterality) for f in found):
        recorded = f"{found[0].laterality} ({found[0].name})"
        said = next(word for word in own.said if word in _SIDES)
        yield differs("laterality_differs", said, recorded, found[0].handle)


def _agrees(own: Own, said: str, recorded: str) -> bool:
    """One side of two is told without denying the other, unless it is the only one."""
    if recorded == "bilateral":
        return said == "bilateral" or not _ALONE & set(own.said)
    return said == recorded


def _stands_with_side(own: Own, fact: Sided) -> bool:
    """Whether a name of the fact stands round a side, with nothing else among its words."""
    names = {tuple(w for w in name if w not in _SIDES) for name in surfaces(fact)}
    most = max((len(name) for name in names), default=0) + _ROOM
    places = [at for at, word in enumerate(own.said) if word in _SIDES]
    return any(
        _bare(own.said[start:end]) in names
        for at in places
        for start in range(max(0, at - most), at + 1)
        for end in range(at + 1, min(len(own.said), start + most) + 1)
    )


def _bare(said: list[str]) -> tuple[str, ...]:
    return bagged(tuple(w for w in said if w not in _SIDES and w not in _BETWEEN))
