"""Resources are read leniently, and what is wrong with them is told without values."""

import logging
from decimal import Decimal

import pytest

from smartapp.fhir.errors import UnreadableResponse
from smartapp.fhir.payloads import json_or_none, parse_json
from smartapp.fhir.results import Fetched
from tests.smartapp.fhir.ehr import observation


def test_a_sound_resource_gives_its_model_and_no_warning():
    fetched = Fetched.of(observation(valueQuantity={"value": Decimal("7.10"), "unit": "mmol/L"}))
    assert fetched.model.valueQuantity.value == 7.1
    assert fetched.raw["valueQuantity"]["value"] == Decimal("7.10")
    assert fetched.warnings == ()


def test_problems_name_elements_and_never_values(caplog):
    caplog.set_level(logging.DEBUG)
    fetched = Fetched.of(
        observation(
            status=None,
            effectiveDateTime="Ruth Halloway",
            valueQuantity={"value": "Ruth Halloway", "unit": "mmol/L"},
            secret=1,
        )
    )
    assert set(fetched.warnings) == {
        "status: missing",
        "effectiveDateTime: unreadable",
        "valueQuantity.value: wrong type",
        "secret: unknown element",
    }
    assert fetched.model.code.coding[0].code == "2823-3"
    assert "Halloway" not in caplog.text


@pytest.mark.parametrize(
    ("raw", "warning"),
    [
        ({"resourceType": "Mood", "id": "1"}, "resourceType: unknown"),
        ({"resourceType": "os", "id": "1"}, "resourceType: unknown"),
    ],
)
def test_without_a_model_the_raw_resource_stands(raw, warning):
    fetched = Fetched.of(raw)
    assert fetched.model is None
    assert fetched.warnings == (warning,)
    assert fetched.raw is raw


def test_a_code_that_is_no_object_does_not_stop_the_rest():
    fetched = Fetched.of(observation(code="potassium", subject={"reference": "Patient/p1"}))
    assert fetched.model.subject.reference == "Patient/p1"
    assert "code: wrong type" in fetched.warnings


def test_the_version_is_the_ehrs_own_or_a_hash_of_the_content():
    assert Fetched.of(observation(meta={"versionId": "3"})).version == "3"
    first, same, other = (
        Fetched.of(observation(note=[{"text": text}])).version for text in ("a", "a", "b")
    )
    assert first.startswith("sha256:")
    assert first == same != other


@pytest.mark.parametrize(
    "raw", [{}, {"resourceType": "Patient"}, {"id": "1"}, {"resourceType": 1, "id": "1"}]
)
def test_a_resource_without_type_or_id_is_none(raw):
    with pytest.raises(ValueError, match="type and an id"):
        Fetched.of(raw)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b"[" * 1000 + b"]" * 1000,
        b'{"a": NaN}',
        b'{"a": 1} trailing',
        b"\xff\xfe",
    ],
)
def test_broken_or_bottomless_json_is_refused(body):
    with pytest.raises(UnreadableResponse):
        parse_json(body)
    assert json_or_none(body) is None


def test_fractions_keep_their_digits_and_a_byte_order_mark_is_borne():
    assert str(parse_json(b'\xef\xbb\xbf{"value": 7.10}')["value"]) == "7.10"


def test_a_repr_shows_nothing_of_the_content():
    assert "2823-3" not in repr(Fetched.of(observation()))
