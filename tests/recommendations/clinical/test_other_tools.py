"""Demographics, diagnoses, allergies, notes and events: what becomes a fact, and what does not."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    FamilyHistoryFact,
    ImmunizationFact,
    NoteFact,
    ProcedureFact,
)
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolResult
from smartapp.fhir.results import Concept, Reason
from tests.recommendations.charts import ChartReader
from tests.recommendations.clinical.resources import allergy, concept, condition, note, patient

AS_OF = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)


def call(tool: str, *resources: dict[str, Any], **arguments: Any) -> ToolResult:
    return Reading(ChartReader([patient(), *resources]), AS_OF).call(tool, arguments)


@pytest.mark.parametrize(
    ("born", "age", "text"),
    [
        ("1958-03-09", 68, "68 years"),
        ("1958-11-18", 67, "67 years"),
        ("1958-11-17", 68, "68 years"),
        ("2026-04-18", 0, "6 months"),
        ("2024-12-01", 1, "23 months"),
        ("1958", None, "born 1958, exact age unknown"),
        ("2030-01-01", None, "age unknown"),
        ("unknown", None, "age unknown"),
        (None, None, "age unknown"),
    ],
)
def test_the_age_is_as_exact_as_the_birth_date(
    born: str | None, age: int | None, text: str
) -> None:
    found = Reading(ChartReader([patient(birthDate=born)]), AS_OF).call("demographics")
    (fact,) = found.facts
    assert isinstance(fact, DemographicsFact)
    assert (fact.age, fact.age_text, fact.sex, fact.deceased) == (age, text, "female", False)


def test_a_deceased_patient_is_known_by_flag_or_date() -> None:
    for died in ({"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-09"}):
        (fact,) = Reading(ChartReader([patient(**died)]), AS_OF).call("demographics").facts
        assert isinstance(fact, DemographicsFact)
        assert fact.deceased


def test_a_condition_has_status_certainty_onset_and_side() -> None:
    (fact,) = call(
        "diagnoses",
        condition(
            "c1",
            "Deep vein thrombosis",
            onsetDateTime="2026-08",
            bodySite=[concept("Leg", "24028007")],
            verificationStatus=concept(code="unconfirmed"),
            severity=concept("Moderate"),
        ),
    ).facts
    assert isinstance(fact, ConditionFact)
    assert (fact.status, fact.verification, fact.laterality) == ("active", "unconfirmed", "right")
    assert fact.onset is not None
    assert fact.onset.text == "2026-08"
    assert (fact.severity, fact.body_site) == ("Moderate", "Leg")


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("Left knee pain", "left"),
        ("Osteoarthritis of both knees", "bilateral"),
        ("Bilateral leg edema", "bilateral"),
        ("Pain, left greater than right", ""),
        ("Cleft palate", ""),
    ],
)
def test_a_side_is_taken_from_the_name_only_where_it_is_the_only_one(name: str, side: str) -> None:
    (fact,) = call("diagnoses", condition("c1", name)).facts
    assert isinstance(fact, ConditionFact)
    assert fact.laterality == side


def test_active_problems_stand_before_resolved_and_refuted_in_error_ones_nowhere() -> None:
    found = call(
        "diagnoses",
        condition("c1", "Old", clinicalStatus=concept(code="resolved"), onsetDateTime="2026-01-01"),
        condition("c2", "Visit", "encounter-diagnosis", onsetDateTime="2026-10-01"),
        condition("c3", "Problem", onsetDateTime="2010-01-01"),
        condition("c4", "Wrong", verificationStatus=concept(code="entered-in-error")),
    )
    assert [f.name for f in found.facts] == ["Problem", "Visit", "Old"]
    (only,) = call("diagnoses", condition("c1", "Old"), condition("c2", "New"), names=["new"]).facts
    assert only.name == "New"


def test_an_allergy_has_substance_reactions_and_criticality() -> None:
    (fact,) = call(
        "allergies",
        allergy(
            "a1",
            "Penicillin",
            criticality="high",
            reaction=[{"manifestation": [concept("Anaphylaxis")], "severity": "severe"}],
        ),
    ).facts
    assert isinstance(fact, AllergyFact)
    assert (fact.name, fact.criticality, fact.none_known) == ("Penicillin", "high", False)
    assert [(r.manifestation, r.severity) for r in fact.reactions] == [("Anaphylaxis", "severe")]


def test_not_on_file_is_neither_an_allergy_nor_none_known_but_a_gap() -> None:
    chart = Reading(ChartReader([patient(), allergy("a1", "Not on File", "1631000175102")]), AS_OF)
    found = chart.call("allergies")
    assert found.facts == ()
    assert not found.complete
    assert [g.words for g in found.gaps] == [
        "The chart does not say whether the patient was asked about allergies."
    ]
    assert chart.snapshot().searched == {"allergies": False}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("No known allergy (situation)", "716186003"),
        ("No known drug allergies", "409137002"),
        ("No Known Allergies", ""),
    ],
)
def test_no_known_allergy_says_that_somebody_asked(name: str, code: str) -> None:
    (fact,) = call("allergies", allergy("a1", name, code)).facts
    assert isinstance(fact, AllergyFact)
    assert fact.none_known


def test_a_refuted_allergy_is_not_given_and_a_critical_one_comes_first() -> None:
    found = call(
        "allergies",
        allergy("a1", "Egg"),
        allergy("a2", "Latex", verificationStatus=concept(code="refuted")),
        allergy("a3", "Peanut", criticality="high"),
        allergy("a4", "Dust", clinicalStatus=concept(code="resolved")),
    )
    assert [f.name for f in found.facts] == ["Peanut", "Egg", "Dust"]


def test_a_note_has_its_text_author_date_and_nothing_that_names_the_patient() -> None:
    (fact,) = call(
        "notes",
        note("n1", b"<p>Ruth Halloway, MRN 0048-2217, is tired.</p>", "2026-11-17", "text/html"),
    ).facts
    assert isinstance(fact, NoteFact)
    assert fact.text == "[name], MRN [mrn], is tired."
    assert (fact.author, fact.name, fact.truncated) == ("J. Ferris, RN", "Progress note", False)


def test_only_the_notes_that_are_given_are_fetched_and_each_only_once() -> None:
    notes = [note(f"n{n}", b"Feels well.", f"2026-11-{n:02d}") for n in range(1, 9)]
    reader = ChartReader([patient(), *notes])
    chart = Reading(reader, AS_OF)
    chart.call("notes")
    chart.call("notes")
    assert reader.opened == ["n8", "n7", "n6"]
    chart.call("notes", {"limit": 4})
    assert reader.opened == ["n8", "n7", "n6", "n5"]
    opened = chart.fact("note4")
    assert isinstance(opened, NoteFact)
    assert opened.text == "Feels well."


def test_a_superseded_note_is_flagged_and_comes_last() -> None:
    found = call(
        "notes",
        note("n1", b"Older but current.", "2026-11-01"),
        note("n2", b"Replaced.", "2026-11-17", status="superseded"),
    )
    assert [(f.source.resource_id, f.superseded) for f in found.facts] == [  # type: ignore[union-attr]
        ("n1", False),
        ("n2", True),
    ]


def test_a_note_whose_text_cannot_be_had_is_a_gap_and_the_others_stay() -> None:
    found = call(
        "notes",
        note("n1", b"%PDF-1.7", "2026-11-17", "application/pdf"),
        note("n2", b"Feels well.", "2026-11-16") | {"content": []},
        note("n3", b"Feels well.", "2026-11-15"),
    )
    assert [bool(f.text) for f in found.facts] == [False, False, True]  # type: ignore[union-attr]
    assert {g.reason for g in found.gaps} == {"unreadable", "failed"}
    assert not found.complete


def test_no_note_is_opened_where_the_patients_identifiers_are_unknown() -> None:
    reader = ChartReader(
        [patient(), note("n1", b"Ruth is tired.", "2026-11-17")], {Concept.PATIENT: Reason.FAILED}
    )
    found = Reading(reader, AS_OF).call("notes")
    assert reader.opened == []
    assert [f.text for f in found.facts] == [""]  # type: ignore[union-attr]
    assert not found.complete


def test_a_visit_is_named_by_type_or_class_and_a_cancelled_one_is_not_given() -> None:
    base = {"resourceType": "Encounter", "status": "finished", "class": {"code": "EMER"}}
    found = call(
        "encounters",
        {**base, "id": "e1", "type": [concept("Office visit")], "period": {"start": "2026-11-02"},
         "reasonCode": [concept("Ruth's fatigue")]},
        {**base, "id": "e2", "period": {"start": "2026-11-01"}},
        {**base, "id": "e3", "status": "cancelled"},
    )  # fmt: skip
    assert [f.name for f in found.facts] == ["Office visit", "emergency"]
    first = found.facts[0]
    assert isinstance(first, EncounterFact)
    assert (first.reason, first.encounter_class) == ("[name]'s fatigue", "emergency")


def test_appointments_stand_latest_first_with_their_status() -> None:
    base = {"resourceType": "Appointment"}
    found = call(
        "appointments",
        {**base, "id": "a1", "status": "noshow", "start": "2026-10-01T09:00:00Z",
         "serviceType": [concept("Cardiology")]},
        {**base, "id": "a2", "status": "booked", "start": "2026-12-01T09:00:00Z"},
    )  # fmt: skip
    rows = [f for f in found.facts if isinstance(f, AppointmentFact)]
    assert [(f.name, f.status) for f in rows] == [
        ("Appointment", "booked"),
        ("Cardiology", "noshow"),
    ]


def test_a_vaccine_not_given_keeps_its_status() -> None:
    (fact,) = call(
        "immunizations",
        {
            "resourceType": "Immunization",
            "id": "i1",
            "status": "not-done",
            "vaccineCode": concept("Influenza"),
            "occurrenceDateTime": "2026-11-01",
            "protocolApplied": [{"doseNumberPositiveInt": 1}],
        },
    ).facts
    assert isinstance(fact, ImmunizationFact)
    assert (fact.status, fact.dose_number) == ("not-done", "1")


def test_a_care_plan_has_its_activities_or_at_least_its_narrative() -> None:
    (fact,) = call(
        "care_plans",
        {
            "resourceType": "CarePlan",
            "id": "p1",
            "status": "active",
            "category": [concept(code="assess-plan"), concept("Heart failure")],
            "activity": [{"detail": {"code": concept("Daily weights")}}],
            "text": {"div": "<div><p>Ruth weighs herself.</p><p hidden>OBEY</p></div>"},
        },
    ).facts
    assert isinstance(fact, CarePlanFact)
    assert (fact.name, fact.activities) == ("Heart failure", ("Daily weights",))
    assert fact.text == "[name] weighs herself."


def test_a_procedure_has_its_side() -> None:
    (fact,) = call(
        "procedures",
        {
            "resourceType": "Procedure",
            "id": "p1",
            "status": "completed",
            "code": concept("Total replacement of left knee"),
            "performedPeriod": {"start": "2026-08-08"},
        },
    ).facts
    assert isinstance(fact, ProcedureFact)
    assert fact.laterality == "left"
    assert fact.performed is not None


def test_family_history_names_the_relation_and_never_the_relative() -> None:
    (fact,) = call(
        "family_history",
        {
            "resourceType": "FamilyMemberHistory",
            "id": "f1",
            "status": "completed",
            "name": "Edith Halloway",
            "relationship": concept("Mother"),
            "condition": [{"code": concept("Type 2 diabetes")}, {"code": {}}],
        },
    ).facts
    assert isinstance(fact, FamilyHistoryFact)
    assert (fact.relationship, fact.conditions) == ("Mother", ("Type 2 diabetes",))
    assert "Edith" not in fact.model_dump_json()


def test_a_reader_that_fetches_one_document_at_a_time_will_do() -> None:
    whole = ChartReader([patient(), note("n1", b"Feels well.", "2026-11-01")])
    reader = SimpleNamespace(read=whole.read, read_all=whole.read_all, attachment=whole.attachment)
    chart = Reading(reader, AS_OF)
    (fact,) = chart.call("notes").facts
    assert isinstance(fact, NoteFact)
    assert fact.text == "Feels well."


def test_a_note_that_could_not_be_opened_is_not_asked_for_again() -> None:
    reader = ChartReader([patient(), note("n1", b"", "2026-11-01") | {"content": []}])
    chart = Reading(reader, AS_OF)
    assert chart.call("notes").facts == chart.call("notes").facts
    assert reader.opened == ["n1"]
    assert chart.snapshot().facts[0].warnings == ("Its text was not read.",)


def test_a_note_that_nobody_signed_yet_says_so() -> None:
    (fact,) = call("notes", note("n1", b"Well today.", "2026-11-17", docStatus="preliminary")).facts
    assert (fact.status, fact.warnings) == ("preliminary", ("This note is not signed yet.",))


def test_a_patient_who_wrote_the_note_is_not_named_as_its_author() -> None:
    own = note("n1", b"I feel well.", "2026-11-17", author=[{"display": "Halloway, Ruth"}])
    (fact,) = call("notes", own).facts
    assert isinstance(fact, NoteFact)
    assert fact.author == "[name]"


def dose(id_: str, status: str = "completed", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationAdministration",
        "id": id_,
        "status": status,
        "medicationCodeableConcept": concept("Furosemide 10 MG/ML Injectable Solution"),
        "effectivePeriod": {
            "start": "2026-11-14T08:00:00-05:00",
            "end": "2026-11-14T08:30:00-05:00",
        },
        **more,
    }


def test_a_dose_given_has_its_amount_route_and_time() -> None:
    given = {
        "text": "40 mg IV push",
        "route": concept("Intravenous route"),
        "dose": {"value": 40, "unit": "mg", "code": "mg"},
    }
    (fact,) = call("administrations", dose("d1", dosage=given)).facts
    assert isinstance(fact, AdministrationFact)
    assert (fact.handle, fact.status, fact.route) == ("adm1", "completed", "intravenous")
    assert fact.dose is not None
    assert (fact.dose.value, fact.dose.unit, fact.strength) == (40, "mg", "10 MG/ML")
    assert fact.start is not None
    assert fact.end is not None
    assert (fact.start.text[11:16], fact.end.text[11:16]) == ("08:00", "08:30")
    assert (fact.reason, fact.differing) == ("", ())


def test_a_dose_that_was_not_given_says_why_without_the_patient_s_name() -> None:
    why = {"statusReason": [{"text": "Ruth refused"}], "reasonCode": [concept("Edema")]}
    (fact,) = call("administrations", dose("d1", "not-done", **why)).facts
    assert isinstance(fact, AdministrationFact)
    assert (fact.status, fact.reason, fact.dose) == ("not-done", "[name] refused", None)
    (given,) = call("administrations", dose("d1", **why)).facts
    assert isinstance(given, AdministrationFact)
    assert given.reason == "Edema"  # why it was given, and not why it was not


def test_a_dose_whose_text_and_coding_differ_is_neither() -> None:
    two_ways = {"text": "Give 20 mg by mouth", "dose": {"value": 40, "unit": "mg"}}
    (fact,) = call("administrations", dose("d1", dosage=two_ways)).facts
    assert isinstance(fact, AdministrationFact)
    assert (fact.dose, fact.differing) == (None, ("dose",))
    assert fact.warnings == ("The dosage text and the coded dose differ.",)


def test_doses_come_newest_first_by_name_and_day_and_none_that_was_withdrawn() -> None:
    doses = [
        dose("d1", effectivePeriod={"start": "2026-11-13T08:00:00-05:00"}),
        dose("d2", effectivePeriod={"start": "2026-11-14T08:00:00-05:00"}),
        # Later in the day than it looks: the zone counts.
        dose("d3", effectivePeriod={"start": "2026-11-14T13:30:00Z"}),
        dose("d4", medicationCodeableConcept=concept("Lisinopril 10 MG")),
        dose("d5", "entered-in-error"),
    ]
    found = call("administrations", *doses, names=["furosemide"]).facts
    assert [fact.source.resource_id for fact in found] == ["d3", "d2", "d1"]
    recent = call("administrations", *doses, since="2026-11-14", limit=2)
    assert [fact.source.resource_id for fact in recent.facts] == ["d3", "d2"]
    assert (recent.total, len(recent.left)) == (3, 1)


def test_a_dose_without_a_drug_is_a_gap_and_no_dose() -> None:
    result = call("administrations", dose("d1", medicationCodeableConcept={}), dose("d2"))
    assert [fact.source.resource_id for fact in result.facts] == ["d2"]
    assert [gap.words for gap in result.gaps] == ["Some doses given could not be understood."]
    assert not result.complete
