"""What orders refer to is read along, once each, within a bound."""

import httpx2
import pytest

from smartapp.fhir.results import Concept, Reason
from tests.smartapp.fhir.ehr import Ehr, bundle, fhir, reader
from tests.smartapp.fhir.readings import events, ids, reasons

pytestmark = pytest.mark.django_db


def order(resource_id, reference):
    return {
        "resourceType": "MedicationRequest",
        "id": resource_id,
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": reference},
    }


def drug(resource_id):
    return {"resourceType": "Medication", "id": resource_id, "code": {"text": "Metformin"}}


def test_drugs_that_orders_refer_to_are_read_once_each():
    ehr = Ehr().on(
        "MedicationRequest", bundle(order("a", "Medication/m1"), order("b", "Medication/m1"))
    )
    ehr.on("Medication/m1", fhir(drug("m1")))
    result = reader(ehr).read(Concept.MEDICATIONS)
    assert ids(result) == ["a", "b"]
    assert result.included["Medication/m1"].raw["code"]["text"] == "Metformin"
    assert ehr.paths.count("Medication/m1") == 1
    assert result.complete


def test_drugs_that_came_along_are_not_read_again():
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "Medication/m1"), drug("m1")))
    result = reader(ehr).read(Concept.MEDICATIONS)
    assert list(result.included) == ["Medication/m1"]
    assert len(ehr.asked) == 1


def test_a_drug_at_another_server_is_not_read():
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "https://evil.example/Medication/m1")))
    result = reader(ehr).read(Concept.MEDICATIONS)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.FAILED, "foreign_address")]
    assert len(ehr.asked) == 1
    assert len(events("fhir.foreign_address")) == 1


def test_a_drug_without_its_scope_is_told():
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "Medication/m1")))
    result = reader(ehr, scopes="patient/MedicationRequest.rs").read(Concept.MEDICATIONS)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.SCOPE_NOT_GRANTED, "Medication")]


@pytest.mark.parametrize("answer", [httpx2.Response(404), fhir(drug("m2"))])
def test_a_drug_that_cannot_be_read_is_told(answer):
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "Medication/m1")))
    result = reader(ehr.on("Medication/m1", answer)).read(Concept.MEDICATIONS)
    assert ids(result) == ["a"]
    assert not result.complete


def test_more_references_than_the_bound_are_cut_off():
    orders = [order(f"o{number}", f"Medication/m{number}") for number in range(80)]

    def answer(request):
        name = request.url.path.rsplit("/", 1)[1]
        return bundle(*orders) if name == "MedicationRequest" else fhir(drug(name))

    result = reader(answer).read(Concept.MEDICATIONS)
    assert len(result.included) == 60
    assert reasons(result) == [(Reason.CUT_OFF, "more_references")]
