"""Red flags in the words of the complaint, out of ``words.yaml``: one record a rule."""

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from recommendations.workflows.triage.flags import Find, Hit, Rule, Source
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.rules import circumstances, published
from recommendations.workflows.triage.scale import Category
from recommendations.workflows.triage.spoken import says

_FILE = Path(__file__).with_name("words.yaml")
_PHRASES = Path(__file__).with_name("phrases.yaml")
_SHORT = {"my": "(?:his|her|their|my)", "the": "(?:(?:the|his|her|their|my) )?"}
_NAMED = re.compile(r"\{([a-z_]+)\}")
Circumstance = Literal[
    "fever", "pregnant", "pregnant_or_delivered", "bleeds", "low_defence", "steroid_dependent"
]
_CIRCUMSTANCES: dict[Circumstance, Find] = {
    "fever": circumstances.fever,
    "pregnant": circumstances.pregnant,
    "pregnant_or_delivered": circumstances.pregnant_or_delivered,
    "bleeds": circumstances.bleeds,
    "low_defence": circumstances.low_defence,
    "steroid_dependent": circumstances.steroid_dependent,
}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Strict):
    """Any of some patterns."""

    any: Annotated[tuple[str, ...], Field(min_length=1)]


class Record(_Strict):
    """A rule as it is written down."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{3,40}$")]
    title: str
    source: str
    needs: str
    at_least: Category
    all: Annotated[tuple[Words | Circumstance, ...], Field(min_length=1)]
    age_least: int = 0
    age_under: int = 200
    sex: Literal["", "female", "male"] = ""
    asks: tuple[str, ...] = ()

    def rule(self) -> Rule:
        """The rule; ``KeyError`` where its source is not among those published."""
        source = vars(published)[self.source]
        if not isinstance(source, Source):
            raise KeyError(self.source)
        find = _aged(_both([_part(part) for part in self.all]), self.age_least, self.age_under)
        if self.sex:
            find = _of_sex(find, self.sex)
        return Rule(self.id, self.title, source, self.needs, self.at_least, find, self.asks)


def load() -> tuple[Rule, ...]:
    """Every record as a rule; raises ``ValueError`` or ``KeyError`` for one that is not one."""
    records = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(Record.model_validate(each).rule() for each in records)


def _part(part: Words | Circumstance) -> Find:
    return _told(part.any) if isinstance(part, Words) else _CIRCUMSTANCES[part]


def _told(patterns: tuple[str, ...]) -> Find:
    pattern = _long("|".join(patterns))

    def find(presented: Presented) -> Hit | None:
        words = says(presented.complaint, pattern)
        return Hit(f"\u201c{words}\u201d", circumstances.refs(presented)) if words else None

    return find


def _phrases() -> dict[str, str]:
    """The phrases of ``phrases.yaml`` as patterns, and the short words, by name."""
    found = yaml.safe_load(_PHRASES.read_text(encoding="utf-8"))
    return _SHORT | {name: f"(?:{'|'.join(patterns)})" for name, patterns in found.items()}


_LONG = _phrases()


def _long(pattern: str) -> str:
    """The pattern with phrases in place of their names; ``KeyError`` for a name of none."""
    while _NAMED.search(pattern):
        pattern = _NAMED.sub(lambda found: _LONG[found[1]], pattern)
    return pattern


def _both(finds: list[Find]) -> Find:
    def find(presented: Presented) -> Hit | None:
        hits = [hit for each in finds if (hit := each(presented)) is not None]
        if len(hits) < len(finds):
            return None
        handles = tuple(dict.fromkeys(ref for hit in hits for ref in hit.refs))
        return Hit(", with ".join(dict.fromkeys(hit.words for hit in hits)), handles)

    return find


def _aged(find: Find, least: int, under: int) -> Find:
    """Only of patients whose age is known to be so, where the rule is for some only."""
    if (least, under) == (0, 200):
        return find
    return lambda presented: (
        find(presented) if presented.age is not None and least <= presented.age < under else None
    )


def _of_sex(find: Find, sex: str) -> Find:
    """Only of patients whose sex is known to be so."""
    return lambda presented: find(presented) if presented.sex == sex else None


RULES: tuple[Rule, ...] = load()
