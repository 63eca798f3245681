"""Medications: the name from wherever it stands, the dose as ordered, current ones first."""

from typing import Any

from recommendations.clinical.facts import MedicationFact
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import concept, order, patient


def facts(*resources: dict[str, Any], **arguments: Any) -> list[MedicationFact]:
    chart = reading_from_bundle([patient(), *resources])
    found = chart.call("medications", arguments).facts
    return [f for f in found if isinstance(f, MedicationFact)]


SPIRONOLACTONE = order(
    "m1",
    "Spironolactone 25 MG Oral Tablet",
    authoredOn="2026-10-27",
    reasonCode=[concept("Heart failure")],
    dosageInstruction=[
        {
            "text": "Take 12.5 mg by mouth once daily",
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "route": concept("Oral"),
            "doseAndRate": [{"doseQuantity": {"value": 12.5, "unit": "mg"}}],
            "asNeededBoolean": False,
        }
    ],
)


def test_an_order_gives_dose_strength_route_frequency_status_and_date() -> None:
    (fact,) = facts(SPIRONOLACTONE)
    assert fact.name == "Spironolactone 25 MG Oral Tablet"
    assert fact.strength == "25 MG"
    assert fact.dose is not None
    assert f"{fact.dose.value} {fact.dose.unit}" == "12.5 mg"
    assert (fact.route, fact.frequency, fact.as_needed) == ("oral", "daily", False)
    assert (fact.status, fact.intent, fact.reported) == ("active", "order", False)
    assert fact.authored is not None
    assert fact.authored.day == "2026-10-27"
    assert fact.reason == "Heart failure"
    assert fact.warnings == ()


def test_the_name_comes_from_the_referred_medication_as_epic_sends_it() -> None:
    medication = {
        "resourceType": "Medication",
        "id": "x1",
        "code": concept(
            "drospirenone-ethinyl estradiol (YAZ) tablet 3-0.02 mg", "748797", "rxnorm"
        ),
    }
    referring = order("m1", medicationReference={"reference": "Medication/x1", "display": "YAZ"})
    (fact,) = facts(referring, medication)
    assert fact.name.startswith("drospirenone")
    assert fact.codings[0].code == "748797"


def test_the_name_comes_from_a_contained_medication() -> None:
    inside = {"resourceType": "Medication", "id": "c1", "code": concept("Iron")}
    (fact,) = facts(order("m1", medicationReference={"reference": "#c1"}, contained=[inside]))
    assert fact.name == "Iron"


def test_a_medication_that_did_not_come_along_is_named_by_its_display() -> None:
    (fact,) = facts(
        order("m1", medicationReference={"reference": "Medication/gone", "display": "YAZ"})
    )
    assert (fact.name, fact.codings) == ("YAZ", ())


def test_a_medication_without_any_name_is_a_gap() -> None:
    chart = reading_from_bundle([patient(), order("m1"), order("m2", "Iron")])
    found = chart.call("medications")
    assert [f.name for f in found.facts] == ["Iron"]
    assert [g.words for g in found.gaps] == ["Some medications could not be understood."]


def test_home_medications_are_told_from_orders() -> None:
    reported = order("m1", "Aspirin", reportedBoolean=True, intent="plan")
    statement = order("m2", "Ibuprofen") | {
        "resourceType": "MedicationStatement",
        "dateAsserted": "2026-11-01",
        "dosage": [{"text": "400 mg by mouth three times daily as needed"}],
    }
    found = {f.name: f for f in facts(reported, statement, order("m3", "Iron"))}
    assert found["Aspirin"].reported
    assert not found["Iron"].reported
    ibuprofen = found["Ibuprofen"]
    assert ibuprofen.reported
    assert (ibuprofen.frequency, ibuprofen.as_needed) == ("three times daily", True)
    assert ibuprofen.authored is not None


def test_current_ones_stand_first_and_stopped_ones_are_given_unless_refused() -> None:
    resources = (
        order("m1", "Old", status="stopped", authoredOn="2026-11-01"),
        order("m2", "Now", authoredOn="2020-01-01"),
        order("m3", "Held", status="on-hold", authoredOn="2021-01-01"),
        order("m4", "Wrong", status="entered-in-error", authoredOn="2026-11-02"),
    )
    assert [f.name for f in facts(*resources)] == ["Held", "Now", "Old"]
    assert [f.name for f in facts(*resources, current_only=True)] == ["Held", "Now"]


def test_names_are_matched_in_part_and_by_display() -> None:
    coded = order("m2") | {
        "medicationCodeableConcept": concept("Glucophage", "6809", "rx", "metformin")
    }
    assert [f.name for f in facts(SPIRONOLACTONE, coded, names=["METFORMIN"])] == ["Glucophage"]


def test_the_patients_name_is_taken_out_of_dosage_text() -> None:
    (fact,) = facts(order("m1", "Iron", dosageInstruction=[{"text": "Give Ruth one tablet"}]))
    assert fact.dosage_text == "Give [name] one tablet"
