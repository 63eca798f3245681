"""The patient's own identifiers are taken out of text; clinical words are not."""

import pytest

from recommendations.clinical.identifiers import Identifiers
from tests.recommendations.clinical.resources import patient

KNOWN = Identifiers.of([patient()])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ruth Halloway is tired.", "[name] is tired."),
        ("HALLOWAY, RUTH A. is tired.", "[name] is tired."),
        ("Ms. Halloway reports pain.", "Ms. [name] reports pain."),
        ("Ruth's daughter called.", "[name]'s daughter called."),
        ("MRN 0048-2217.", "MRN [mrn]."),
        ("Call 555-010-2233 or (555) 010 2233.", "Call [phone] or [phone]."),
        ("Her son: 212-555-0143.", "Her son: [phone]."),
        ("Lives at 14 example lane, 55012.", "Lives at [address], [address]."),
        ("Born 03/09/1958, i.e. 9 Mar 1958.", "Born [birth date], i.e. [birth date]."),
        ("DOB: March 9, 1958; 1958-03-09", "DOB: [birth date]; [birth date]"),
        ("Write to r.h@example.org", "Write to [email]"),
    ],
)
def test_an_identifier_is_masked_by_what_it_is(text: str, masked: str) -> None:
    assert KNOWN.masked(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "BP 142/88, potassium 5.9 mmol/L on 17 Nov 2026.",
        "Platelets 120 000, WBC 4.5, dose 1000 mg.",
        "Follow-up 2026-11-17 at 10:30.",
        "ruthless",
    ],
)
def test_what_is_no_identifier_stays(text: str) -> None:
    assert KNOWN.masked(text) == text


def test_a_name_that_is_also_a_clinical_word_is_masked_only_as_a_name() -> None:
    known = Identifiers.of([patient(name=[{"family": "White", "given": ["May"]}])])
    assert known.masked("Mrs. White: White blood cells 4.5 in May.") == (
        "Mrs. [name]: White blood cells 4.5 in May."
    )
    assert known.masked("WHITE, MAY") == "[name]"


def test_a_patient_without_details_masks_nothing_but_numbers_of_anyone() -> None:
    known = Identifiers.of([{"resourceType": "Patient", "id": "p1", "name": [{}], "birthDate": 5}])
    assert known.masked("Ruth, 212-555-0143, 123-45-6789") == "Ruth, [phone], [number]"


def test_a_name_that_is_also_a_disease_leaves_the_disease_standing() -> None:
    known = Identifiers.of([patient(name=[{"family": "Parkinson", "given": ["Jo"]}])])
    assert known.masked("Parkinson's disease; Mr. Parkinson agrees; Jo Parkinson") == (
        "Parkinson's disease; Mr. [name] agrees; [name]"
    )


def test_a_long_name_is_masked_in_small_letters_too_and_a_short_one_is_not() -> None:
    assert KNOWN.masked("halloway walks; ruth is a word to nobody") == (
        "[name] walks; ruth is a word to nobody"
    )


def test_the_people_to_call_and_the_city_are_masked() -> None:
    contact = {
        "name": {"family": "Ansgar", "given": ["Lene"]},
        "telecom": [{"value": "5550109999"}],
    }
    known = Identifiers.of([patient(contact=[contact], address=[{"city": "Northfield"}])])
    assert known.masked("Call Lene Ansgar in Northfield at 555-010-9999.") == (
        "Call [name] in [address] at [phone]."
    )
