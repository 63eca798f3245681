"""What the trail says that its events carry is what they carry."""

import re

import pytest

from audit.events import base
from audit.events.registry import event_types

_NAME = re.compile(r"``([a-z_.0-9]+)``( \*s\*)?")


def told() -> list[tuple[str, str, bool]]:
    """Type, field and whether it is sealed, as the module's own words have them."""
    items = (base.__doc__ or "").split("\n- ")[1:]
    found = []
    for item in items:
        types, _, fields = item.split("\n\n")[0].partition(":")
        for kind, _ in _NAME.findall(types):
            found += [(kind, field, bool(sealed)) for field, sealed in _NAME.findall(fields)]
    return found


def test_a_decisions_events_are_told_of() -> None:
    kinds = {kind for kind, _, _ in told()}
    assert {"launch.opened", "model.called", "statement.edited", "draft.signed"} <= kinds
    assert len(told()) > 80


@pytest.mark.parametrize(("kind", "field", "sealed"), told())
def test_a_field_that_is_told_of_is_there_and_sealed_as_told(
    kind: str, field: str, *, sealed: bool
) -> None:
    event = event_types()[kind]
    assert field in event.model_fields
    assert (field in event.sealed) is sealed


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in told()}))
def test_no_sealed_field_of_theirs_is_left_out(kind: str) -> None:
    assert {field for each, field, sealed in told() if each == kind and sealed} == set(
        event_types()[kind].sealed
    )
