"""A clinician's own words beside the chart: what to know of them, and what stands against them."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommendations.clinical.facts import Fact
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions import own_words
from recommendations.decisions.texts import normalised
from recommendations.models import Draft
from recommendations.verification import Chart
from recommendations.views import facts
from recommendations.views.versus import Versus, own_sides


@dataclass(frozen=True, slots=True)
class OwnFound:
    """``lines`` are advice; ``sides`` the contradictions; ``seen`` says which were shown."""

    lines: tuple[str, ...] = ()
    sides: tuple[Versus, ...] = ()
    seen: str = ""

    @property
    def spoken(self) -> str:
        """All contradictions in sentences, for who does not see them side by side."""
        return " ".join(side.spoken for side in self.sides)


def found_in(text: str, chart: Chart | None, known: Mapping[str, Fact], as_of: str) -> OwnFound:
    """What verification says of own words."""
    verdict = own_words.check(text, chart)
    if verdict is None:
        return OwnFound()
    otherwise = own_words.against(verdict)
    return OwnFound(
        lines=tuple(f.words for f in verdict.findings if not f.contradicts),
        sides=own_sides(otherwise, text, known, as_of),
        seen=own_words.seen_of(text, otherwise),
    )


def found_in_draft(text: str, draft: Draft) -> OwnFound:
    """As :func:`found_in`, of words as they came in a form, on one draft."""
    if draft.reading_sealed is None:
        return OwnFound()
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    chart = Chart.of(snapshot)
    return found_in(normalised(text), chart, facts.named(snapshot), snapshot.as_of)
