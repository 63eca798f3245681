"""The getters forgive whatever a chart holds, and round once."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.clinical import fhir_json, untrusted
from recommendations.clinical.facts import PartialDate
from recommendations.clinical.frequencies import timing_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["k", "coding", "text", "value", "code", "start"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_getter_raises_whatever_stands_there(value: Any) -> None:
    raw = {"k": value}
    fhir_json.items(raw, "k")
    fhir_json.string(raw, "k")
    fhir_json.words(fhir_json.item(raw, "k"))
    fhir_json.codings(value)
    fhir_json.code(value)
    fhir_json.number(raw, "k")
    fhir_json.quantity(raw, "k")
    fhir_json.moment(fhir_json.date(raw, "k"))
    fhir_json.reference(raw, "k")
    fhir_json.first_words(raw, "k")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (5.9, "5.9"),
        ("7.10", "7.10"),
        (Decimal("7.10"), "7.10"),
        (1000, "1000"),
        (Decimal("1E+3"), "1000"),
        (87.62342345, "87.62"),
        (0.0123456, "0.0123"),
        (1.005, "1.005"),
        (0, "0"),
        ("1.5e-20", "0.000000000000000000015"),
    ],
)
def test_a_number_stands_as_the_chart_has_it_or_is_rounded_once(given: Any, kept: str) -> None:
    found = fhir_json.number({"v": given}, "v")
    assert found is not None
    assert f"{found:f}" == kept


@pytest.mark.parametrize(
    "given",
    [True, None, "abc", "NaN", float("inf"), {}, [], "1e99999999", Decimal("-1E-99999"), 10**4000,
     "9" * 5000, "0e99999999"],
)  # fmt: skip
def test_what_is_not_a_number_is_none(given: Any) -> None:
    assert fhir_json.number({"v": given}, "v") is None


def test_a_unit_that_is_only_an_annotation_is_no_unit() -> None:
    found = fhir_json.quantity({"v": {"value": 3, "unit": "{score}", "code": "{score}"}}, "v")
    assert found is not None
    assert (found.unit, found.ucum) == ("", "{score}")


@pytest.mark.parametrize("text", ["2026", "2026-11", "2026-11-17", "2026-11-17T14:02:00-06:00"])
def test_a_date_keeps_its_precision(text: str) -> None:
    assert fhir_json.date({"d": text}, "d") == PartialDate(text=text)


@pytest.mark.parametrize("text", ["17.11.2026", "2026-13", "2026-11-32", "", "yesterday", None, 5])
def test_what_is_not_a_fhir_date_is_left_out(text: Any) -> None:
    assert fhir_json.date({"d": text}, "d") is None


def test_a_period_gives_its_start_and_the_first_usable_of_several_is_taken() -> None:
    raw = {"a": "soon", "b": {"start": "2026-11-01"}}
    assert fhir_json.date(raw, "a", "b") == PartialDate(text="2026-11-01")


def test_moments_sort_across_time_zones_and_precisions() -> None:
    texts = ["2026-11-17T01:00:00+09:00", "2026-11-16T17:00:00Z", "2026-11", "2026-11-16"]
    ordered = sorted(texts, key=lambda t: fhir_json.moment(PartialDate(text=t)))
    assert ordered == ["2026-11", "2026-11-16", "2026-11-17T01:00:00+09:00", "2026-11-16T17:00:00Z"]


def test_text_loses_bidi_controls_and_zero_width_characters_and_line_breaks() -> None:
    assert untrusted.line("a\u202eb\u200bc\x00\n d") == "abc d"


def test_a_reference_is_type_and_id_whatever_its_form() -> None:
    for form in ("Medication/1", "https://ehr.example/r4/Medication/1", "Medication/1/_history/3"):
        assert fhir_json.reference({"r": {"reference": form}}, "r") == "Medication/1"
    assert fhir_json.reference({"r": {"reference": "#m"}}, "r") == "#m"
    assert fhir_json.reference({"r": {"display": "x"}}, "r") == ""


def test_a_frequency_beyond_all_measure_is_none_and_keeps_nobody_waiting() -> None:
    timing = {"repeat": {"frequency": "1e5000", "period": 1, "periodUnit": "d"}}
    assert timing_of(timing) == ""  # and is not taken for the one that is left out


def test_an_integer_too_long_to_be_written_is_none() -> None:
    assert fhir_json.number({"v": 10**5000}, "v") is None
