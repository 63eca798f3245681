"""Which results are told: of hundreds, the few that a clinician would look for first."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from recommendations.agent.offline import phrases
from recommendations.agent.offline.desk import Desk
from recommendations.agent.offline.telling import Telling, tell, untold
from recommendations.clinical.facts import ObservationFact
from recommendations.clinical.observations import FINAL, by_test, is_abnormal
from recommendations.clinical.results import ToolName, Trend

_CHANGE = 0.1  # of the first value: less is within what repeats of a test differ by
_WEIGHT_CHANGE = 0.02  # a few kilograms of water are a few percent
_LATE = 30  # days
_ABNORMAL, _TRENDS, _OTHERS, _SIGNS_BESIDE_RESULTS = 6, 2, 3, 4
# Blood pressure (two codes in use), pulse, oxygen saturation (two), temperature, weight,
# respiratory rate: LOINC.
_WEIGHT = "29463-7"
_SIGNS = (
    "85354-9", "55284-4", "8867-4", "59408-5", "2708-6", "8310-5", _WEIGHT, "9279-1",
)  # fmt: skip


_OUT_OF_RANGE = ("result out of range", "results out of range")
_RESULT, _SIGN = ("result", "results"), ("vital sign", "vital signs")
_MOVE = ("change of a value", "changes of values")


def abnormal(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest values out of range."""
    found = out_of_range(desk)
    yield from tell(_OUT_OF_RANGE, found, partial(phrases.observation, section), most=_ABNORMAL)


def out_of_range(desk: Desk) -> list[ObservationFact]:
    """The newest value of each test, where it is out of range."""
    return [fact for fact in _newest(desk, ToolName.LABS)[0] if is_abnormal(fact)]


def latest(desk: Desk) -> list[ObservationFact]:
    """The newest value of each test."""
    return _newest(desk, ToolName.LABS)[0]


def moved(desk: Desk, section: str) -> Iterator[Telling]:
    """The laboratory values that moved, then a weight that did."""
    yield from trends(desk, section, ToolName.LABS)
    yield from trends(desk, section, ToolName.VITALS)


def signs(desk: Desk, section: str) -> Iterator[Telling]:
    """The first few vital signs, where results would crowd them out."""
    yield from islice(vitals(desk, section), _SIGNS_BESIDE_RESULTS)


def others(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest of the rest."""
    found, older = _newest(desk, ToolName.LABS)
    told = [fact for fact in found if is_abnormal(fact)][:_ABNORMAL]
    rest = [fact for fact in found if fact not in told]
    yield from tell(_RESULT, rest, partial(phrases.observation, section), most=_OTHERS)
    yield from untold(_RESULT, older)


def vitals(desk: Desk, section: str) -> Iterator[Telling]:
    """The newest of each sign that is taken at every visit, in the usual order."""
    found, older = _newest(desk, ToolName.VITALS)
    usual = sorted((fact for fact in found if _sign(fact) < len(_SIGNS)), key=_sign)
    yield from tell(_SIGN, usual, partial(phrases.observation, section), most=6)
    yield from untold(_SIGN, [fact for fact in (*found, *older) if fact not in usual])


def trends(desk: Desk, section: str, tool: ToolName) -> Iterator[Telling]:
    """The movements that end out of range, then those that end of late, the largest first."""
    found = [pair for trend in desk.call(tool).trends if (pair := _movement(desk, trend))]
    found.sort(
        key=lambda pair: (
            not is_abnormal(pair[1]),
            not desk.recent(pair[1].effective, _LATE),
            -_change(*pair),
        )
    )
    for place, (first, last) in enumerate(found):
        said = phrases.trend(section, first, last) if place < _TRENDS else None
        yield Telling(_MOVE, (first.handle, last.handle), said)


def _movement(desk: Desk, trend: Trend) -> tuple[ObservationFact, ObservationFact] | None:
    """The values between which it moved; nothing where that is little, or not of late."""
    last = desk.fact(trend.last, ObservationFact)
    if last is None or not desk.recent(last.effective):
        return None
    if last.category == "vital-signs" and not _is_weight(last):  # others swing within a day
        return None
    # A weight is held against its turning points too: water lost in hospital may be back.
    begun = {trend.first, trend.low, trend.high} if _is_weight(last) else {trend.first}
    firsts = [fact for handle in sorted(begun) if (fact := desk.fact(handle, ObservationFact))]
    first = max(firsts, key=lambda fact: _change(fact, last), default=None)
    least = _WEIGHT_CHANGE if _is_weight(last) else _CHANGE
    return (first, last) if first and _change(first, last) >= least else None


def _change(first: ObservationFact, last: ObservationFact) -> float:
    """The change as a share of the first value; 0 where it has none."""
    if not (first.value and last.value and first.value.value > 0):
        return 0.0
    return float(abs(last.value.value - first.value.value) / first.value.value)


def _is_weight(fact: ObservationFact) -> bool:
    return any(coding.code == _WEIGHT for coding in fact.codings)


def _newest(desk: Desk, tool: ToolName) -> tuple[list[ObservationFact], list[ObservationFact]]:
    """The newest standing value of each test of late, else the last known few, and more of those.

    Two values of one moment are both the newest: which of them is right is not for code to say.
    """
    facts = [f for f in desk.facts(tool, ObservationFact) if f.status in FINAL]
    latest = {
        id(value)
        for values in by_test(facts).values()
        for value in values
        if value is values[0] or (value.effective and value.effective == values[0].effective)
    }
    found = [fact for fact in facts if id(fact) in latest]
    late = [fact for fact in found if desk.recent(fact.effective)]
    return (late, []) if late else (found[:_OTHERS], found[_OTHERS:])


def _sign(fact: ObservationFact) -> int:
    codes = {coding.code for coding in fact.codings}
    return next((place for place, code in enumerate(_SIGNS) if code in codes), len(_SIGNS))
