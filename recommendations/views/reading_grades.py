"""How hard a draft for a patient reads: each statement, and the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions.standing import Stand, Standing
from recommendations.verification import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.reading_grade import NOTHING, Counts, measured
from recommendations.views.cards import Card
from recommendations.workflows.documents import Document


@dataclass(frozen=True, slots=True)
class Grades:
    """``hard``: the grade of each statement that reads harder than its document allows."""

    limit: float
    whole: float
    with_names: float
    hard: Mapping[UUID, float] = field(default_factory=dict)

    @property
    def is_hard(self) -> bool:
        """Whether the whole reads harder than it may."""
        return self.whole > self.limit


def grades(
    document: Document, every: Sequence[Standing], snapshot: ReadingSnapshot
) -> Grades | None:
    """The grades of a draft's words as they stand now; None where none are measured."""
    limit = document.style.grade
    if limit is None or not every:
        return None
    chart = Chart.of(snapshot)
    counted = {s.statement.pk: _counts(s, chart) for s in every if s.stand is not Stand.LEFT_OUT}
    whole = sum(counted.values(), NOTHING)
    hard = {key: counts.grade for key, counts in counted.items() if counts.grade > limit}
    return Grades(limit, whole.grade, whole.grade_with_names, hard)


def marked(cards: list[Card], found: Grades | None) -> list[Card]:
    """The cards, each that reads hard with its grade."""
    if found is None:
        return cards
    return [replace(card, grade=found.hard.get(card.id)) for card in cards]


def _counts(standing: Standing, chart: Chart) -> Counts:
    statement = standing.statement
    drafted = DraftedStatement.model_validate(
        {"section": statement.section, "text": standing.drafted, "claims": statement.claims}
    )
    # Not validated anew: a clinician's own words may be longer than a drafted sentence.
    return measured(drafted.model_copy(update={"text": standing.text}), chart)
