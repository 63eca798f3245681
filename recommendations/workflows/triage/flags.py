"""What a rule is, and what it finds: each rule one record, with its published source."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.scale import Category


@dataclass(frozen=True, slots=True)
class Source:
    """What was published where; ``version`` is a year or an edition."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}, {self.version}"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The source's wording was found: title, version, section, and where it was read.

    ``left`` names what of the rule is still to be confirmed.
    """

    title: str
    version: str
    section: str
    read: str
    left: str = ""


TO_CONFIRM = "To be confirmed by a clinician before use"


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found, in words, and the handles of the facts that it found it in."""

    words: str
    refs: tuple[str, ...]


Find = Callable[[Presented], Hit | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One red flag. ``needs`` says what it looks at; ``asks`` what to ask when it is found.

    ``confirmed`` is None until the source's wording was held against the rule.
    """

    id: str
    title: str
    source: Source
    needs: str
    at_least: Category
    find: Find
    asks: tuple[str, ...] = ()
    confirmed: Confirmed | None = None

    @property
    def standing(self) -> str:
        """Whether the rule was held against its source, in a sentence."""
        if self.confirmed is None:
            return TO_CONFIRM
        found = self.confirmed
        where = f"{found.title}; {found.version}; {found.section} (read: {found.read})"
        if found.left:
            return f"In part: {where}. To be confirmed by a clinician: {found.left}"
        return f"Confirmed: {where}"


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that found something."""

    rule: Rule
    hit: Hit

    @property
    def sentence(self) -> str:
        """As a clinician reads it: what was found, by which rule, and what that asks for."""
        level = self.rule.at_least
        return (
            f"{self.rule.title}: {self.hit.words}; at least category {level.value}, "
            f"{level.word} ({self.rule.source})."
        )


def flags(rules: Iterable[Rule], presented: Presented) -> list[Flag]:
    """What the rules find, the most urgent first."""
    found = [Flag(rule, hit) for rule in rules if (hit := rule.find(presented)) is not None]
    return sorted(found, key=lambda flag: flag.rule.at_least)
