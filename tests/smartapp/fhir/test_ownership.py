"""Whose a resource is: another patient's is dropped, told and ledgered."""

import httpx2
import pytest

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.vendors import load
from tests.smartapp.fhir.ehr import BASE, Ehr, bundle, fhir, observation, reader
from tests.smartapp.fhir.readings import events, ids, labs, reasons

pytestmark = pytest.mark.django_db


def test_another_patients_resource_is_dropped_told_and_ledgered():
    ehr = Ehr().on("Observation", bundle(observation("a"), observation("b", patient="p2")))
    result = labs(ehr)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Observation")]
    (event,) = events("fhir.other_patient")
    assert '"count":1' in event.detail_json
    assert "p2" not in event.detail_json


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "https://evil.example/fhir/R4/Patient/p1"},
        {"reference": f"{BASE}/Patient/p2"},
        {"reference": "Patient/p1x"},
    ],
)
def test_a_patient_who_only_resembles_ours_is_another(subject):
    result = labs(Ehr().on("Observation", bundle(observation("a", subject=subject))))
    assert result.resources == ()
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Observation")]


@pytest.mark.parametrize("subject", [None, {}, {"display": "Somebody"}, {"reference": "Group/1"}])
def test_a_resource_that_names_no_patient_is_not_shown_as_ours(subject):
    result = labs(Ehr().on("Observation", bundle(observation("a", subject=subject))))
    assert result.resources == ()
    assert reasons(result) == [(Reason.UNREADABLE, "no_patient")]


@pytest.mark.parametrize("subject", [f"{BASE}/Patient/p1", "Patient/p1/_history/2"])
def test_our_patient_is_known_in_any_form_of_reference(subject):
    result = labs(Ehr().on("Observation", bundle(observation("a", subject={"reference": subject}))))
    assert ids(result) == ["a"]


def test_another_patient_in_place_of_ours_is_dropped():
    ehr = Ehr().on("Patient/p1", fhir({"resourceType": "Patient", "id": "p2"}))
    result = reader(ehr).patient()
    assert result.resources == ()
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Patient")]


def test_an_appointment_with_another_patient_in_it_is_not_ours():
    def appointment(resource_id, *patients):
        actors = [{"actor": {"reference": f"Patient/{each}"}} for each in patients]
        return {"resourceType": "Appointment", "id": resource_id, "participant": [*actors, {}]}

    ehr = Ehr().on("Appointment", bundle(appointment("a", "p1"), appointment("b", "p1", "p2")))
    result = reader(ehr).read(Concept.APPOINTMENTS)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Appointment")]


def test_a_patient_id_that_is_none_is_refused():
    asker = Asker(transport=httpx2.MockTransport(Ehr()), base=Base(BASE), accept="x")
    with pytest.raises(ValueError, match="FHIR id"):
        Reader(
            profile=load("generic"),
            asker=asker,
            patient_id="p1/../p2",
            granted_scopes="",
            seconds=1,
        )
