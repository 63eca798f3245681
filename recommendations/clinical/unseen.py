"""What a reading did not see, counted in one way for the panel, the note and the trail."""

from collections.abc import Iterable
from dataclasses import dataclass

from recommendations.clinical.gaps import NOT_GIVEN, NOT_RECORDED
from recommendations.clinical.results import Gap


@dataclass(frozen=True, slots=True)
class Unseen:
    """Gaps by what they are, each told once.

    ``not_whole`` could not be read; ``not_given`` was read and the drafter had no room for it;
    ``left_open`` was read, and the chart itself does not say.
    """

    not_whole: tuple[Gap, ...] = ()
    not_given: tuple[Gap, ...] = ()
    left_open: tuple[Gap, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the chart that could not be read whole, each once however many gaps."""
        return tuple(dict.fromkeys(gap.concept for gap in self.not_whole))

    @property
    def missing(self) -> tuple[Gap, ...]:
        """All that the drafter did not see."""
        return (*self.not_whole, *self.not_given)

    @property
    def line(self) -> str:
        """How much, in one sentence; empty for nothing."""
        count = len(self.parts)
        if count:
            return f"{count} part{'s' * (count != 1)} of the chart could not be read whole"
        if self.not_given:
            return "Not all that was read was given to the drafter"
        return "The chart leaves something open" if self.left_open else ""

    @property
    def told(self) -> str:
        """As a signed note says it; empty for nothing."""
        said = (("Not read", self.missing), ("Left open in the chart", self.left_open))
        return " ".join(f"{lead}: {_words(gaps)}" for lead, gaps in said if gaps)


def unseen(gaps: Iterable[Gap]) -> Unseen:
    """Sort the gaps of a reading."""
    every = tuple({gap.words: gap for gap in gaps}.values())
    return Unseen(
        not_whole=tuple(g for g in every if g.reason not in {NOT_GIVEN, NOT_RECORDED}),
        not_given=tuple(g for g in every if g.reason == NOT_GIVEN),
        left_open=tuple(g for g in every if g.reason == NOT_RECORDED),
    )


def _words(gaps: Iterable[Gap]) -> str:
    return " ".join(gap.words for gap in gaps)
