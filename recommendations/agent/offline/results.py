"""Which results are told: of hundreds, the few that a clinician would look for first."""

from collections.abc import Iterator

from recommendations.agent.offline import phrases
from recommendations.agent.offline.desk import Desk
from recommendations.clinical.facts import ObservationFact, ToolName, Trend
from recommendations.clinical.observations import FINAL, by_test, is_abnormal

_CHANGE = 0.1  # of the first value: less is within what repeats of a test differ by
_ABNORMAL, _TRENDS, _OTHERS = 6, 3, 3
# Blood pressure (two codes in use), pulse, oxygen saturation (two), temperature, weight,
# respiratory rate: LOINC.
_SIGNS = (
    "85354-9", "55284-4", "8867-4", "59408-5", "2708-6", "8310-5", "29463-7", "9279-1",
)  # fmt: skip


def labs(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """Values out of range, then what moved, then the newest of the rest."""
    newest = _newest(desk, ToolName.LABS)
    abnormal = [fact for fact in newest if is_abnormal(fact)][:_ABNORMAL]
    others = [fact for fact in newest if fact not in abnormal][:_OTHERS]
    yield from (phrases.observation(section, fact) for fact in abnormal)
    yield from trends(desk, section, ToolName.LABS)
    yield from (phrases.observation(section, fact) for fact in others)


def vitals(desk: Desk, section: str) -> Iterator[phrases.Said]:
    """The newest of each sign that is taken at every visit, in the usual order."""
    newest = [fact for fact in _newest(desk, ToolName.VITALS) if _sign(fact) < len(_SIGNS)]
    newest.sort(key=_sign)
    yield from (phrases.observation(section, fact) for fact in newest[:6])


def trends(desk: Desk, section: str, tool: ToolName) -> Iterator[phrases.Said]:
    """The largest movements that end in a recent value."""
    found = [(size, moved) for moved in desk.call(tool).trends if (size := _size(desk, moved))]
    found.sort(key=lambda pair: -pair[0])
    for _, moved in found[:_TRENDS]:
        first = desk.fact(moved.first, ObservationFact)
        last = desk.fact(moved.last, ObservationFact)
        if first and last:
            yield phrases.trend(section, moved, first, last)


def _size(desk: Desk, moved: Trend) -> float:
    """The change as a share of the first value; 0 where it is small, or not of late."""
    first = desk.fact(moved.first, ObservationFact)
    last = desk.fact(moved.last, ObservationFact)
    if not (first and last and first.value and last.value and first.value.value > 0):
        return 0.0
    change = float(abs(last.value.value - first.value.value) / first.value.value)
    return change if change >= _CHANGE and desk.recent(last.effective) else 0.0


def _newest(desk: Desk, tool: ToolName) -> list[ObservationFact]:
    """The newest standing value of each test; of late where there is any, else the last known."""
    facts = [f for f in desk.facts(tool, ObservationFact) if f.status in FINAL]
    latest = {id(values[0]) for values in by_test(facts).values()}
    found = [fact for fact in facts if id(fact) in latest]
    return [fact for fact in found if desk.recent(fact.effective)] or found[:_OTHERS]


def _sign(fact: ObservationFact) -> int:
    codes = {coding.code for coding in fact.codings}
    return next((place for place, code in enumerate(_SIGNS) if code in codes), len(_SIGNS))
