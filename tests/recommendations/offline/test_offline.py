"""The offline drafter: what it says of a chart, and what it leaves unsaid."""

from datetime import UTC, datetime
from typing import Any

import pytest

from recommendations.agent import offline
from recommendations.clinical.reading import Reading
from recommendations.verification import Chart, verify
from recommendations.verification.claims import (
    AbsenceClaim,
    AllergyClaim,
    DosageClaim,
    DraftedStatement,
    InferenceClaim,
    MedicationClaim,
    NoteClaim,
    ObservationClaim,
    TrendClaim,
)
from recommendations.verification.outcomes import Outcome
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.results import Concept, Reason
from tests.recommendations.charts import ChartReader, reading_from_bundle
from tests.recommendations.clinical.resources import (
    allergy,
    bounds,
    concept,
    condition,
    lab,
    note,
    order,
    patient,
    vital,
)

AS_OF = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
PREVISIT, PROGRESS = DOCUMENTS["previsit_summary"], DOCUMENTS["progress_note"]
LISTS = {"problems", "medications", "allergies"}

CHART: list[dict[str, Any]] = [
    patient(),
    {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "type": [concept("Office visit")],
        "reasonCode": [concept("Fatigue")],
        "period": {"start": "2026-11-17T13:10:00Z"},
    },
    condition("c1", "Chronic kidney disease, stage 3b", onsetDateTime="2024-10-19"),
    condition("c2", "Asthma", clinicalStatus=concept(code="resolved")),
    condition("c3", "Lupus", verificationStatus=concept(code="refuted")),
    condition("c4", "Embolism", verificationStatus=concept(code="unconfirmed")),
    order(
        "m1",
        "Spironolactone 25 MG Oral Tablet",
        authoredOn="2026-10-27",
        dosageInstruction=[
            {
                "route": concept("Oral"),
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 25, "unit": "mg"}}],
            }
        ],
    ),
    order("m2", "Spironolactone 12.5 MG", status="stopped", authoredOn="2026-08-04"),
    order("m3", "Naproxen", intent="plan", reportedBoolean=True, authoredOn="2026-11-17"),
    allergy("a1", "Penicillin", reaction=[{"manifestation": [concept("Anaphylaxis")]}]),
    allergy("a2", "No known allergies", "716186003"),
    lab("o1", "Potassium", 5.9, "2026-11-17", referenceRange=bounds(3.5, 5.1)),
    lab("o2", "Potassium", 4.9, "2026-10-27", referenceRange=bounds(3.5, 5.1)),
    lab("o3", "Sodium", 139, "2026-11-17", referenceRange=bounds(135, 145)),
    vital("v1", "Blood pressure", None, "2026-11-17", code=concept("BP", "85354-9")) | {
        "valueQuantity": None,
        "component": [
            {"code": concept("Systolic"), "valueQuantity": {"value": 118, "unit": "mmHg"}},
            {"code": concept("Diastolic"), "valueQuantity": {"value": 70, "unit": "mmHg"}},
        ],
    },
    note("n1", b"Feels more tired this week. Denies chest pain.", "2026-11-17"),
    {
        "resourceType": "FamilyMemberHistory",
        "id": "f1",
        "status": "completed",
        "relationship": concept("Mother"),
        "condition": [{"code": concept("type 2 diabetes")}],
    },
    {
        "resourceType": "Appointment",
        "id": "ap1",
        "status": "noshow",
        "start": "2026-10-03T09:00:00Z",
        "serviceType": [concept("Cardiology")],
    },
]  # fmt: skip


def drafted(
    document: str, resources: list[dict[str, Any]] = CHART, **missing: Reason
) -> list[DraftedStatement]:
    reasons = {Concept(name): reason for name, reason in missing.items()}
    chart = reading_from_bundle(resources, as_of=AS_OF, missing=reasons)
    return list(offline.draft(DOCUMENTS[document], chart))


def texts(statements: list[DraftedStatement]) -> set[str]:
    return {s.text for s in statements}


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
        assert not any(word in text for text in texts(drafted(document)))


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


@pytest.mark.parametrize("document", DOCUMENTS)
def test_an_empty_chart_is_told_honestly(document: str) -> None:
    absent = [
        c for s in drafted(document, [patient()]) for c in s.claims if isinstance(c, AbsenceClaim)
    ]
    assert {c.searched for c in absent} == LISTS
    assert "68-year-old female." in texts(drafted(document, [patient()]))


@pytest.mark.parametrize("reason", Reason)
def test_no_absence_is_told_of_what_could_not_all_be_read(reason: Reason) -> None:
    missing = dict.fromkeys((*LISTS, "encounter_diagnoses"), reason)
    statements = drafted("previsit_summary", [patient()], **missing)
    assert not any(isinstance(c, AbsenceClaim) for s in statements for c in s.claims)


def test_allergies_not_on_file_are_told_neither_as_allergy_nor_as_absence() -> None:
    chart = [patient(), allergy("a1", "Not on File", "1631000175102")]
    assert not any(s.section == "allergies" for s in drafted("previsit_summary", chart))


def test_no_known_allergies_are_told_where_somebody_asked_and_there_is_none() -> None:
    chart = [patient(), allergy("a1", "No known allergies", "716186003")]
    statements = [s for s in drafted("previsit_summary", chart) if s.section == "allergies"]
    assert texts(statements) == {"No known allergies."}


def test_a_resolved_problem_is_not_taken_for_an_empty_list() -> None:
    chart = [patient(), condition("c2", "Asthma", clinicalStatus=concept(code="resolved"))]
    assert not any(s.section == "problems" for s in drafted("previsit_summary", chart))


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


def test_an_order_about_to_be_signed_is_told_first_and_as_no_more_than_that() -> None:
    chart = [
        patient(),
        order("m1", "Albuterol", authoredOn="2024-01-02"),
        order("m2", "Amoxicillin", status="draft", authoredOn="2026-11-17"),
    ]
    told = [s.text for s in drafted("previsit_summary", chart) if s.section == "medications"]
    assert told == [
        "Amoxicillin, draft of 17 Nov 2026.",
        "Albuterol, active, ordered 2 Jan 2024.",
    ]


WARFARIN = "Warfarin 5 mg oral tablet"
DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}


def instructed(*instructions: dict[str, Any], name: str = WARFARIN) -> list[DraftedStatement]:
    """What is drafted of one order, verified."""
    ordered = order("m1", name, authoredOn="2026-08-24", dosageInstruction=[*instructions])
    chart = reading_from_bundle([patient(), ordered], as_of=AS_OF)
    found = [s for s in offline.draft(PREVISIT, chart) if s.section == "medications"]
    for statement in found:
        verdict = verify(statement, Chart.of(chart.snapshot()))
        assert verdict.outcome is Outcome.CHECKED, verdict.findings
    return found


def coded(value: float, unit: str = "mg", **more: Any) -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}], **more}


def test_where_text_and_coding_of_an_order_differ_both_are_told_and_cited() -> None:
    (told,) = instructed(coded(5, text="Take 7.5 mg every evening", timing=DAILY))
    assert told.text == (
        "Warfarin 5 mg oral tablet, active, ordered 24 Aug 2026: text and coding differ. The text "
        "says “Take 7.5 mg every evening”, the coding says “5 mg daily”."
    )
    (claim,) = told.claims
    assert isinstance(claim, DosageClaim)
    assert (claim.ref, claim.text, claim.coded) == (
        "med1",
        "Take 7.5 mg every evening",
        "5 mg daily",
    )


@pytest.mark.parametrize(
    ("instruction", "both"),
    [
        (
            coded(500, text="Take 2 tablets twice daily"),
            ("Take 2 tablets twice daily", "500 mg"),
        ),
        (
            coded(5, text="Take 5 mg twice daily", timing=DAILY),
            ("Take 5 mg twice daily", "5 mg daily"),
        ),
        (
            coded(5, text="Take 5 mg daily as needed", asNeededBoolean=False),
            ("Take 5 mg daily as needed", "5 mg, not as needed"),
        ),
    ],
)
def test_no_difference_between_the_two_is_passed_over(
    instruction: dict[str, Any], both: tuple[str, str]
) -> None:
    (told,) = instructed(instruction, name="Metformin 500 MG Oral Tablet")
    assert "text and coding differ" in told.text
    assert all(f"“{side}”" in told.text for side in both)


def test_an_order_with_several_doses_is_told_in_its_own_words_and_whole() -> None:
    whole = "Take 5 mg by mouth every evening, 7.5 mg on Mondays"
    (in_one,) = instructed(coded(5, text=whole, timing=DAILY))
    assert in_one.text.endswith(f"the order says “{whole}”.")
    (in_two,) = instructed({"text": "Take 5 mg daily"}, {"text": "Mondays take 7.5 mg"})
    assert in_two.text.endswith("the order says “Take 5 mg daily; Mondays take 7.5 mg”.")


def test_words_too_long_for_a_sentence_are_pointed_to() -> None:
    long = f"Take 7.5 mg every evening {'with food ' * 60}"
    (differ,) = instructed(coded(5, text=long))
    assert differ.text.endswith("its text and its coding differ; see the order.")
    (several,) = instructed({"text": long}, {"text": "Mondays take 5 mg"})
    assert several.text.endswith("its words are too long for a statement; see the order.")


def test_an_order_that_agrees_with_itself_is_told_as_before() -> None:
    (told,) = instructed(coded(5, text="Take 1 tablet (5 mg) daily", timing=DAILY))
    assert told.text == "Warfarin 5 mg daily, active, ordered 24 Aug 2026."


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
