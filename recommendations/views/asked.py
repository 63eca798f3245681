"""What a document needs of the clinician: the fields to fill, and what was given, as theirs."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommendations.clinical.emergencies import emergencies
from recommendations.drafts.given_words import brought_of
from recommendations.models import Draft
from recommendations.views import when
from recommendations.workflows.documents import Asked, Document

_LONG = 160  # characters: more are folded away once a draft is there


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form, with what was typed in it before."""

    asked: Asked
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was given under one label, and whose words it is.

    ``brought``: the resource of the chart it was taken from, in words; empty where it was typed.
    """

    label: str
    text: str
    from_patient: bool
    brought: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it is better folded."""
        return len(self.text) > _LONG


def fields(document: Document, typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields that the document needs filled."""
    return tuple(Field(each, typed.get(each.key, "")[: each.most]) for each in document.asks)


def told(document: Document, draft: Draft) -> tuple[Told, ...]:
    """What was given with the request of a draft."""
    given = _given(draft)
    brought = _brought(draft)
    return tuple(
        Told(each.label, given[each.key], each.whose == "patient", brought)
        for each in document.asks
        if given.get(each.key)
    )


def urgent(document: Document, draft: Draft) -> str:
    """What a patient's message speaks of that may be an emergency, in words; empty for nothing."""
    messages = [each.text for each in told(document, draft) if each.from_patient]
    return ", ".join(emergencies("\n".join(messages)))


def _brought(draft: Draft) -> str:
    found = brought_of(draft)
    if found is None:
        return ""
    by = f"by {found.author}" if found.author else ""
    parts = (found.name, when.full(found.authored), by)
    return ", ".join(part for part in parts if part)


def _given(draft: Draft) -> dict[str, str]:
    return dict(draft.given) if draft.given_sealed is not None else {}
