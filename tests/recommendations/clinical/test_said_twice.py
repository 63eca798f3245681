"""What an instruction says in words and in codes: taken where the two agree, kept where not."""

from typing import Any

import pytest

from recommendations.clinical.dosage import LONGEST, dosage

DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
TWICE = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}


def coded(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}], **more}


@pytest.mark.parametrize(
    ("text", "value", "unit", "strength"),
    [
        ("Take 7.5 mg every evening", 5, "mg", ""),
        ("Take 2 tablets daily", 1, "tablet", ""),
        ("Take two tablets daily", 1, "tablet(s)", ""),
        ("Inject 1,000 units", 100, "unit", ""),
        ("Take 50 mcg daily", 50, "mg", ""),
        ("Take 0.05 mg daily", 500, "mcg", ""),
        ("Take 2 tablets daily", 250, "mg", "250 MG"),
        ("Take 250 mg daily", 2, "tablet", "250 MG"),
        ("Take 10 mL twice daily", 250, "mg", "250 MG/5ML"),
        ("Take 2.5 mg twice daily", 5, "mL", "250 MG/5ML"),
        ("Inhale 1 puff daily", 180, "mcg", "90 MCG/ACTUAT"),
        ("Take 2 tablets daily", 500, "mg", ""),  # without a strength nobody can say that it agrees
        ("Take 5 mL daily", 250, "mg", ""),
        ("Take 5 mg, max 10 mg a day", 10, "mg", ""),
        ("Take 5 mg, up to 10 mg a day", 10, "mg", ""),
    ],
)
def test_of_two_doses_that_differ_neither_is_taken_and_both_are_kept(
    text: str, value: float, unit: str, strength: str
) -> None:
    found = dosage([coded(value, unit, text=text)], strength=strength)
    assert (found.dose, found.differing) == (None, ("dose",))
    assert (found.text, found.coded) == (text, f"{value} {unit}")
    assert found.warnings == ("The dosage text and the coded dose differ.",)


@pytest.mark.parametrize(
    ("text", "value", "unit", "strength"),
    [
        ("Take 5 mg every evening", 5, "mg", ""),
        ("Take 0.05 mg daily", 50, "mcg", ""),
        ("Take 1 g daily", 1000, "mg", ""),
        ("Take 1 tablet (5 mg) daily", 5, "mg", ""),
        ("Take 1 tablet (5 mg) daily", 1, "tablet", ""),
        ("Take 2 tablets (250 mg each) daily", 500, "mg", ""),
        ("Take 2 tablets daily", 500, "mg", "250 MG"),
        ("Take 500 mg daily", 2, "tablet", "250 MG"),
        ("Take 5 mg daily, max 10 mg", 5, "mg", ""),
        ("Apply 10 mg/mL solution", 5, "mL", ""),
        ("Take as directed", 5, "mg", ""),
        ("Take 5 mL (250 mg) twice daily", 250, "mg", ""),
        ("Take 5 mL twice daily", 250, "mg", "250 MG/5ML"),
        ("Take 250 mg twice daily", 5, "mL", "250 MG/5ML"),
        ("Inject 0.4 mL daily", 40, "mg", "40 MG/0.4ML"),
        ("Inject 0.1 mL daily", 10, "unit", "100 UNT/ML"),
        ("Inhale 2 puffs daily", 180, "mcg", "90 MCG/ACTUAT"),
        ("Take 1 tablet daily", 5, "mg", "5 MG / 10 MG"),
        ("Take 2 scoops daily", 34, "g", ""),
        ("Take 1 tablet with 240 mL of water", 10, "mg", "10 MG"),
    ],
)
def test_doses_that_agree_or_come_to_the_same_are_no_difference(
    text: str, value: float, unit: str, strength: str
) -> None:
    found = dosage([coded(value, unit, text=text)], strength=strength)
    assert (found.differing, found.coded, found.warnings) == ((), "", ())
    assert found.dose is not None
    assert f"{found.dose.value} {found.dose.unit}" == f"{value} {unit}"


@pytest.mark.parametrize(
    ("text", "timing", "frequency"),
    [
        ("Take at bedtime", DAILY, "at bedtime"),
        ("Take daily", {"repeat": {"when": ["HS"]}}, "at bedtime"),
        ("Take every 12 hours", TWICE, "every 12 hours"),
        ("Take twice daily", TWICE, "twice daily"),
    ],
)
def test_frequencies_that_say_the_same_are_one(text: str, timing: Any, frequency: str) -> None:
    found = dosage([{"text": text, "timing": timing}])
    assert (found.frequency, found.differing) == (frequency, ())


@pytest.mark.parametrize(
    ("instruction", "kind", "words"),
    [
        ({"text": "Take twice daily", "timing": DAILY}, "frequency", "daily"),
        (
            {"text": "Take in the morning", "timing": {"repeat": {"when": ["HS"]}}},
            "frequency",
            "at bedtime",
        ),
        ({"text": "Take by mouth", "route": {"text": "Subcutaneous"}}, "route", "subcutaneous"),
        (
            {"text": "Take daily as needed", "timing": DAILY, "asNeededBoolean": False},
            "as_needed",
            "daily, not as needed",
        ),
    ],
)
def test_route_time_and_as_needed_are_held_against_each_other_too(
    instruction: Any, kind: str, words: str
) -> None:
    found = dosage([instruction])
    assert (found.differing, found.coded) == ((kind,), words)
    assert getattr(found, kind) in ("", None)


@pytest.mark.parametrize("route", ["Oral", "Oral route (qualifier value)", "PO", "Oral use"])
def test_a_route_in_other_words_is_no_difference(route: str) -> None:
    assert dosage([{"text": "Take by mouth", "route": {"text": route}}]).differing == ()


def test_among_several_instructions_the_one_that_differs_is_told() -> None:
    found = dosage(
        [coded(5, "mg", text="Take 5 mg daily"), coded(5, "mg", text="Mondays take 7.5 mg")]
    )
    assert (found.dose, found.differing, found.coded) == (None, ("dose",), "5 mg")
    assert found.text == "Take 5 mg daily; Mondays take 7.5 mg"
    assert found.warnings == (
        "The order has several dosage instructions.",
        "The dosage text and the coded dose differ.",
    )


def test_instructions_and_words_that_are_cut_are_said_to_be() -> None:
    many = dosage([{"text": f"Take {n} mg"} for n in range(1, 13)])
    assert "2 more of its dosage instructions are in the chart and not shown." in many.warnings
    long = dosage([{"text": f"Take 5 mg {'with food ' * 120}"}])
    assert len(long.text) <= LONGEST
    assert long.warnings == ("Only the first 1,000 characters of the dosage text are shown.",)
    assert dosage([{"text": f"Take 5 mg {'with food ' * 60}"}]).warnings == ()


def test_a_bare_number_does_not_hide_the_dose_that_the_text_gives() -> None:
    bare = {"text": "Take 5 mg daily", "doseAndRate": [{"doseQuantity": {"value": 1}}]}
    dose = dosage([bare]).dose
    assert dose is not None
    assert f"{dose.value} {dose.unit}" == "5 mg"


@pytest.mark.parametrize(
    "text",
    [
        "Take 5 mg every evening, 7.5 mg on Mondays",
        "Take 1 tablet in the morning and 2 tablets at night",
        "Take 1 tablet (5 mg) daily, Mondays 2 tablets (10 mg)",
    ],
)
@pytest.mark.parametrize("dose", [(5, "mg"), (1, "tablet")])
def test_of_several_doses_in_one_text_none_is_taken_for_the_whole(
    text: str, dose: tuple[float, str]
) -> None:
    found = dosage([coded(*dose, text=text, timing=DAILY)])
    assert (found.text, found.dose, found.frequency) == (text, None, "")
    assert "The dosage text has several doses." in found.warnings


@pytest.mark.parametrize(
    "text",
    [
        "Take 500 mg (2 tablets of 250 mg) daily",
        "Take 2 tablets (250 mg each) daily, 500 mg in all",
        "Take 5 mg daily, max 10 mg",
        "Take 5 mg daily. Take 5 mg with food",
    ],
)
def test_one_dose_told_in_two_ways_is_one(text: str) -> None:
    assert dosage([{"text": text, "timing": DAILY}]).warnings == ()


@pytest.mark.parametrize(
    ("text", "unit", "warned"),
    [
        ("Dissolve 10 mg under the tongue", "lozenge", True),
        ("Take 2 tablets daily", "vial", True),
        ("Dissolve 5 lozenges (10 mg each)", "lozenge", False),  # the same, in the text's own words
        ("Dissolve 15 lozenges (10 mg each)", "lozenge", True),
        ("Take as directed", "vial", False),  # nothing to hold it against
        ("Take 5 mg daily", "mg", False),
    ],
)
def test_a_coded_dose_in_an_unknown_unit_that_was_not_compared_is_told(
    text: str, unit: str, warned: bool
) -> None:
    found = dosage([coded(5, unit, text=text)])
    words = "The coded dose is in an unknown unit and was not held against the dosage text."
    assert (words in found.warnings) is warned
    assert found.differing == ()


@pytest.mark.parametrize(
    ("text", "told", "kinds"),
    [
        ("Take 5 mg daily", "Take 10 mg daily", {"dose"}),
        ("Take 1 tablet daily", "Take 2 tablets daily", {"dose"}),
        ("Take 5 mg by mouth", "Take 5 mg under the tongue", {"route"}),
        ("Take 5 mg once daily", "Take 5 mg twice daily", {"frequency"}),
    ],
)
def test_what_the_patient_is_told_otherwise_is_shown_and_neither_is_taken(
    text: str, told: str, kinds: set[str]
) -> None:
    found = dosage([{"text": text, "patientInstruction": told}])
    assert found.text == f"{text}. To the patient: {told}"
    assert "The dosage text and the instruction to the patient differ." in found.warnings
    untold = {"dose": None, "route": "", "frequency": ""}
    assert {kind for kind in kinds if getattr(found, kind) != untold[kind]} == set()


@pytest.mark.parametrize(
    ("text", "told", "strength"),
    [
        ("Take 5 mg daily", "Take 5 mg every morning", ""),
        ("Take 500 mg daily", "Take 2 tablets daily", "250 MG"),
        ("Take 0.05 mg daily", "Take 50 mcg daily", ""),
        ("Take 5 mg daily", "Take with food.", ""),
        ("Take 5 mg every 12 hours", "Take 5 mg twice daily", ""),
        ("Take 5 mg daily", "", ""),
    ],
)
def test_what_the_patient_is_told_in_other_words_changes_nothing(
    text: str, told: str, strength: str
) -> None:
    alone = dosage([{"text": text}], strength=strength)
    assert dosage([{"text": text, "patientInstruction": told}], strength=strength) == alone


def test_an_instruction_to_the_patient_alone_is_the_text() -> None:
    found = dosage([{"patientInstruction": "Take 5 mg daily"}])
    assert (found.text, found.warnings) == ("Take 5 mg daily", ())
    assert found.dose is not None
