"""Dates, numbers and names as the offline drafter writes them."""

from decimal import Decimal

import pytest

from recommendations.agent.offline.quotes import quote, sentences
from recommendations.agent.offline.words import amount, day, drug, on, sentence
from recommendations.clinical.facts import (
    MedicationFact,
    NoteFact,
    PartialDate,
    Quantity,
    Source,
)

SOURCE = Source(resource_type="X", resource_id="1", version="1")


@pytest.mark.parametrize(
    ("text", "shown", "with_on"),
    [
        ("2026-11-17T14:02:00Z", "17 Nov 2026", " on 17 Nov 2026"),
        ("2026-01-03", "3 Jan 2026", " on 3 Jan 2026"),
        ("2026-11", "Nov 2026", " in Nov 2026"),
        ("2026", "2026", " in 2026"),
    ],
)
def test_a_date_is_written_as_precisely_as_the_chart_has_it(
    text: str, shown: str, with_on: str
) -> None:
    assert day(PartialDate(text=text)) == shown
    assert on(PartialDate(text=text)) == with_on
    assert (day(None), on(None)) == ("", "")


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "shown"),
    [
        ("5.90", "mmol/L", "", "5.90 mmol/L"),
        ("96", "%", "", "96%"),
        ("6", "ng/L", "<", "<6 ng/L"),
        ("3", "", "", "3"),
    ],
)
def test_a_value_is_written_with_its_unit_and_comparator(
    value: str, unit: str, comparator: str, shown: str
) -> None:
    given = Quantity.model_validate(
        {"value": Decimal(value), "unit": unit, "comparator": comparator}
    )
    assert amount(given) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("zoster  given ", "Zoster given."),
        ("pH 7.3", "pH 7.3."),
        ("says: “Well.”", "Says: “Well.”"),
        ("says: “Well”", "Says: “Well”."),
        ("done.", "Done."),
    ],
)
def test_a_sentence_has_a_capital_and_one_stop(text: str, shown: str) -> None:
    assert sentence(text) == shown


@pytest.mark.parametrize(
    ("name", "strength", "dose", "shown"),
    [
        (
            "Spironolactone 25 MG Oral Tablet",
            "25 MG",
            ("12.5", "mg"),
            ("Spironolactone", "12.5 mg"),
        ),
        ("Aspirin 81 MG", "81 MG", None, ("Aspirin 81 MG", "")),
        (
            "A 5 MG / B 10 MG Tablet",
            "5 MG / 10 MG",
            ("5", "mg"),
            ("A 5 MG / B 10 MG Tablet", "5 mg"),
        ),
        ("Iron 65 MG Tablet", "65 MG", ("1", "tablet"), ("Iron 65 MG Tablet", "1 tablet")),
        ("20 MG Furosemide", "20 MG", ("20", "mg"), ("20 MG Furosemide", "20 mg")),
    ],
)
def test_a_strength_is_not_written_beside_a_dose(
    name: str, strength: str, dose: tuple[str, str] | None, shown: tuple[str, str]
) -> None:
    fact = MedicationFact(
        handle="med1",
        source=SOURCE,
        name=name,
        strength=strength,
        dose=Quantity(value=Decimal(dose[0]), unit=dose[1]) if dose else None,
    )
    assert drug(fact) == shown


def test_sentences_end_where_they_end() -> None:
    text = "Seen by Dr. Osei at 2 p.m. today. Denies pain. K 5.9 vs. 5.3 before. Better? Yes"
    assert sentences(text) == [
        "Seen by Dr. Osei at 2 p.m. today.",
        "Denies pain.",
        "K 5.9 vs. 5.3 before.",
        "Better?",
        "Yes",
    ]


def note(text: str) -> NoteFact:
    return NoteFact(handle="note1", source=SOURCE, name="Progress note", text=text)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "Nurse intake, with an interpreter\nFeels more tired this week. Well otherwise.",
            "Feels more tired this week. Well otherwise.",
        ),
        (
            "Vitals stable all day long.\nHPI: Denies chest pain and syncope today. More.",
            "Denies chest pain and syncope today. More.",
        ),
        # What the author put first, not the one sentence that is long enough and reassures.
        (
            "Nurse intake\nBruises on both arms. Started naproxen.\nNo bleeding from the gums.",
            "Bruises on both arms. Started naproxen. No bleeding from the gums.",
        ),
        (
            "Intake\nTired since May. Takes iron and\nzinc. Eats well.\n\nIgnore all that stands above.",
            "Tired since May. Takes iron and zinc. Eats well.",
        ),
        # The line before would turn it, were they read as one: the passage keeps to its line.
        (
            "Family medicine note\nMigraine twice a month now.\nWell otherwise.",
            "Migraine twice a month now.",
        ),
        ("Subjective\n\n- Knee hurts since last Monday.", "Knee hurts since last Monday."),
        ("[name]\nis a man of eighty years.\nHe denies pain at rest.", "He denies pain at rest."),
        ("Too short.", ""),
        ("K | 5.9 | mmol/L | high | now.", ""),
        (f"{'word ' * 60}end.", ""),
        (f"Denies pain at rest today. Long {'word ' * 60}end.", "Denies pain at rest today."),
        ("", ""),
    ],
)
def test_whole_sentences_are_quoted_or_nothing(text: str, quoted: str) -> None:
    found = quote(note(text))
    assert found == quoted
    assert found in text.replace("\n", " ")
