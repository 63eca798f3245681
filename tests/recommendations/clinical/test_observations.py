"""Results and vital signs: values, ranges, components, trends, and which are chosen."""

from decimal import Decimal
from typing import Any

import pytest

from recommendations.clinical.facts import ObservationFact
from recommendations.clinical.observations import excursion, is_abnormal, versus_range
from recommendations.clinical.results import ToolResult
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import bounds, concept, lab, patient, vital

BP: dict[str, Any] = {
    "valueQuantity": None,
    "component": [
        {"code": concept("Systolic", "8480-6"), "valueQuantity": {"value": 142, "unit": "mmHg"}},
        {"code": concept("Diastolic", "8462-4"), "valueQuantity": {"value": 88, "unit": "mmHg"}},
        {"code": concept("Cuff"), "valueString": "large"},
    ],
}


def call(tool: str, *resources: dict[str, Any], **arguments: Any) -> ToolResult:
    return reading_from_bundle([patient(), *resources]).call(tool, arguments)


def one(tool: str, resource: dict[str, Any]) -> ObservationFact:
    (fact,) = call(tool, resource).facts
    assert isinstance(fact, ObservationFact)
    return fact


def test_a_result_has_value_unit_time_range_and_interpretation() -> None:
    fact = one(
        "labs",
        lab(
            "o1",
            "Potassium",
            5.9,
            "2026-11-17T14:02:00-06:00",
            code="2823-3",
            referenceRange=bounds(3.5, 5.1),
            interpretation=[concept(code="H")],
            note=[{"text": "Ruth: not hemolysed"}],
        ),
    )
    assert fact.value is not None
    assert (fact.value.value, fact.value.unit) == (Decimal("5.9"), "mmol/L")
    assert fact.effective is not None
    assert fact.effective.day == "2026-11-17"
    assert (fact.interpretation, versus_range(fact), fact.category) == ("H", "above", "laboratory")
    assert fact.comment == "[name]: not hemolysed"


def test_blood_pressure_is_one_fact_with_two_components() -> None:
    fact = one("vitals", vital("v1", "Blood pressure", None, "2026-11-03") | BP)
    assert [(c.name, c.value.value) for c in fact.components] == [
        ("Systolic", Decimal(142)),
        ("Diastolic", Decimal(88)),
    ]
    assert fact.value is None


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"valueCodeableConcept": concept("Not detected")}, "Not detected"),
        ({"valueString": "Growth of E. coli"}, "Growth of E. coli"),
        ({"valueBoolean": False}, "no"),
    ],
)
def test_a_value_in_words_stays_in_words(change: dict[str, Any], text: str) -> None:
    fact = one("labs", lab("o1", "Culture", None, "2026-11-03") | {"valueQuantity": None} | change)
    assert (fact.value, fact.value_text) == (None, text)


def test_a_comparator_stays_with_its_value_and_is_held_against_no_range() -> None:
    low = {"valueQuantity": {"value": 6, "unit": "ng/L", "comparator": "<"}}
    fact = one("labs", lab("o1", "Troponin", 1, "2026-11-03", referenceRange=bounds(0, 5)) | low)
    assert fact.value is not None
    assert fact.value.comparator == "<"
    assert versus_range(fact) == ""


def test_a_missing_value_with_its_reason_is_a_fact_that_says_so() -> None:
    empty = {"valueQuantity": None, "dataAbsentReason": concept("Specimen clotted")}
    fact = one("labs", lab("o1", "Potassium", None, "2026-11-03") | empty)
    assert fact.warnings == ("No value: Specimen clotted.",)


@pytest.mark.parametrize(
    ("ranges", "side"),
    [
        (bounds(3.5, 5.1), "above"),
        (bounds(6.5, 8), "below"),
        (bounds(3.5, 6.0), "within"),
        ([{"high": {"value": 5.1}}], "above"),
        ([{"high": {"value": 7}}], ""),
        ([{"text": "3.5 to 5.1"}], ""),
        (bounds(5.1, 3.5), ""),
        (bounds(3.5, 5.1) + bounds(1, 2), ""),
        (
            [{"low": {"value": 3500, "unit": "umol/L"}, "high": {"value": 5100, "unit": "umol/L"}}],
            "",
        ),
        ([], ""),
    ],
)
def test_a_value_is_held_against_the_one_range_that_fits_it(ranges: Any, side: str) -> None:
    fact = one("labs", lab("o1", "Potassium", 5.9, "2026-11-03", referenceRange=ranges))
    assert versus_range(fact) == side


def test_a_range_in_another_unit_is_warned_of() -> None:
    other = [{"low": {"value": 3500, "unit": "umol/L"}}]
    fact = one("labs", lab("o1", "Potassium", 5.9, "2026-11-03", referenceRange=other))
    assert fact.warnings == ("The reference range is in another unit.",)


def test_a_trend_cites_its_ends_and_extremes_and_gives_them() -> None:
    values = [(1.2, "2026-08-01"), (2.0, "2026-09-01"), (1.0, "2026-10-01"), (1.7, "2026-11-01")]
    found = call("labs", *(lab(d, "Creatinine", v, d, unit="mg/dL") for v, d in values))
    (trend,) = found.trends
    by_handle = {f.handle: f.source.resource_id for f in found.facts}
    assert trend.direction == "rising"
    assert trend.count == 4
    assert [by_handle[h] for h in (trend.first, trend.last, trend.low, trend.high)] == [
        "2026-08-01",
        "2026-11-01",
        "2026-10-01",
        "2026-09-01",
    ]


@pytest.mark.parametrize(
    ("first", "last", "direction"), [(5, 4, "falling"), (4, 4, "unchanged"), (4, 5, "rising")]
)
def test_a_trend_goes_by_its_ends(first: int, last: int, direction: str) -> None:
    found = call(
        "labs", lab("a", "Sodium", first, "2026-01-01"), lab("b", "Sodium", last, "2026-02-01")
    )
    assert [t.direction for t in found.trends] == [direction]


def test_a_trend_reaches_back_two_years_and_no_further() -> None:
    values = [(1.0, "2013-01-01"), (2.0, "2025-01-01"), (3.0, "2026-11-01")]
    (trend,) = call("labs", *(lab(d, "Creatinine", v, d) for v, d in values)).trends
    assert (trend.count, trend.first, trend.last) == (2, "lab2", "lab1")
    assert call("labs", *(lab(d, "Sodium", v, d) for v, d in values[::2])).trends == ()


def test_no_trend_joins_two_units_or_two_values_of_one_instant_or_a_preliminary_value() -> None:
    units = (
        lab("a", "Glucose", 7, "2026-01-01"),
        lab("b", "Glucose", 126, "2026-02-01", unit="mg/dL"),
    )
    assert call("labs", *units).trends == ()
    tied = (lab("a", "Sodium", 135, "2026-01-01"), lab("b", "Sodium", 141, "2026-01-01"))
    assert call("labs", *tied).trends == ()
    early = lab("b", "Sodium", 141, "2026-02-01", status="preliminary")
    assert call("labs", lab("a", "Sodium", 135, "2026-01-01"), early).trends == ()


def test_of_two_thousand_results_the_newest_of_each_test_is_given_abnormal_first() -> None:
    many = [
        lab(f"o{t}-{n}", f"Test {t}", 4.0, f"20{n // 12:02d}-{n % 12 + 1:02d}-01", code=f"c{t}")
        for t in range(20)
        for n in range(100)
    ]
    high = lab("high", "Potassium", 6.4, "2009-01-01", referenceRange=bounds(3.5, 5.1))
    found = call("labs", *many, high)
    assert found.total == 2001
    assert found.facts[0].source.resource_id == "high"
    assert len(found.facts) <= 60
    assert found.shown == len(found.facts)
    newest = {f.name for f in found.facts if f.effective and f.effective.day == "2008-04-01"}  # type: ignore[union-attr]
    assert len(newest) == 20


def test_named_tests_give_more_values_and_codes_are_names_too() -> None:
    values = [lab(f"o{n}", "Potassium", n, f"2026-01-{n:02d}", code="2823-3") for n in range(1, 10)]
    other = lab("x", "Sodium", 140, "2026-01-01", code="2951-2")
    assert len(call("labs", *values, other, names=["potassium"], limit=3).facts) >= 3
    assert {f.name for f in call("labs", *values, other, codes=["2951-2"]).facts} == {"Sodium"}


def test_since_keeps_later_results_and_those_without_a_date() -> None:
    found = call(
        "labs",
        lab("a", "A", 1, "2026-01-31"),
        lab("b", "B", 1, "2026-02-01T08:00:00Z"),
        lab("c", "C", 1, None),
        lab("d", "D", 1, "2026"),
        since="2026-02-01",
    )
    assert {f.source.resource_id for f in found.facts} == {"b", "c", "d"}


def test_the_further_out_of_range_the_sooner() -> None:
    near = one("labs", lab("a", "A", 5.2, "2026-01-01", referenceRange=bounds(3.5, 5.1)))
    far = one("labs", lab("a", "A", 6.9, "2026-01-01", referenceRange=bounds(3.5, 5.1)))
    critical = one("labs", lab("a", "A", 5.2, "2026-01-01", interpretation=[concept(code="HH")]))
    assert excursion(near) < excursion(far) < excursion(critical)
    assert is_abnormal(critical)
