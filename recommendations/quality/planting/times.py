"""Kinds 8 to 16: dates, order in time, movements, counts and reference ranges."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from recommendations.clinical.facts import AllergyFact, MedicationFact, ObservationFact
from recommendations.quality.planting.case import (
    Case,
    Form,
    Plant,
    Planting,
    added,
    replaced,
    shown_in,
)
from recommendations.verification.claims import (
    CountClaim,
    DraftedStatement,
    ObservationClaim,
    TrendClaim,
)
from recommendations.verification.dates import shown

Planted = DraftedStatement | None
_DATED = {
    "observation": "when", "blood_pressure": "when", "medication": "ordered",
    "condition": "onset", "event": "when",
}  # fmt: skip
_AGO = (
    ("yesterday", 1), ("three days ago", 3), ("two weeks ago", 14), ("six months ago", 182),
    ("three years ago", 1095),
)  # fmt: skip


def _dated(case: Case) -> tuple[Any, str, str]:
    """A claim whose full date the sentence shows: the claim, its field and the date."""
    for claim in case.own:
        field = _DATED.get(claim.kind, "")
        when = getattr(claim, field, "") if field else ""
        if len(when) >= 10 and shown_in(case.text, shown(when[:10])):
            return claim, field, when[:10]
    return None, "", ""


def _moved(change: Callable[[Case, date], date]) -> Plant:
    def plant(case: Case, form: Form) -> Planted:
        claim, field, when = _dated(case)
        if claim is None:
            return None
        other = change(case, date.fromisoformat(when)).isoformat()
        if _has_result_of(case, claim, other):
            return None
        text = replaced(case.text, shown(when), shown(other))
        return case.with_claim(text, claim, form, **{field: other})

    return plant


def _has_result_of(case: Case, claim: Any, day: str) -> bool:
    """Whether the chart has a result of this test on that day: it may well be the same."""
    fact = case.fact(claim, ObservationFact)
    found = case.chart.timeline(fact) if fact else []
    return any(f.effective is not None and f.effective.day == day for f in found)


def _another_year(case: Case, day: date) -> date:
    return day.replace(year=day.year - case.random.choice((1, 2, 10)), day=min(day.day, 28))


def _another_day(case: Case, day: date) -> date:
    return day + timedelta(days=case.random.choice((-2, -1, 1, 2)))


def _ago(case: Case, form: Form) -> Planted:
    """A span of time in place of the date, and far from it."""
    claim, field, when = _dated(case)
    if claim is None:
        return None
    days = (date.fromisoformat(case.chart.as_of[:10]) - date.fromisoformat(when)).days
    wrong = [words for words, span in _AGO if abs(span - days) > max(1, span // 2)]
    said = f"on {shown(when)}" if f"on {shown(when)}" in case.text else shown(when)
    if not wrong:
        return None
    text = case.text.replace(said, case.random.choice(wrong), 1)
    # With or without the date in its claim: either way the claim is true.
    dated = case.random.random() < 0.5
    return case.with_text(text) if dated else case.with_claim(text, claim, "both", **{field: ""})


def _exchanged(case: Case, form: Form) -> Planted:
    """The two dates of a movement, each with the other's value."""
    results = [c for c in case.claims("observation") if c.when and shown(c.when) in case.text]
    if len(results) != 2 or shown(results[0].when) == shown(results[1].when):
        return None
    first, second = (shown(c.when) for c in results)
    text = case.text.replace(first, "\0", 1).replace(second, first, 1).replace("\0", second)
    if form == "sentence":
        return case.with_text(text)
    dates = {results[0].ref: results[1].when, results[1].ref: results[0].when}
    claims = [
        c.model_copy(update={"when": dates[c.ref]}) if isinstance(c, ObservationClaim) else c
        for c in case.own
    ]
    return case.made(text, *claims)


def _amount(fact: ObservationFact) -> str:
    return f"{fact.value.value:f} {fact.value.unit}".strip() if fact.value else ""


def _claimed(fact: ObservationFact, **more: Any) -> ObservationClaim:
    return ObservationClaim(
        ref=fact.handle,
        name=fact.name,
        value=fact.value.value if fact.value else None,
        unit=fact.value.unit if fact.value else "",
        when=fact.effective.day if fact.effective else "",
        **more,
    )


def _place(case: Case, form: Form) -> Planted:
    """Last, highest or lowest said of a value that is none of it."""
    claim = case.claim("observation")
    fact = case.fact(claim, ObservationFact) if claim else None
    if fact is None:
        return None
    series = [
        f
        for f in case.chart.series(fact)
        if f.value and not f.value.comparator and f.effective and f.status in {"final", ""}
    ]
    wrong = [
        (role, f)
        for f in series
        for role, other in (("last", _later), ("highest", _more), ("lowest", _less))
        if any(other(g, f) for g in series)
    ]
    if not wrong:
        return None
    role, told = case.random.choice(wrong)
    text = f"The {role} {told.name} was {_amount(told)} on {shown(told.effective)}."
    return case.made(text, _claimed(told, role=role if form == "both" else ""))


def _later(other: ObservationFact, fact: ObservationFact) -> bool:
    return bool(other.effective and fact.effective and other.effective.day > fact.effective.day)


def _more(other: ObservationFact, fact: ObservationFact) -> bool:
    return bool(other.value and fact.value and other.value.value > fact.value.value)


def _less(other: ObservationFact, fact: ObservationFact) -> bool:
    return bool(other.value and fact.value and other.value.value < fact.value.value)


def _reversed(case: Case, form: Form) -> Planted:
    claim = next(case.claims("trend"), None)
    if claim is None:
        return None
    turned = {"rising": ("rose", "fell", "falling"), "falling": ("fell", "rose", "rising")}
    said, other, direction = turned.get(claim.direction, ("", "", ""))
    return case.with_claim(replaced(case.text, said, other), claim, form, direction=direction)


def _invented(case: Case, form: Form) -> Planted:
    """A movement that the two last values of a test do not make."""
    claim = case.claim("observation")
    fact = case.fact(claim, ObservationFact) if claim else None
    series = [f for f in case.chart.series(fact) if f.value and f.effective] if fact else []
    if fact is None or len(series) < 2:
        return None
    newest = sorted(series, key=lambda f: f.effective.text if f.effective else "")
    before, last = list(pairwise(newest))[-1]
    if last.handle != fact.handle:
        return None
    words, way = ("falling", "falling") if _more(last, before) else ("rising", "rising")
    text = added(case.text, f" and {words}")
    if form == "sentence":
        return case.with_text(text)
    trend = TrendClaim.model_validate(
        {"from_ref": before.handle, "to_ref": last.handle, "direction": way}
    )
    return case.made(text, *case.own, trend)


def _count(case: Case, form: Form) -> Planted:
    """One too many, or one too few, of what the draft tells of."""
    kinds: dict[str, tuple[type[AllergyFact | MedicationFact], str]] = {
        "allergy": (AllergyFact, "allergies"),
        "medication": (MedicationFact, "medications"),
    }
    claim = case.claim(*kinds)
    if claim is None:
        return None
    kind, what = kinds[claim.kind]
    found = [f for f in case.chart.standing(kind) if not getattr(f, "none_known", False)]
    if not found or len(found) > 40:
        return None
    number = len(found) + case.random.choice((-1, 1, 2))
    refs = tuple(f.handle for f in found)
    claimed = CountClaim(
        what=what, refs=refs, number=number if form == "both" else len(found)
    )  # fmt: skip
    return case.made(f"{number} {what} are recorded.", claimed)


def _side(case: Case, form: Form) -> Planted:
    """Above, within and below exchanged; or a normal value where the chart has no range."""
    claim = case.claim("observation")
    fact = case.fact(claim, ObservationFact) if claim else None
    if claim is None or fact is None or fact.interpretation == "N":
        return None
    if not claim.versus_range:
        if fact.reference_range is not None:  # one bound may be all that it has
            return None
        text = added(case.text, " (within the reference range)")
        return case.with_claim(text, claim, form, versus_range="within")
    other = case.random.choice([s for s in ("above", "within", "below") if s != claim.versus_range])
    text = replaced(case.text, claim.versus_range, other)
    return case.with_claim(text, claim, form, versus_range=other)


def _bounds(case: Case, form: Form) -> Planted:
    claim = case.claim("observation")
    fact = case.fact(claim, ObservationFact) if claim else None
    found = fact.reference_range if fact else None
    if found is None or found.low is None or found.high is None:
        return None
    bounds = f"{found.low:f}\u2013{found.high:f}"
    other = case.random.choice(
        (f"{found.low:f}\u2013{found.high * 2:f}", f"{found.low + 1:f}\u2013{found.high:f}")
    )
    return case.with_text(case.text.replace(bounds, other, 1))


PLANTINGS = (
    Planting(8, "year", _moved(_another_year)),
    Planting(9, "day", _moved(_another_day)),
    Planting(10, "relative time", _ago, ("sentence",)),
    Planting(11, "dates exchanged", _exchanged),
    Planting(12, "false last, highest or lowest", _place),
    Planting(13, "trend reversed", _reversed),
    Planting(13, "trend invented", _invented),
    Planting(14, "count", _count),
    Planting(15, "side of the range", _side),
    Planting(16, "bounds altered", _bounds, ("sentence",)),
)
