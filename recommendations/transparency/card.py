"""The model card: the 31 source attributes of HTI-1, filled in from what runs here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from string import Formatter

import yaml

from recommendations.transparency import facts

SOURCE = "45 CFR 170.315(b)(11)(iv)(B), HTI-1 final rule (89 FR 1192)"
NOT_DISCLOSED = "Not disclosed by the model's provider."
NUMBERS = range(1, 32)
_FILE = Path(__file__).parent / "source_attributes.yaml"


class Basis(StrEnum):
    """Who answers for an attribute."""

    OURS = "ours"
    PROVIDER = "provider"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One source attribute. ``text`` is ready to be read."""

    number: int
    name: str
    basis: Basis
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes under one heading of the rule."""

    title: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All of it. ``facts`` are the words that the attributes were filled in with."""

    groups: tuple[Group, ...]
    facts: Mapping[str, str]

    def text(self, number: int) -> str:
        """The words of one attribute; ``KeyError`` where there is none of that number."""
        return {a.number: a.text for group in self.groups for a in group.attributes}[number]

    def as_dict(self) -> dict[str, object]:
        """The card for a program: attributes in the order of the rule."""
        return {
            "name": self.facts["product"],
            "version": self.facts["version"],
            "source": SOURCE,
            "attributes": [
                {"number": a.number, "name": a.name, "group": group.title, "basis": a.basis.value}
                | {"text": a.text}
                for group in self.groups
                for a in group.attributes
            ],
        }


def model_card() -> ModelCard:
    """The card as of now."""
    known = facts.known()
    groups = tuple(
        Group(title, tuple(_filled(attribute, known) for attribute in attributes))
        for title, attributes in _written()
    )
    return ModelCard(groups, known)


def _filled(attribute: Attribute, known: Mapping[str, str]) -> Attribute:
    text = attribute.text.format_map(known)
    if attribute.basis is Basis.PROVIDER:
        text = f"{NOT_DISCLOSED} {text}".strip()
    return Attribute(attribute.number, attribute.name, attribute.basis, text)


@lru_cache
def _written() -> tuple[tuple[str, tuple[Attribute, ...]], ...]:
    """The file; raises ``ValueError`` where an attribute is missing or asks for unknown words."""
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    groups = tuple(
        (str(g["title"]), tuple(_attribute(each) for each in g["attributes"]))
        for g in raw["groups"]
    )
    numbers = [a.number for _, attributes in groups for a in attributes]
    if numbers != list(NUMBERS):
        raise ValueError(f"{_FILE.name} must hold attributes 1 to 31 in order, not {numbers}.")
    return groups


def _attribute(raw: Mapping[str, object]) -> Attribute:
    text = str(raw["text"])
    asked = {name for _, name, _, _ in Formatter().parse(text) if name}
    if unknown := asked - facts.NAMES:
        raise ValueError(f"Attribute {raw['number']} asks for {', '.join(sorted(unknown))}.")
    return Attribute(int(str(raw["number"])), str(raw["name"]), Basis(str(raw["basis"])), text)
