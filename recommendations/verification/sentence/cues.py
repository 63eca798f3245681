"""What one fact says of one cue."""

from collections.abc import Callable
from typing import Any

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    FactBase,
    FamilyHistoryFact,
    ImmunizationFact,
    MedicationFact,
    ObservationFact,
    ProcedureFact,
)
from recommendations.clinical.observations import FINAL
from recommendations.verification.chart import Chart
from recommendations.verification.dates import shown
from recommendations.verification.holding.events import Event, when_of
from recommendations.verification.holding.observations import (
    amount,
    bounds,
    pair,
    placed,
    placed_pressure,
    side_of_range,
)
from recommendations.verification.naming import same_drug, surfaces
from recommendations.verification.plain import words
from recommendations.verification.sentence import given
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.judging import UNKNOWN, YES, Judgement, no, said
from recommendations.verification.sentence.meanings import STATUS, VERIFICATION
from recommendations.verification.sentence.stays import is_stay

_GIVEN = (ImmunizationFact, AdministrationFact)
# Procedures by which something is given.
_GIVING = frozenset((
    "injection", "transfusion", "infusion", "immunization", "immunisation", "vaccination",
))  # fmt: skip
_NO_HISTORY = (MedicationFact, ObservationFact, AdministrationFact)


def cue(item: Item, fact: Fact, chart: Chart) -> Judgement:
    """The judgement of one fact; families that compare several facts are not asked here."""
    judge = _JUDGES.get(item.family)
    return judge(item.value, fact, chart) if judge else UNKNOWN


def _status(value: str, fact: Fact, chart: Chart) -> Judgement:
    status = fact.status
    if value == "history":
        return UNKNOWN if isinstance(fact, _NO_HISTORY) else YES
    if value == "given":
        given_ = isinstance(fact, _GIVEN) or (
            isinstance(fact, ProcedureFact) and bool(_GIVING & set(words(fact.name)))
        )
        return said(given_ and status == "completed", _other(fact))
    if value == "performed":
        return said(isinstance(fact, ProcedureFact) and status == "completed", _other(fact))
    if value in {"resulted", "unresulted"} and isinstance(fact, ObservationFact):
        return _resulted(value, fact)
    if value == "booked" and isinstance(fact, AppointmentFact | EncounterFact):
        due = (chart.days_since(fact.start) or 0) <= 0
        return said(status in STATUS["booked"] and due, status)
    return said(status in STATUS[value], status)


def _resulted(value: str, fact: ObservationFact) -> Judgement:
    """Whether there is a value yet, or none: a preliminary one is one."""
    found = bool(fact.value or fact.value_text or fact.components)
    if found and value == "unresulted":
        return no(amount(fact.value) if fact.value else fact.value_text or pair(fact))
    holds = found if value == "resulted" else fact.status in STATUS[value]
    return said(holds, fact.status)


def _other(fact: Fact) -> str:
    """A status that rules out that something was given or done; an order rules out neither."""
    return fact.status if isinstance(fact, (*_GIVEN, ProcedureFact)) else ""


def _verification(value: str, fact: Fact, chart: Chart) -> Judgement:
    recorded = getattr(fact, "verification", "")
    return said(recorded in VERIFICATION[value], recorded)


def _side(value: str, fact: Fact, chart: Chart) -> Judgement:
    recorded = getattr(fact, "laterality", "")
    if isinstance(fact, MedicationFact):
        sides = {"left", "right", "both"} & set(words(fact.dosage_text))
        recorded = {"both": "bilateral"}.get(*sides, *sides) if len(sides) == 1 else ""
    return said(bool(recorded) and recorded == value, recorded)


def _role(value: str, fact: Fact, chart: Chart) -> Judgement:
    if isinstance(fact, AdministrationFact):
        return given.role(value, fact, chart)
    if not isinstance(fact, ObservationFact):
        return _event_role(value, fact, chart)
    if value == "next":
        return UNKNOWN
    found = placed_pressure(value, fact, chart) if fact.components else placed(value, fact, chart)
    return no(found[0].chart_says) if found else YES


def role_of_name(value: str, fact: Fact, chart: Chart) -> Judgement:
    """As ``role``, of an event among those of its own name: "the last colonoscopy"."""
    if isinstance(fact, ObservationFact | AdministrationFact):
        return _role(value, fact, chart)
    mine = surfaces(fact)
    return _event_role(value, fact, chart, alike=lambda other: bool(surfaces(other) & mine))


def _event_role(
    value: str, fact: Any, chart: Chart, alike: Callable[[FactBase], bool] = lambda _: True
) -> Judgement:
    known = isinstance(fact, Event) and when_of(fact) is not None
    if not known or value not in {"last", "first", "next"}:
        return UNKNOWN
    future = value == "next"
    own = when_of(fact)
    rivals = [
        when
        for other in chart.standing(type(fact))
        if (when := when_of(other)) is not None
        and alike(other)
        and ((chart.days_since(when) or 0) < 0) is future
        and other.status not in {"cancelled", "noshow", "not-done"}
    ]
    best = (max if value == "last" else min)((w.text for w in rivals), default="")
    return said(own is not None and own.text == best, shown(best[:10]))


def _range(value: str, fact: Fact, chart: Chart) -> Judgement:
    if not isinstance(fact, ObservationFact):
        return UNKNOWN
    if value == "critical":
        return said(fact.interpretation in {"HH", "LL", "AA"}, fact.interpretation)
    side = side_of_range(fact)
    if value == "outside":
        marked = side in {"above", "below"} or fact.interpretation in {"A", "AA"}
        return said(marked, side and f"{side} {bounds(fact)}".strip())
    told = f"{amount(fact.value) if fact.value else ''}, {side} {bounds(fact)}".strip(" ,")
    return said(side == value, told if side else "")


def _persistence(value: str, fact: Fact, chart: Chart) -> Judgement:
    """ "Still above the range": the result before this one was there, too."""
    if not isinstance(fact, ObservationFact) or fact.effective is None:
        return UNKNOWN
    when = fact.effective.text
    earlier = [
        (f.effective.text, f)
        for f in chart.timeline(fact)
        if f.effective and f.effective.text < when and f.status in FINAL
    ]
    if not earlier:
        return UNKNOWN
    return _range(value, max(earlier, key=lambda pair: pair[0])[1], chart)


def _criticality(value: str, fact: Fact, chart: Chart) -> Judgement:
    recorded = getattr(fact, "criticality", "")
    return said(recorded == value, recorded)


def _severity(value: str, fact: Fact, chart: Chart) -> Judgement:
    if isinstance(fact, ConditionFact):
        return said(value in words(fact.severity), fact.severity)
    if isinstance(fact, AllergyFact):
        told = [r.severity for r in fact.reactions if r.severity]
        return said(value in told, ", ".join(told))
    return UNKNOWN


def _relation(value: str, fact: Fact, chart: Chart) -> Judgement:
    if not isinstance(fact, FamilyHistoryFact):
        return UNKNOWN
    told = set(words(value))
    return said(value == "family" or told <= set(words(fact.relationship)), fact.relationship)


def _ageless(value: str, fact: Fact, chart: Chart) -> Judgement:
    known = isinstance(fact, DemographicsFact) and fact.age is None
    return said(known, getattr(fact, "age_text", ""))


def _sex(value: str, fact: Fact, chart: Chart) -> Judgement:
    if not isinstance(fact, DemographicsFact):
        return UNKNOWN
    return said(fact.sex == value, fact.sex)


def _order(value: str, fact: Fact, chart: Chart) -> Judgement:
    if not isinstance(fact, MedicationFact):
        return UNKNOWN
    return said(not fact.reported, "reported, not ordered")


def _intake(value: str, fact: Fact, chart: Chart) -> Judgement:
    return YES if isinstance(fact, MedicationFact) and fact.reported else UNKNOWN


def _told(value: str, fact: Fact, chart: Chart) -> Judgement:
    """What a patient is told to take is an active order; what not, on hold, stopped, or allergic.

    Of a drug that another order still has them take, nobody is told to leave it.
    """
    if isinstance(fact, AllergyFact):
        barred = not fact.none_known and fact.verification != "refuted"
        return said(value == "not-taken" and barred, "allergy")
    if not isinstance(fact, MedicationFact):
        return UNKNOWN
    if value == "taken":
        return (
            no("reported, not ordered")
            if fact.reported
            else said(fact.status == "active", fact.status)
        )
    if fact.status not in STATUS["left"]:
        return no(fact.status)
    orders = (f for f in chart.standing(MedicationFact) if f.status == "active")
    still = next((f for f in orders if same_drug(f.name, fact.name)), None)
    return no(f"an active order: {still.name}") if still else YES


def _allergy(value: str, fact: Fact, chart: Chart) -> Judgement:
    return YES if isinstance(fact, AllergyFact) else UNKNOWN


def _causes(value: str, fact: Fact, chart: Chart) -> Judgement:
    return YES if isinstance(fact, AllergyFact) and fact.reactions else UNKNOWN


def _stay(value: str, fact: Fact, chart: Chart) -> Judgement:
    return YES if is_stay(fact) else UNKNOWN


_JUDGES: dict[str, Callable[[str, Any, Chart], Judgement]] = {
    "status": _status, "verification": _verification, "side": _side, "role": _role, "range": _range,
    "criticality": _criticality, "severity": _severity, "relation": _relation, "sex": _sex,
    "ageless": _ageless, "order": _order, "intake": _intake, "allergy": _allergy, "stay": _stay,
    "causes": _causes, "told": _told, "persistence": _persistence,
}  # fmt: skip
