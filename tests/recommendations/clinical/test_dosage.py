"""Dose, strength, route and frequency: what is said in one way is taken, the rest is left."""

from typing import Any

import pytest

from recommendations.clinical.dosage import dosage, strength
from recommendations.clinical.frequencies import frequency_in


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("Take 1 tablet by mouth twice daily", "twice daily"),
        ("1 tab BID", "twice daily"),
        ("one tablet three times a day with food", "three times daily"),
        ("Take 1 tablet by mouth 1 (one) time each day.", "daily"),
        ("every 8 hours", "every 8 hours"),
        ("q8h", "every 8 hours"),
        ("q 12 h", "every 12 hours"),
        ("every six hours as needed", "every 6 hours"),
        ("once daily at bedtime", "at bedtime"),
        ("nightly", "at bedtime"),
        ("once a week", "weekly"),
        ("twice weekly", "twice weekly"),
        ("every other day", "every other day"),
        ("daily", "daily"),
        ("once daily", "daily"),
        ("every morning", "every morning"),
        ("monthly", "monthly"),
    ],
)
def test_a_frequency_in_words_is_given_in_house_words(text: str, frequency: str) -> None:
    assert frequency_in(text) == frequency


@pytest.mark.parametrize(
    "text",
    [
        "two or three times a week for knee pain",
        "every 4-6 hours",
        "every 4 to 6 hours as needed",
        "once or twice daily",
        "5 mg daily, then twice daily from Monday",
        "as directed",
        "",
        "restless legs",
    ],
)
def test_a_frequency_said_in_more_than_one_way_or_not_at_all_is_left_out(text: str) -> None:
    assert frequency_in(text) == ""


@pytest.mark.parametrize(
    ("repeat", "frequency"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, "twice daily"),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, "every 8 hours"),
        ({"frequency": 1, "period": 1.0, "periodUnit": "d"}, "daily"),
        ({"frequency": 3, "period": 1, "periodUnit": "wk"}, "three times weekly"),
        ({"period": 2, "periodUnit": "d"}, "every other day"),
        ({"when": ["HS"]}, "at bedtime"),
        ({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, ""),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]}, ""),
        ({"frequency": 2, "period": 3, "periodUnit": "d"}, ""),
        ({"frequency": 1, "period": 1, "periodUnit": "fortnight"}, ""),
    ],
)
def test_a_coded_timing_is_given_in_house_words_or_left_out(repeat: Any, frequency: str) -> None:
    assert dosage([{"timing": {"repeat": repeat}}]).frequency == frequency


def test_a_timing_code_is_understood() -> None:
    assert dosage([{"timing": {"code": {"coding": [{"code": "BID"}]}}}]).frequency == "twice daily"


def test_text_and_code_that_differ_claim_no_frequency_and_warn() -> None:
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    found = dosage([{"text": "Take twice daily", "timing": timing}])
    assert found.frequency == ""
    assert found.warnings == ("The dosage text and the coded timing differ.",)


def test_a_coded_dose_is_taken_and_a_bare_number_is_not() -> None:
    coded = dosage([{"doseAndRate": [{"doseQuantity": {"value": 12.5, "unit": "mg"}}]}])
    assert coded.dose is not None
    assert f"{coded.dose.value} {coded.dose.unit}" == "12.5 mg"
    assert dosage([{"doseAndRate": [{"doseQuantity": {"value": 1.0}}]}]).dose is None


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("Take 25 mg by mouth daily", "25 mg"),
        ("Take 2 tablets by mouth", "2 tablets"),
        ("Take 10 mg Monday and 5 mg otherwise", None),
        ("Apply 10 mg/mL solution", None),
        ("Take as directed", None),
    ],
)
def test_a_dose_in_words_is_taken_only_where_there_is_one(text: str, dose: str | None) -> None:
    found = dosage([{"text": text}]).dose
    assert (found and f"{found.value} {found.unit}") == dose


def test_several_instructions_that_differ_leave_dose_and_frequency_to_the_text() -> None:
    found = dosage([{"text": "Take 20 mg daily"}, {"text": "then take 10 mg daily"}])
    assert (found.dose, found.frequency) == (None, "daily")
    assert found.text == "Take 20 mg daily; then take 10 mg daily"
    assert found.warnings


def test_as_needed_is_known_unknown_or_denied() -> None:
    assert dosage([{"asNeededBoolean": False}]).as_needed is False
    assert dosage([{"text": "PRN pain"}]).as_needed is True
    assert dosage([{"asNeededCodeableConcept": {"text": "pain"}}]).as_needed is True
    assert dosage([{"text": "daily"}]).as_needed is None
    assert dosage([]).as_needed is None


def test_a_route_is_given_without_its_hierarchy_words() -> None:
    assert dosage([{"route": {"text": "Oral route (qualifier value)"}}]).route == "oral"
    assert dosage([{"text": "by mouth"}]).route == "oral"
    assert dosage([{"text": "by mouth or intravenous"}]).route == ""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Simvistatin 10 MG Oral Tablet", "10 MG"),
        ("Insulin glargine 100 units/mL injection", "100 units/mL"),
        ("Acetaminophen 300 MG / HYDROcodone 5 MG Oral Tablet", "300 MG / 5 MG"),
        ("drospirenone tablet 3-0.02 mg", "0.02 mg"),
        ("Jolivette 28 Day Pack", ""),
    ],
)
def test_the_strength_is_read_out_of_the_name_as_it_stands(name: str, found: str) -> None:
    assert strength(name) == found
