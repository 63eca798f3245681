"""A contradiction: what the draft says beside what the chart says, where, and by which rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from recommendations.clinical.facts import Fact
from recommendations.decisions.standing import Standing
from recommendations.verification.outcomes import Finding, Outcome
from recommendations.views import facts
from recommendations.views.chips import Chip, chip_of
from recommendations.views.rule_words import why

_YOU = "You say"


@dataclass(frozen=True, slots=True)
class Versus:
    """Both sides of a contradiction. ``fixed`` is the statement with the chart's value in it.

    ``where`` is the entry of the chart in full, with its date; ``why`` the rule in words; ``who``
    says the other side.
    """

    draft_says: str
    chart_says: str
    source: Chip | None
    fixed: str
    where: str = ""
    why: str = ""
    who: str = "Draft says"

    @property
    def yours(self) -> bool:
        """Whether the other side is a clinician's own words."""
        return self.who == _YOU

    @property
    def spoken(self) -> str:
        """Both sides in a sentence, for who does not see them side by side."""
        where = f" ({self.where})" if self.where else ""
        said = _YOU if self.yours else "The draft says"
        return f"{said} {self.draft_says}. The chart says {self.chart_says}{where}."


def _contradictions(standing: Standing) -> list[Finding]:
    return [f for f in standing.verdict.findings if f.contradicts and f.chart_says]


def contradiction(standing: Standing) -> Finding | None:
    """The first finding that can be set beside the chart."""
    return next(iter(_contradictions(standing)), None)


def versus_of(standing: Standing, known: Mapping[str, Fact], as_of: str) -> tuple[Versus, ...]:
    """Each contradiction of a statement that can be set side by side."""
    if standing.outcome is not Outcome.CONTRADICTED:
        return ()
    found = _contradictions(standing)
    alone = len(found) == 1  # with one of two values put right, the statement would still be wrong
    return tuple(_sides(f, standing.drafted, known, as_of, fixable=alone) for f in found)


def own_sides(
    findings: Iterable[Finding], text: str, known: Mapping[str, Fact], as_of: str
) -> tuple[Versus, ...]:
    """A clinician's own words beside what the chart says otherwise."""
    sides = (_sides(f, text, known, as_of, fixable=False) for f in findings)
    return tuple(replace(each, who=_YOU) for each in sides)


def _sides(
    finding: Finding, text: str, known: Mapping[str, Fact], as_of: str, *, fixable: bool
) -> Versus:
    said, fact = finding.draft_says, known.get(finding.ref)
    once = fixable and said and text.count(said) == 1
    return Versus(
        draft_says=said or "what stands above",
        chart_says=finding.chart_says,
        source=chip_of(fact, as_of) if fact is not None else None,
        fixed=text.replace(said, finding.chart_says) if once else "",
        where=facts.spoken(fact) if fact is not None else "",
        why=why(finding.rule, finding.words),
    )
