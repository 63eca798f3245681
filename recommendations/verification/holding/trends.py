"""Directions between two results of one test."""

from recommendations.clinical.facts import ObservationFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import TrendClaim
from recommendations.verification.dates import shown
from recommendations.verification.holding.observations import amount, measured, pair, way
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import differs, finding


def trend(claim: TrendClaim, chart: Chart) -> list[Finding]:
    """A direction between two results of one test, the earlier one first."""
    first, last = chart.fact(claim.from_ref), chart.fact(claim.to_ref)
    if not isinstance(first, ObservationFact) or not isinstance(last, ObservationFact):
        return [finding("wrong_kind", "A trend needs two results.", ref=claim.to_ref)]
    if last not in chart.series(first):
        words_ = f"Compares {first.name} with {last.name}, which are not the same test and unit."
        return [finding("trend_differs", words_, ref=last.handle)]
    return _direction(claim, first, last) or _between(claim, first, last, chart)


def _direction(claim: TrendClaim, first: ObservationFact, last: ObservationFact) -> list[Finding]:
    before, after = measured(first), measured(last)
    times = [f.effective.text if f.effective else "" for f in (first, last)]
    if before is None or after is None or not all(times) or times[0] >= times[1]:
        words_ = "Names a trend between results that are not in order of time."
        return [finding("trend_differs", words_, ref=last.handle, against=all(times))]
    moved = way(before, after)
    if moved == claim.direction:
        return []
    told = (amount(f.value) if f.value else pair(f) for f in (first, last))
    chart = f"{moved or 'neither rising nor falling'}, {' to '.join(told)}"
    return [differs("trend_differs", claim.direction, chart, last.handle)]


def _between(
    claim: TrendClaim, first: ObservationFact, last: ObservationFact, chart: Chart
) -> list[Finding]:
    """Equal ends are no standstill where the values between them are others."""
    start, end = first.effective, last.effective
    if claim.direction != "unchanged" or start is None or end is None:
        return []
    for other in chart.series(first):
        when = other.effective.text if other.effective else ""
        if start.text < when < end.text and measured(other) != measured(first):
            value = amount(other.value) if other.value else pair(other) or other.value_text
            words_ = (
                f"Says unchanged; between the two the chart has {value} ({shown(other.effective)})."
            )
            return [finding("trend_differs", words_, ref=other.handle, chart=value, against=True)]
    return []
