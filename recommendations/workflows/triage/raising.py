"""The urgency that is suggested: a drafter's, raised where a red flag asks for more.

It is never lowered: what a drafter says stands unless a rule asks for more, and what rules ask for
stands whatever a drafter says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.workflows.triage import news2
from recommendations.workflows.triage.flags import Flag
from recommendations.workflows.triage.measured import Sign, known
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.scale import Category, most_urgent


@dataclass(frozen=True, slots=True)
class Urgency:
    """What is suggested, and where it comes from."""

    suggested: Category
    drafted: Category | None  # a model's; None where rules alone suggest
    forced: Category | None  # by the strongest red flag
    by: tuple[Flag, ...]  # the flags that force it
    default: bool = False  # no flag, no model: see :func:`without_model`

    @property
    def raised(self) -> bool:
        """Whether rules raised what a model said."""
        return self.drafted is not None and self.suggested < self.drafted

    @property
    def words(self) -> str:
        """What rules did, in a sentence; empty where they did nothing."""
        if not self.raised or self.drafted is None:
            return ""
        reasons = "; ".join(f"{flag.hit.words} ({flag.rule.source})" for flag in self.by)
        return (
            f"Raised by rule from category {self.drafted.value} ({self.drafted.word}), as drafted, "
            f"to category {self.suggested.value} ({self.suggested.word}): {reasons}."
        )


def decided(drafted: Category | None, flags: Sequence[Flag], presented: Presented) -> Urgency:
    """The urgency to suggest."""
    forced = most_urgent(*(flag.rule.at_least for flag in flags))
    by = tuple(flag for flag in flags if flag.rule.at_least is forced)
    suggested = most_urgent(drafted, forced)
    if suggested is not None:
        return Urgency(suggested, drafted, forced, by)
    return Urgency(without_model(presented), None, None, (), default=True)


def without_model(presented: Presented) -> Category:
    """Where no rule found anything and no model was asked: urgent until the signs are known.

    This is the project's own default and no publication's. With every sign of NEWS2 but oxygen and
    consciousness known now, and no red flag, semi-urgent; a missing sign is never taken as normal.
    """
    needed = [s for s in news2.SIGNS if s not in _SELDOM_RECORDED]
    return Category.SEMI_URGENT if known(presented.signs, *needed) else Category.URGENT


_SELDOM_RECORDED = {Sign.OXYGEN, Sign.CONSCIOUSNESS}
