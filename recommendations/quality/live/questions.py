"""Questions about one chart whose answers code knows, of the kind MedAgentBench asks.

MedAgentBench (Jiang et al., NEJM AI 2025) asks of a FHIR server what a clinician would look up: an
age, the last value of a test and its day, how many, which dose. Its own server is not among the
shared data, so the same kinds are asked here over the shared charts, and answered by code from the
facts that the tools read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from recommendations.clinical.facts import (
    AllergyFact,
    DemographicsFact,
    EncounterFact,
    MedicationFact,
    ObservationFact,
)
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification.chart import Chart
from recommendations.verification.dates import shown


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``answer`` are the words that a right answer must hold, each of them."""

    kind: str
    words: str
    answer: tuple[str, ...]


def questions(snapshot: ReadingSnapshot) -> Iterator[Question]:
    """What can be asked of a chart, one of each kind, in a fixed order."""
    chart = Chart.of(snapshot)
    for ask in _KINDS:
        question = ask(chart)
        if question is not None:
            yield question


def right(question: Question, said: str) -> bool:
    """Whether an answer holds everything that it must, digits as whole numbers."""
    text = f" {said.casefold()} "
    return all(_holds(text, each.casefold()) for each in question.answer)


def _holds(text: str, wanted: str) -> bool:
    at = text.find(wanted)
    while at >= 0:
        before, after = text[at - 1], text[at + len(wanted) : at + len(wanted) + 2]
        digits = wanted[0].isdigit() and (before.isdigit() or before in ".,")
        more = wanted[-1].isdigit() and (
            after[:1].isdigit() or (after[:1] in ".," and after[1:2].isdigit())
        )
        if not (digits or more):
            return True
        at = text.find(wanted, at + 1)
    return False


def _age(chart: Chart) -> Question | None:
    known = [f for f in chart.standing(DemographicsFact) if f.age is not None]
    return Question("age", "How old is the patient?", (str(known[0].age),)) if known else None


def _results(chart: Chart) -> list[list[ObservationFact]]:
    """Series of laboratory numbers, longest first, each oldest first, no two of one day."""
    found: dict[str, list[ObservationFact]] = {}
    for fact in chart.standing(ObservationFact):
        if fact.category == "laboratory" and fact.value and fact.effective:
            found.setdefault(fact.name, []).append(fact)
    dated = [sorted(each, key=_when) for each in found.values()]
    plain = [each for each in dated if len({_when(f)[:10] for f in each}) == len(each)]
    return sorted(plain, key=lambda each: (-len(each), each[0].name))


def _when(fact: ObservationFact) -> str:
    return fact.effective.text if fact.effective else ""


def _last(chart: Chart) -> Question | None:
    for series in _results(chart)[:1]:
        last = series[-1]
        words = f"What is the last {last.name}, and of which day?"
        return Question(
            "last value",
            words,
            (str(last.value.value), shown(last.effective)) if last.value else (),
        )
    return None


def _highest(chart: Chart) -> Question | None:
    for series in _results(chart):
        values = [f.value.value for f in series if f.value]
        if len(values) > 2 and values.count(max(values)) == 1:
            words = f"What is the highest {series[0].name} on record?"
            return Question("highest value", words, (str(max(values)),))
    return None


def _count(chart: Chart) -> Question | None:
    for series in _results(chart):
        if len(series) > 2:
            words = f"How many results of {series[0].name} are on record?"
            return Question("count", words, (str(len(series)),))
    return None


def _dose(chart: Chart) -> Question | None:
    orders = [f for f in chart.standing(MedicationFact) if f.status == "active" and f.dose]
    if not orders:
        return None
    order = min(orders, key=lambda f: f.name)
    return (
        Question("dose", f"What is the dose of {order.name}?", (str(order.dose.value),))
        if order.dose
        else None
    )


def _allergy(chart: Chart) -> Question | None:
    known = [f for f in chart.standing(AllergyFact) if not f.none_known and f.reactions]
    if not known:
        return None
    first = min(known, key=lambda f: f.name)
    reaction = first.reactions[0].manifestation
    return (
        Question("reaction", f"What was the reaction to {first.name}?", (reaction,))
        if reaction
        else None
    )


def _visit(chart: Chart) -> Question | None:
    visits = [f for f in chart.standing(EncounterFact) if f.start]
    if not visits:
        return None
    last = max(visits, key=lambda f: f.start.text if f.start else "")
    return Question("last visit", "On which day was the last visit?", (shown(last.start),))


_KINDS: tuple[Callable[[Chart], Question | None], ...] = (
    _age, _last, _highest, _count, _dose, _allergy, _visit,
)  # fmt: skip
