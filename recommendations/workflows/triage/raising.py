"""The urgency that is suggested: a drafter's, raised where a red flag asks for more.

It is never lowered: what a drafter says stands unless a rule asks for more, and what rules ask for
stands whatever a drafter says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.workflows.triage.flags import Flag
from recommendations.workflows.triage.scale import Category, most_urgent

# Where no rule found anything and no model was asked. The project's own default and no
# publication's: rules know few words (docs/evaluation.md), so that their silence never says that
# somebody can wait.
WITHOUT_MODEL = Category.URGENT


@dataclass(frozen=True, slots=True)
class Urgency:
    """What is suggested, and where it comes from."""

    suggested: Category
    drafted: Category | None  # a model's; None where rules alone suggest
    forced: Category | None  # by the strongest red flag
    by: tuple[Flag, ...]  # the flags that force it
    default: bool = False  # no flag and no model: see :data:`WITHOUT_MODEL`
    tampered: bool = False  # raised to that, for what was read gives orders to software

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
        if self.tampered:
            reasons = "what was read has text addressed to software, so that nothing less is taken"
        return (
            f"Raised by rule from category {self.drafted.value} ({self.drafted.word}), as drafted, "
            f"to category {self.suggested.value} ({self.suggested.word}): {reasons}."
        )


def decided(drafted: Category | None, flags: Sequence[Flag], *, tampered: bool = False) -> Urgency:
    """The urgency to suggest.

    ``tampered``: what was read gives orders to software. Then a drafter may have been told to let
    the patient wait, and none is taken at its word below what stands without one.
    """
    forced = most_urgent(*(flag.rule.at_least for flag in flags))
    by = tuple(flag for flag in flags if flag.rule.at_least is forced)
    floor = WITHOUT_MODEL if tampered and drafted is not None else None
    suggested = most_urgent(drafted, forced, floor)
    if suggested is not None:
        only_so = most_urgent(drafted, forced) is not suggested
        return Urgency(suggested, drafted, forced, by, tampered=only_so)
    return Urgency(WITHOUT_MODEL, None, None, (), default=True)
