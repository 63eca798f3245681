"""A result's trend as SVG, drawn on the server: values, reference range, the cited one stressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recommendations.clinical.facts import ObservationFact, ReferenceRange
from recommendations.clinical.observations import FINAL, test_of, versus_range
from recommendations.views import when
from recommendations.views.facts import plain, range_of, value_of

WIDTH, TOP, BOTTOM, LEFT, RIGHT = 312, 26.0, 118.0, 34.0, 300.0
_MOST = 12
_LABELLED = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """One value. ``kind`` is a class of the design: dot, dot--high, dot--bad."""

    x: float
    y: float
    kind: str
    label: str
    label_y: float
    tone: str
    anchor: str
    radius: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A bound of the reference range."""

    y: float
    text_y: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """All that the SVG needs. Lengths are in its own units, 312 wide and 150 high."""

    title: str
    words: str
    dots: tuple[Dot, ...]
    line: str
    band_y: float | None
    band_height: float
    edges: tuple[Edge, ...]
    ticks: tuple[tuple[float, str], ...]
    range_words: str


def plot_of(cited: ObservationFact, known: Sequence[ObservationFact]) -> Plot | None:
    """The trend around a cited result; nothing where there are not two numbers to join."""
    values = _same_test(cited, known)
    if len(values) < 2:
        return None
    scale = _Scale.over(values, cited.reference_range)
    points = [(scale.x(moment), scale.y(float(_number(fact)))) for moment, fact in values]
    band_y, band_height, edges = _band(cited.reference_range, scale)
    return Plot(
        title=f"{cited.name}, {cited.value.unit}" if cited.value else cited.name,
        words=_words([fact for _, fact in values], cited.reference_range),
        dots=tuple(
            _dot(fact, point, place, len(values), cited=fact.handle == cited.handle)
            for place, ((_, fact), point) in enumerate(zip(values, points, strict=True))
        ),
        line="M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points),
        band_y=band_y,
        band_height=band_height,
        edges=edges,
        ticks=scale.ticks(),
        range_words=range_of(cited.reference_range),
    )


def _same_test(
    cited: ObservationFact, known: Sequence[ObservationFact]
) -> list[tuple[datetime, ObservationFact]]:
    found = [
        (moment, fact)
        for fact in known
        if test_of(fact) == test_of(cited)
        and fact.value is not None
        and not fact.value.comparator
        and (fact.status in FINAL or fact.handle == cited.handle)
        and (moment := _moment(fact)) is not None
    ]
    found.sort(key=lambda pair: pair[0])
    return found[-_MOST:] if any(f.handle == cited.handle for _, f in found[-_MOST:]) else []


def _moment(fact: ObservationFact) -> datetime | None:
    if fact.effective is None or len(fact.effective.day) < 10:
        return None  # a month alone has no place on the axis
    try:
        moment = datetime.fromisoformat(fact.effective.text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(fact: ObservationFact) -> float:
    return float(fact.value.value) if fact.value else 0.0


@dataclass(frozen=True, slots=True)
class _Scale:
    start: datetime
    seconds: float
    low: float
    high: float

    @classmethod
    def over(
        cls, values: Sequence[tuple[datetime, ObservationFact]], reference: ReferenceRange | None
    ) -> "_Scale":
        numbers = [_number(fact) for _, fact in values]
        if reference is not None:
            numbers += [float(n) for n in (reference.low, reference.high) if n is not None]
        room = (max(numbers) - min(numbers)) * 0.12 or abs(max(numbers)) * 0.1 or 1.0
        span = (values[-1][0] - values[0][0]).total_seconds()
        return cls(values[0][0], span or 1.0, min(numbers) - room, max(numbers) + room)

    def x(self, moment: datetime) -> float:
        return (
            LEFT + 14 + (RIGHT - LEFT - 22) * (moment - self.start).total_seconds() / self.seconds
        )

    def y(self, number: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (number - self.low) / (self.high - self.low)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Three dates along the axis, two where they would say the same day."""
        moments = [self.start + timedelta(seconds=self.seconds * part) for part in (0.0, 0.5, 1.0)]
        years = {m.year for m in moments}
        form = "%b %Y" if len(years) > 1 or self.seconds > 300 * 86400 else "%-d %b"
        named: dict[str, float] = {}
        for moment in moments:
            named.setdefault(moment.strftime(form), self.x(moment))
        return tuple((round(x, 1), label) for label, x in named.items())


def _band(
    reference: ReferenceRange | None, scale: _Scale
) -> tuple[float | None, float, tuple[Edge, ...]]:
    if reference is None or (reference.low is None and reference.high is None):
        return None, 0.0, ()
    top = scale.y(float(reference.high)) if reference.high is not None else TOP
    bottom = scale.y(float(reference.low)) if reference.low is not None else BOTTOM
    bounds = [n for n in (reference.high, reference.low) if n is not None]
    edges = tuple(_edge(scale.y(float(n)), plain(n)) for n in bounds)
    return round(top, 1), round(max(bottom - top, 0.0), 1), edges


def _edge(y: float, label: str) -> Edge:
    return Edge(round(y, 1), round(y + 3.5, 1), label)


def _dot(
    fact: ObservationFact, point: tuple[float, float], place: int, count: int, *, cited: bool
) -> Dot:
    out = versus_range(fact) in {"above", "below"}
    kind = ("dot--bad" if cited else "dot--high") if out else "dot--ink" if cited else "dot"
    labelled = cited or count <= _LABELLED or place in {0, count - 1}
    x, y = point
    return Dot(
        x=round(x, 1),
        y=round(y, 1),
        kind=kind,
        label=value_of(fact, unit=False) if labelled else "",
        label_y=round(y - 8, 1),
        tone="t-bad" if out else "t-strong" if cited else "t-2",
        anchor="end" if place == count - 1 else "mid",
        radius=5 if cited else 3.5,
    )


def _words(values: Sequence[ObservationFact], reference: ReferenceRange | None) -> str:
    told = ", ".join(
        f"{value_of(fact, unit=False)} on {when.day(fact.effective, full=True)}" for fact in values
    )
    words = range_of(reference)
    return f"{told}." + (f" Reference range {words}." if words else "")
