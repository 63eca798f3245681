"""Every event that exists, held to the rules of the trail."""

import re
from datetime import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import pytest

from audit.events import registry
from audit.events.base import Event, Outcome

EVENTS = registry.event_types()
# What must never stand in the clear, whatever the event.
PHI_NAMES = {
    "address", "attestation_text", "birth_date", "chart_says", "comment", "display", "draft_says",
    "encounter", "encounter_id", "findings", "label", "mrn", "name_given", "patient", "patient_id",
    "patient_name", "query", "quote", "references", "resources", "returned", "sent", "source", "sources", "text",
    "text_after", "text_before", "after", "before", "value", "words",
}  # fmt: skip


def leaves(annotation):
    """The plain types an annotation is made of."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Literal:
        return {type(value) for value in arguments}
    if not arguments:
        return {annotation}
    return {leaf for argument in arguments for leaf in leaves(argument)}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_its_type_is_stable_in_form_and_fits(event):
    assert re.fullmatch(r"[a-z]+(\.[a-z_]+)+", event.type)
    assert len(event.type) <= 60


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_it_has_words_that_follow_a_name(event):
    assert re.fullmatch(r"[a-z].*[^.!]", event.wording)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_what_it_seals_are_fields_of_its_own(event):
    assert event.sealed <= set(event.model_fields) - {"outcome", "code"}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_its_readable_fields_are_not_named_like_phi(event):
    readable = set(event.model_fields) - event.sealed
    assert not readable & PHI_NAMES


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_its_readable_fields_have_types_that_json_keeps(event):
    allowed = {str, int, float, bool, type(None), UUID, datetime, Ellipsis}
    for name, field in event.model_fields.items():
        if name in event.sealed:
            continue
        for leaf in leaves(field.annotation):
            assert leaf in allowed or (isinstance(leaf, type) and issubclass(leaf, Enum)), name
            assert leaf is not Any


def test_every_subclass_in_the_rooms_is_registered():
    def below(cls):
        return {cls} | {child for sub in cls.__subclasses__() for child in below(sub)}

    ours = {
        cls
        for cls in below(Event)
        if cls.__module__.startswith("audit.events.") and "type" in vars(cls)
    }
    assert ours == set(EVENTS.values())


def test_the_readers_fall_back_on_the_type_of_a_row_from_another_version():
    assert registry.wording("trail.searched") == "looked at the trail"
    assert registry.wording("gone.long_ago") == "gone long ago"


def test_outcomes_fit_their_column():
    assert all(len(outcome.value) <= 12 for outcome in Outcome)
