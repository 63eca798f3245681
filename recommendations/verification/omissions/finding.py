"""The rules held against a chart and a draft."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from recommendations.clinical import fhir_json
from recommendations.clinical.diagnoses import ACTIVE
from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    MedicationFact,
    ObservationFact,
)
from recommendations.clinical.medications import CURRENT
from recommendations.clinical.observations import FINAL, is_abnormal
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, NoteClaim
from recommendations.verification.dates import shown
from recommendations.verification.holding import refs_of
from recommendations.verification.holding.observations import pair, shown_amount
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.drugs import drugs_in
from recommendations.verification.omissions.instructions import instructions
from recommendations.verification.omissions.mentions import PENDING, mentions
from recommendations.verification.omissions.rules import (
    HIGH_ALERT_CLASSES,
    HIGH_ALERT_DRUGS,
    RULES,
)
from recommendations.verification.plain import Bag, bag, words
from recommendations.verification.showable import masked

_CRITICAL = {"HH", "LL", "AA"}
_DOUBTED = {"refuted", "entered-in-error"}
_MONTH, _QUARTER = 30, 90  # days


@dataclass(frozen=True, slots=True)
class Omission:
    """A fact that must be told and is not. ``quote`` is of an instruction, as its note has it."""

    rule: str
    handle: str
    words: str
    quote: str = ""


def omissions(
    chart: Chart,
    told: Iterable[DraftedStatement],
    *,
    own: Collection[str] = (),
    rules: Collection[str] = tuple(RULES),
) -> list[Omission]:
    """What the rules ask for and no statement of ``told`` tells.

    ``told`` are the statements that stand: one that cannot be signed tells nothing. ``own`` are
    sentences that a clinician wrote: they tell what they name (:func:`.mentions.mentions`). Of two
    entries of one name and kind, telling of either is enough.
    """
    statements = list(told)
    handles = {ref for s in statements for claim in s.claims for ref in refs_of(claim)}
    handles |= {handle for text in own for handle in mentions(text, chart)}
    names: set[tuple[str, Bag]] = {
        (fact.kind, bag(fact.name))
        for handle in handles
        if isinstance(fact := chart.fact(handle), AllergyFact | ConditionFact | MedicationFact)
    }
    quotes = [
        (claim.ref, words(claim.quote))
        for s in statements
        for claim in s.claims
        if isinstance(claim, NoteClaim)
    ]
    quotes += [("", words(text)) for text in own]
    return [
        each
        for each in required(chart, rules=rules)
        if not (_quoted(each, quotes) if each.quote else _told(each, chart, handles, names))
    ]


def required(chart: Chart, *, rules: Collection[str] = tuple(RULES)) -> list[Omission]:
    """All that the rules ask for over this chart, each fact once, by the first rule that asks."""
    found: dict[tuple[str, str], Omission] = {}
    for name, rule in _FINDERS.items():
        if name in rules:
            for each in rule(chart):
                found.setdefault((each.handle, each.quote), _harmless(each, chart))
    return list(found.values())


def _harmless(each: Omission, chart: Chart) -> Omission:
    """The same in plain words, without what is addressed to software: nobody is to read it so."""
    said = each.words
    for handle, passage in chart.orders:
        if handle == each.handle and passage:
            said = said.replace(passage, "(text addressed to software)")
    said = masked(said)
    return replace(each, words=said) if said != each.words else each


def _told(each: Omission, chart: Chart, handles: set[str], names: set[tuple[str, Bag]]) -> bool:
    fact = chart.fact(each.handle)
    return each.handle in handles or (fact is not None and (fact.kind, bag(fact.name)) in names)


def _quoted(each: Omission, quotes: list[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether a quotation of that note has the instruction in it, or a clinician's own words."""
    said = words(each.quote)
    return any(
        ref in {"", each.handle}
        and any(quote[at : at + len(said)] == said for at in range(len(quote) - len(said) + 1))
        for ref, quote in quotes
    )


def _newest(chart: Chart) -> Iterator[tuple[list[ObservationFact], list[ObservationFact]]]:
    """Of each test the final values of its newest moment, and those of the moment before."""
    seen: set[str] = set()
    for fact in chart.standing(ObservationFact):
        if fact.handle in seen:
            continue
        series = [f for f in chart.series(fact) if f.status in FINAL and f.effective]
        seen |= {f.handle for f in chart.series(fact)}
        moments = sorted({fhir_json.moment(f.effective) for f in series}, reverse=True)
        at = [[f for f in series if fhir_json.moment(f.effective) == m] for m in moments[:2]]
        if at:
            yield at[0], at[1] if len(at) > 1 else []


def _within(chart: Chart, fact: ObservationFact, days: int) -> bool:
    ago = chart.days_since(fact.effective)
    return ago is not None and 0 <= ago <= days


def _critical(chart: Chart) -> Iterator[Omission]:
    for newest, _ in _newest(chart):
        for fact in newest:
            if fact.interpretation in _CRITICAL and _within(chart, fact, _MONTH):
                yield _result("critical_result", fact, "marked critical")


def _newly_abnormal(chart: Chart) -> Iterator[Omission]:
    for newest, before in _newest(chart):
        if not before or any(is_abnormal(fact) for fact in before):
            continue
        for fact in newest:
            if is_abnormal(fact) and _within(chart, fact, _QUARTER):
                yield _result("newly_abnormal_result", fact, "out of range, unlike the one before")


def _result(rule: str, fact: ObservationFact, why: str) -> Omission:
    value = shown_amount(fact.value) if fact.value else fact.value_text
    said = value or (pair(fact) if fact.components else "")
    when = f" on {shown(fact.effective)}" if fact.effective else ""
    return Omission(rule, fact.handle, f"{fact.name} {said}{when}, {why}.")


def _allergies(chart: Chart) -> Iterator[Omission]:
    for fact in chart.standing(AllergyFact):
        standing = fact.status in ACTIVE and fact.verification not in _DOUBTED
        if standing and not fact.none_known:
            yield Omission("active_allergy", fact.handle, f"The allergy {fact.name}.")


def _high_alert(chart: Chart) -> Iterator[Omission]:
    for fact in chart.standing(MedicationFact):
        if fact.status in CURRENT and is_high_alert(fact.name):
            said = f"{fact.name}, {fact.status}, a high-alert medication."
            yield Omission("high_alert_medication", fact.handle, said)


def is_high_alert(name: str) -> bool:
    """Whether a drug of this name is on the list of :data:`.rules.RULES`, as far as it is known."""
    return any(
        HIGH_ALERT_CLASSES & set(drug.classes) or HIGH_ALERT_DRUGS & set(drug.ingredients)
        for drug in drugs_in(name)
    )


def _treated(chart: Chart) -> Iterator[Omission]:
    orders = [f for f in chart.standing(MedicationFact) if f.status in CURRENT and f.reason]
    reasons = {bag(order.reason): order for order in orders}
    for fact in chart.standing(ConditionFact):
        order = next((reasons[name] for name in surfaces(fact) if name in reasons), None)
        if order and fact.status in ACTIVE and fact.verification not in _DOUBTED:
            said = f"{fact.name}, for which {order.name} is ordered."
            yield Omission("treated_problem", fact.handle, said)


def _pending(chart: Chart) -> Iterator[Omission]:
    for fact in chart.standing(ObservationFact):
        if fact.status not in PENDING or not _within(chart, fact, _MONTH):
            continue
        moment = fhir_json.moment(fact.effective)
        later = [f for f in chart.timeline(fact) if fhir_json.moment(f.effective) >= moment]
        if not any(f.status in FINAL for f in later):
            when = f" of {shown(fact.effective)}" if fact.effective else ""
            said = f"{fact.name}{when} is {fact.status}, not final."
            yield Omission("pending_result", fact.handle, said)


def _instructions(chart: Chart) -> Iterator[Omission]:
    for note, quote in instructions(chart):
        when = f" of {shown(note.authored)}" if note.authored else ""
        said = f"{note.name}{when} says \u201c{quote}\u201d"
        yield Omission("visit_instruction", note.handle, said, quote)


_FINDERS: dict[str, Callable[[Chart], Iterator[Omission]]] = {
    "critical_result": _critical,
    "newly_abnormal_result": _newly_abnormal,
    "active_allergy": _allergies,
    "high_alert_medication": _high_alert,
    "treated_problem": _treated,
    "pending_result": _pending,
    "visit_instruction": _instructions,
}
