"""The offline drafter: what it says of a chart, and what it leaves unsaid."""

import pytest

from recommendations.agent import offline
from recommendations.clinical.reading import Reading
from recommendations.verification.claims import (
    AbsenceClaim,
    AllergyClaim,
    InferenceClaim,
    MedicationClaim,
    NoteClaim,
    ObservationClaim,
    TrendClaim,
)
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.results import Concept
from tests.recommendations.charts import ChartReader, reading_from_bundle
from tests.recommendations.clinical.resources import bounds, concept, condition, lab, patient, vital
from tests.recommendations.offline.drafts import AS_OF, CHART, PREVISIT, PROGRESS, drafted, texts


@pytest.mark.parametrize(
    "sentence",
    [
        "68-year-old female.",
        "Office visit on 17 Nov 2026, reason: Fatigue.",
        "Chronic kidney disease, stage 3b, active, since 19 Oct 2024.",
        "Embolism, active, unconfirmed.",
        "Spironolactone 25 mg oral daily, active, ordered 27 Oct 2026.",
        "Naproxen, active, reported 17 Nov 2026.",
        "Allergy: Penicillin (Anaphylaxis).",
        "Potassium 5.9 mmol/L on 17 Nov 2026 (above the reference range 3.5\u20135.1).",
        "Potassium rose from 4.9 mmol/L on 27 Oct 2026 to 5.9 mmol/L on 17 Nov 2026.",
        "Sodium 139 mmol/L on 17 Nov 2026 (within the reference range 135\u2013145).",
        "Blood pressure 118/70 mmHg on 17 Nov 2026.",
        (
            "Progress note of 17 Nov 2026 by J. Ferris, RN says: "
            "“Feels more tired this week. Denies chest pain.”"
        ),
        "Appointment: Cardiology on 3 Oct 2026, missed.",
    ],
)
def test_the_summary_says_what_the_chart_says(sentence: str) -> None:
    assert sentence in texts(drafted("previsit_summary"))


def test_the_progress_note_tells_family_history_as_the_relatives() -> None:
    assert "Mother: type 2 diabetes." in texts(drafted("progress_note"))


@pytest.mark.parametrize("word", ["Asthma", "Lupus", "12.5", "No known allergies"])
def test_what_is_over_refuted_stopped_or_outdated_is_not_told(word: str) -> None:
    for document in DOCUMENTS:
        told = [s for s in drafted(document) if s.section != "medication_history"]
        assert not any(word in text for text in texts(told))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_statements_stand_in_the_order_and_within_the_limits_of_the_document(document: str) -> None:
    statements = drafted(document)
    keys = [s.key for s in DOCUMENTS[document].sections]
    places = [keys.index(s.section) for s in statements]
    assert places == sorted(places)
    assert len(statements) == len(texts(statements)) <= DOCUMENTS[document].most
    for section in DOCUMENTS[document].sections:
        assert sum(s.section == section.key for s in statements) <= section.most


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_claim_cites_a_fact_that_was_read_and_none_is_an_inference(document: str) -> None:
    chart = reading_from_bundle(CHART, as_of=AS_OF)
    for statement in offline.draft(DOCUMENTS[document], chart):
        for claim in statement.claims:
            assert not isinstance(claim, InferenceClaim)
            if isinstance(claim, TrendClaim):
                assert chart.fact(claim.from_ref)
                assert chart.fact(claim.to_ref)
            elif not isinstance(claim, AbsenceClaim):
                assert chart.fact(claim.ref)  # type: ignore[union-attr]


def test_claims_carry_the_values_of_the_sentence() -> None:
    found = {s.text.split(" ")[0]: s.claims for s in drafted("previsit_summary")}
    (medication,) = found["Spironolactone"]
    assert isinstance(medication, MedicationClaim)
    assert (medication.name, medication.dose, medication.frequency) == (
        "Spironolactone",
        "25 mg",
        "daily",
    )
    assert (medication.status, medication.ordered) == ("active", "2026-10-27")
    (allergic,) = found["Allergy:"]
    assert isinstance(allergic, AllergyClaim)
    assert (allergic.substance, allergic.reaction) == ("Penicillin", "Anaphylaxis")
    (sodium,) = found["Sodium"]
    assert isinstance(sodium, ObservationClaim)
    assert (str(sodium.value), sodium.unit, sodium.when, sodium.versus_range) == (
        "139",
        "mmol/L",
        "2026-11-17",
        "within",
    )


def test_a_quote_stands_in_the_note_word_for_word() -> None:
    chart = reading_from_bundle(CHART, as_of=AS_OF)
    quotes = [
        c for s in offline.draft(PROGRESS, chart) for c in s.claims if isinstance(c, NoteClaim)
    ]
    assert quotes
    for claim in quotes:
        text = chart.fact(claim.ref).text  # type: ignore[union-attr]
        assert claim.quote in text.replace("\n", " ")


def test_of_two_thousand_results_about_a_dozen_are_told_the_abnormal_first() -> None:
    many = [
        lab(f"o{t}-{n}", f"Test {t}", 4.0, f"2026-{n % 11 + 1:02d}-{n // 11 + 1:02d}", code=f"c{t}")
        for t in range(20)
        for n in range(100)
    ]
    high = lab("high", "Potassium", 6.4, "2026-03-01", referenceRange=bounds(3.5, 5.1))
    results = [
        s for s in drafted("previsit_summary", [patient(), *many, high]) if s.section == "results"
    ]
    assert results[0].text.startswith("Potassium 6.4")
    assert 2 <= len(results) <= 12


def test_two_values_of_one_moment_are_both_told() -> None:
    chart = [
        patient(),
        lab("o1", "Potassium", 4.4, "2026-11-17T07:30:00Z", referenceRange=bounds(3.5, 5.1)),
        lab("o2", "Potassium", 5.2, "2026-11-17T07:30:00Z", referenceRange=bounds(3.5, 5.1)),
    ]
    told = " ".join(texts(drafted("previsit_summary", chart)))
    assert "Potassium 4.4" in told
    assert "Potassium 5.2" in told


def test_a_weight_that_came_back_is_told_from_where_it_was_lowest() -> None:
    kilograms = {"2026-10-20": 91.8, "2026-10-27": 85.9, "2026-11-05": 88.2, "2026-11-17": 89.7}
    weighed = [
        vital(
            f"w{n}",
            "Body weight",
            None,
            day,
            code=concept("Body weight", "29463-7"),
            valueQuantity={"value": value, "unit": "kg"},
        )
        for n, (day, value) in enumerate(kilograms.items())
    ]
    pulse = [
        vital(f"p{n}", "Heart rate", value, day, code=concept("Heart rate", "8867-4"))
        for n, (day, value) in enumerate((("2026-10-20", 108), ("2026-11-17", 74)))
    ]
    told = texts(drafted("previsit_summary", [patient(), *weighed, *pulse]))
    assert "Body weight rose from 85.9 kg on 27 Oct 2026 to 89.7 kg on 17 Nov 2026." in told
    assert not any("Heart rate fell" in text for text in told)


def test_vital_signs_are_not_crowded_out_by_results() -> None:
    high = [
        lab(f"o{n}", f"Test {n}", 9 + n, "2026-11-16", code=f"c{n}", referenceRange=bounds(1, 2))
        for n in range(20)
    ]
    told = [s.text for s in drafted("previsit_summary", [*CHART, *high]) if s.section == "results"]
    assert "Blood pressure 118/70 mmHg on 17 Nov 2026." in told


def test_a_preliminary_result_is_not_told_as_final() -> None:
    chart = [patient(), lab("o1", "Potassium", 6.4, "2026-11-17", status="preliminary")]
    assert not any("6.4" in text for text in texts(drafted("previsit_summary", chart)))


def test_the_same_chart_gives_the_same_draft_to_the_letter() -> None:
    assert drafted("previsit_summary") == drafted("previsit_summary")


def test_statements_come_one_by_one_before_the_chart_is_read_to_its_end() -> None:
    reader = ChartReader(CHART)
    stream = offline.draft(PREVISIT, Reading(reader, AS_OF))
    next(stream)
    assert Concept.CARE_PLANS not in {c for asked in reader.rounds for c in asked}


def test_a_name_too_long_for_a_sentence_leaves_the_others_standing() -> None:
    chart = [patient(), condition("c1", "x" * 500), condition("c2", "Asthma")]
    assert "Asthma, active." in texts(drafted("previsit_summary", chart))


def test_the_label_says_that_it_is_not_ai() -> None:
    assert "not AI" in offline.LABEL
    assert offline.VERSION
