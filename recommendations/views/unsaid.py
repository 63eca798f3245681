"""What a draft leaves out, as the panel lists it: in words, with its source and what a tap adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from recommendations.clinical.facts import Fact
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions.reasons import OMISSION_REASONS
from recommendations.decisions.unsaid import Unsaid
from recommendations.views import facts
from recommendations.views.chips import Chip, chip_of
from recommendations.workflows.documents import Document


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is missing. ``text`` is the statement that a tap adds; empty where none is."""

    id: UUID
    words: str
    critical: bool
    asks: str  # the rule, in words
    source: str  # of the rule
    section: str  # title of the section that it goes into
    chip: Chip | None
    text: str
    text_sha256: str
    dismissed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Unsaids:
    """All of it; ``looked`` is false where nobody looked."""

    looked: bool = False
    open: tuple[Line, ...] = ()
    dismissed: tuple[Line, ...] = ()

    @property
    def critical(self) -> int:
        """How many of the open ones matter most."""
        return sum(line.critical for line in self.open)

    @property
    def words(self) -> str:
        """How many, in a few words."""
        count = len(self.open)
        if not count:
            return "Nothing that rules ask for is missing"
        return f"{count} thing{'s are' if count > 1 else ' is'} not in the draft"

    @property
    def how_critical(self) -> str:
        """How many of them are critical, to go on with; empty for none."""
        if not self.critical:
            return ""
        if self.critical < len(self.open):
            return f", {self.critical} of them critical"
        return ", and it is critical" if self.critical == 1 else ", all of them critical"

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why something is not needed."""
        return OMISSION_REASONS


def unsaids(
    every: Sequence[Unsaid], document: Document, snapshot: ReadingSnapshot, *, looked: bool
) -> Unsaids:
    """The lines of a draft."""
    known = facts.named(snapshot)
    titles = {section.key: section.title for section in document.sections}
    lines = [(each, _line(each, known, titles, snapshot.as_of)) for each in every]
    return Unsaids(
        looked=looked,
        open=tuple(line for each, line in lines if each.is_open),
        dismissed=tuple(line for each, line in lines if not each.is_open),
    )


def _line(each: Unsaid, known: Mapping[str, Fact], titles: Mapping[str, str], as_of: str) -> Line:
    found, fact = each.found, known.get(each.found.handle)
    return Line(
        id=each.row.pk,
        words=found.words,
        critical=each.row.critical,
        asks=each.rule.asks,
        source=each.rule.source,
        section=titles.get(each.row.section, ""),
        chip=chip_of(fact, as_of) if fact is not None else None,
        text=found.text,
        text_sha256=found.text_sha256,
        dismissed=not each.is_open,
        reason=OMISSION_REASONS.get(each.dismissal.reason, "") if each.dismissal else "",
    )
