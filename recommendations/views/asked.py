"""What a document needs of the clinician: the fields to fill, and what was given, as theirs."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommendations.clinical.emergencies import emergencies
from recommendations.models import Draft
from recommendations.workflows.documents import Asked, Document

_LONG = 160  # characters: more are folded away once a draft is there


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form, with what was typed in it before."""

    asked: Asked
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was given under one label, and whose words it is."""

    label: str
    text: str
    from_patient: bool

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
    return tuple(
        Told(each.label, given[each.key], each.whose == "patient")
        for each in document.asks
        if given.get(each.key)
    )


def urgent(document: Document, draft: Draft) -> str:
    """What a patient's message speaks of that may be an emergency, in words; empty for nothing."""
    messages = [each.text for each in told(document, draft) if each.from_patient]
    return ", ".join(emergencies("\n".join(messages)))


def _given(draft: Draft) -> dict[str, str]:
    return dict(draft.given) if draft.given_sealed is not None else {}
