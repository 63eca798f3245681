"""The shape of a document, as data."""

from dataclasses import dataclass

from recommendations.clinical.results import ToolName


@dataclass(frozen=True, slots=True)
class Section:
    """One section. ``belongs`` tells a drafter what goes into it, and what does not.

    ``rules`` names what must not be missing here (:mod:`recommendations.verification.omissions`):
    where it is, it is listed beside the draft, and a clinician may add it to this section.
    """

    key: str
    title: str
    belongs: str
    most: int  # statements
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document.

    ``tools`` in the order in which they are read; ``prompt`` is the id of the prompt file of the
    same name; ``most`` bounds the statements of a whole draft.
    """

    key: str
    title: str
    purpose: str
    sections: tuple[Section, ...]
    tools: tuple[ToolName, ...]
    prompt: str
    most: int

    @property
    def rules(self) -> tuple[str, ...]:
        """What must not be missing in the whole document: each rule belongs to one section."""
        return tuple(rule for section in self.sections for rule in section.rules)

    def section(self, key: str) -> Section:
        """The section of this key; ``KeyError`` where there is none."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)
