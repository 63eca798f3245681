"""Results and vital signs: value, unit, time, place in their series and against their range."""

import re
from decimal import Decimal

from recommendations.clinical.facts import Component, ObservationFact, Quantity
from recommendations.clinical.observations import FINAL, versus_range
from recommendations.verification import units
from recommendations.verification.chart import Chart
from recommendations.verification.claims import BloodPressureClaim, ObservationClaim
from recommendations.verification.dates import agrees, shown
from recommendations.verification.naming import named_differently
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat, words
from recommendations.verification.rules import differs, finding, unstated

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"  # LOINC


def result(claim: ObservationClaim, fact: ObservationFact, chart: Chart) -> list[Finding]:
    """A result's value as claimed."""
    return [
        *named_differently(claim.name, fact),
        *_value(claim, fact),
        *dated(claim.when, fact),
        *placed(claim.role, fact, chart),
        *_ranged(claim, fact),
    ]


def amount(value: Quantity) -> str:
    """``5.9 mmol/L``."""
    return f"{value.comparator}{value.value:f} {value.unit}".strip()


# UCUM codes that no clinician writes.
_WRITTEN = {
    "mL/min/{1.73_m2}": "mL/min/1.73 m2", "mm[Hg]": "mmHg", "Cel": "\u00b0C", "[degF]": "\u00b0F",
    "[lb_av]": "lb", "/[HPF]": "/HPF",
}  # fmt: skip


def shown_amount(value: Quantity) -> str:
    """As :func:`amount`, in a unit as people write it."""
    unit = _WRITTEN.get(value.unit, value.unit)
    return amount(value.model_copy(update={"unit": unit}))


def _value(claim: ObservationClaim, fact: ObservationFact) -> list[Finding]:
    if claim.value is not None:
        return _number(claim.value, claim.unit, fact)
    if not claim.value_text:
        return []
    if fact.value is not None and _same_text(f"{claim.value_text} {claim.unit}", fact.value):
        return []
    if words(claim.value_text) == words(fact.value_text):
        return []
    chart = fact.value_text or (amount(fact.value) if fact.value else "")
    if not chart:
        return [unstated("value_differs", claim.value_text, fact.handle, "value")]
    return [differs("value_differs", claim.value_text, chart, fact.handle)]


_TEXT = re.compile(r"(<=?|>=?)?\s*(\d+(?:\.\d+)?)\s*(.*)")


def _same_text(said: str, value: Quantity) -> bool:
    """Whether ``<6 ng/L`` is this quantity: its sign, its number, its unit where one is said."""
    hit = _TEXT.fullmatch(flat(said).strip())
    if hit is None:
        return words(said) == words(amount(value))
    sign, number_, unit = hit.groups(default="")
    return sign == value.comparator and units.equal(
        Decimal(number_), unit, value.value, value.unit or value.ucum
    )


def _number(said: Decimal, unit: str, fact: ObservationFact) -> list[Finding]:
    parts = [p.value for p in fact.components]
    quantities = [fact.value] if fact.value else parts
    if any(units.equal(said, unit, q.value, q.unit or q.ucum) for q in quantities):
        return []
    shown_said = f"{said:f} {unit}".strip()
    if fact.value is None:
        if fact.value_text:
            return [differs("value_differs", shown_said, fact.value_text, fact.handle)]
        return [unstated("value_differs", shown_said, fact.handle, "value")]
    other = said == fact.value.value
    rule = "unit_differs" if other else "value_differs"
    when = shown(fact.effective)
    return [differs(rule, shown_said, amount(fact.value), fact.handle, when=when)]


def dated(said: str, fact: ObservationFact) -> list[Finding]:
    """The time of a result."""
    if not said or agrees(said[:10], fact.effective):
        return []
    if fact.effective is None:
        return [unstated("date_differs", shown(said), fact.handle, "date")]
    return [differs("date_differs", shown(said), shown(fact.effective), fact.handle)]


def placed(role: str, fact: ObservationFact, chart: Chart) -> list[Finding]:
    """Whether it is the last, first, highest or lowest of all values read of its test."""
    rival = overtaken(role, fact, chart) if role else None
    if rival is None:
        return []
    said = f"{role} {fact.name}"
    value = amount(rival.value) if rival.value else rival.value_text
    what = f"{value} on {shown(rival.effective)}" if value else shown(rival.effective)
    return [differs("role_differs", said, what, rival.handle)]


def overtaken(role: str, fact: ObservationFact, chart: Chart) -> ObservationFact | None:
    """A standing value of the same test that has the better claim to ``role``."""
    timed = role in {"last", "first"}
    alike = chart.timeline(fact) if timed else chart.series(fact)
    others = [f for f in alike if f.handle != fact.handle and f.status in FINAL]
    if timed:
        return _timed(role, fact, others)
    here = number(fact)
    rivals = [(n, f) for f in others if (n := number(f)) is not None]
    if here is None or not rivals:
        return None
    if role == "highest":
        best = max(rivals, key=lambda r: r[0])
        return best[1] if best[0] > here else None
    best = min(rivals, key=lambda r: r[0])
    return best[1] if best[0] < here else None


def _timed(
    role: str, fact: ObservationFact, others: list[ObservationFact]
) -> ObservationFact | None:
    here = fact.effective.text if fact.effective else ""
    times = [(f.effective.text, f) for f in others if f.effective]
    if not times:
        return None
    moment, rival = (max if role == "last" else min)(times, key=lambda t: t[0])
    short = min(len(moment), len(here))  # as precisely as both are known
    later, ours = moment[:short], here[:short]
    beaten = later > ours if role == "last" else later < ours
    return rival if beaten or not here else None


def number(fact: ObservationFact) -> Decimal | None:
    """The value, where it is a number."""
    return fact.value.value if fact.value else None


def measured(fact: ObservationFact) -> tuple[Decimal, ...] | None:
    """The numbers that can rise or fall: the value, or both of a blood pressure."""
    if fact.value is not None:
        return (fact.value.value,)
    parts = [component(fact, word) for word in ("systolic", "diastolic")]
    both = tuple(part.value.value for part in parts if part)
    return both if len(both) == len(parts) else None


def way(before: tuple[Decimal, ...], after: tuple[Decimal, ...]) -> str:
    """How they moved; empty where one of two rose and the other fell."""
    if before == after:
        return "unchanged"
    if all(a <= b for a, b in zip(before, after, strict=False)):
        return "rising"
    return "falling" if all(a >= b for a, b in zip(before, after, strict=False)) else ""


def _ranged(claim: ObservationClaim, fact: ObservationFact) -> list[Finding]:
    side = side_of_range(fact)
    if not claim.versus_range or claim.versus_range == side:
        return []
    said = f"{claim.versus_range} the reference range"
    if not side:
        return [unstated("range_differs", said, fact.handle, "range to hold it against")]
    return [differs("range_differs", said, f"{side} {bounds(fact)}", fact.handle)]


def side_of_range(fact: ObservationFact) -> str:
    """Above, within or below: by the range, else as the laboratory marked it."""
    side = versus_range(fact)
    if side:
        return side
    marks = {"above": {"H", "HH", "HU"}, "below": {"L", "LL", "LU"}, "within": {"N"}}
    return next((found for found, codes in marks.items() if fact.interpretation in codes), "")


def bounds(fact: ObservationFact) -> str:
    """``3.5-5.1`` in words fit for a sentence."""
    found = fact.reference_range
    if found is None:
        return ""
    low = f"{found.low:f}" if found.low is not None else ""
    high = f"{found.high:f}" if found.high is not None else ""
    return f"{low}\u2013{high}" if low and high else (f"up to {high}" if high else f"from {low}")


def pressure(claim: BloodPressureClaim, fact: ObservationFact, chart: Chart) -> list[Finding]:
    """Systolic over diastolic."""
    high, low = component(fact, "systolic"), component(fact, "diastolic")
    if high is None or low is None:
        return [finding("wrong_kind", "What it cites is no blood pressure.", ref=fact.handle)]
    found = [*dated(claim.when, fact), *placed_pressure(claim.role, fact, chart)]
    said = (claim.systolic, claim.diastolic)
    if said == (high.value.value, low.value.value):
        return found
    shown_said, chart_says = f"{said[0]:f}/{said[1]:f}", pair(fact)
    when = shown(fact.effective)
    return [differs("value_differs", shown_said, chart_says, fact.handle, when=when), *found]


def placed_pressure(role: str, fact: ObservationFact, chart: Chart) -> list[Finding]:
    """As :func:`placed`; highest and lowest by the systolic pressure."""
    if role in {"", "last", "first"}:
        return placed(role, fact, chart)
    here = component(fact, "systolic")
    rivals = [(c.value.value, f) for f in chart.series(fact) if (c := component(f, "systolic"))]
    if here is None or not rivals:
        return []
    value, rival = (max if role == "highest" else min)(rivals, key=lambda r: r[0])
    beaten = value > here.value.value if role == "highest" else value < here.value.value
    what = f"{pair(rival)} on {shown(rival.effective)}"
    return [differs("role_differs", role, what, rival.handle)] if beaten else []


def component(fact: ObservationFact, word: str) -> Component | None:
    """The systolic or diastolic part."""
    code = SYSTOLIC if word == "systolic" else DIASTOLIC
    for part in fact.components:
        if code in {c.code for c in part.codings} or word in part.name.lower():
            return part
    return None


def pair(fact: ObservationFact) -> str:
    """``118/70``."""
    found = [component(fact, "systolic"), component(fact, "diastolic")]
    return "/".join(f"{part.value.value:f}" for part in found if part)
