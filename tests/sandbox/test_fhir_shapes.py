"""Whatever a vendor makes of a resource is still valid R4, and loses nothing it should keep."""

from datetime import date

import pytest
from fhirclient.models.fhirelementfactory import FHIRElementFactory

from sandbox import charts, loader
from sandbox.fhir.shapes import shape
from sandbox.fhir.store import Store
from sandbox.fhir.store import load as fill
from sandbox.personalities import EPIC, GENERIC, ORACLE, PERSONALITIES

SHAPED = ("MedicationRequest", "Medication", "DocumentReference", "DiagnosticReport", "Binary")


@pytest.fixture(scope="module")
def store():
    filled = Store()
    fill(loader.resolved([charts.build(date(2026, 6, 1))]), filled)
    return filled


@pytest.mark.parametrize("key", list(PERSONALITIES))
@pytest.mark.parametrize("kind", SHAPED)
def test_every_shaped_resource_of_the_charts_is_valid(store, key, kind):
    resources = store.all(kind)
    assert resources
    for resource in resources:
        FHIRElementFactory.instantiate(kind, shape(resource, PERSONALITIES[key], store))


def test_shaping_leaves_the_stored_resource_alone(store):
    for resource in store.all("MedicationRequest"):
        shape(resource, EPIC, store)
        assert "medicationCodeableConcept" in resource
        assert resource["meta"]["versionId"]


def test_everything_but_the_drugs_form_stays_the_same_at_epic(store):
    for resource in store.all("MedicationRequest"):
        shaped = shape(resource, EPIC, store)
        differing = {key for key in {*resource, *shaped} if resource.get(key) != shaped.get(key)}
        assert differing == {"medicationCodeableConcept", "medicationReference", "meta"}


def request(**more):
    return {"resourceType": "MedicationRequest", "id": "r", "meta": {}, **more}


def test_oracle_takes_a_referred_drug_from_the_store_or_from_within():
    code = {"coding": [{"code": "1191"}], "text": "Aspirin"}
    held = Store()
    held.put({"resourceType": "Medication", "id": "m", "code": code})
    outside = request(medicationReference={"reference": "Medication/m"})
    assert shape(outside, ORACLE, held)["medicationCodeableConcept"] == code
    inner = {"resourceType": "Medication", "id": "m1", "code": code}
    inside = request(contained=[inner], medicationReference={"reference": "#m1"})
    assert shape(inside, ORACLE, held)["medicationCodeableConcept"] == code
    lost = request(medicationReference={"reference": "Medication/x", "display": "Warfarin"})
    assert shape(lost, ORACLE, held)["medicationCodeableConcept"] == {"text": "Warfarin"}


def test_the_generic_server_hands_out_what_is_stored(store):
    for kind in SHAPED:
        for resource in store.all(kind):
            assert shape(resource, GENERIC, store) == resource
