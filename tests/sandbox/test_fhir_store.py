"""The store: versions, whose a resource is, and what exists because another does."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.fhir.store import Stale, Store
from sandbox.fhir.store import load as fill

DRUG = {"text": "Aspirin 81 mg"}


@pytest.fixture
def store():
    return Store()


def observation(patient="p", **more):
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "subject": subject, **more}


def test_a_put_assigns_id_version_and_instant_and_leaves_the_callers_copy_alone(store):
    sent = observation()
    kept = store.put(sent)
    assert kept["id"]
    assert kept["meta"]["versionId"] == "1"
    assert kept["meta"]["lastUpdated"].endswith("Z")
    assert "id" not in sent
    sent["status"] = "changed"
    assert "status" not in store.get("Observation", kept["id"])


def test_every_version_stays_readable(store):
    store.put(observation(id="o", status="preliminary"))
    store.put(observation(id="o", status="final"))
    assert store.get("Observation", "o")["status"] == "final"
    assert store.version("Observation", "o", 1).resource["status"] == "preliminary"
    assert store.version("Observation", "o", 3) is None
    assert len(store.all("Observation")) == 1


def test_a_resource_that_moves_to_another_patient_leaves_the_first(store):
    store.put(observation("a", id="o"))
    store.put(observation("b", id="o"))
    assert store.of_patient("Observation", "a") == []
    assert [one["id"] for one in store.of_patient("Observation", "b")] == ["o"]


def test_only_one_of_many_writers_of_the_same_version_wins(store):
    store.put(observation(id="o"))

    def write(number):
        try:
            store.put(observation(id="o", valueInteger=number), expected=1)
        except Stale:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(50))) == 1
    assert store.entry("Observation", "o").version == 2


def test_a_search_holds_its_entries_while_others_write(store):
    store.put(observation(id="o", status="preliminary"))
    (held,) = store.entries("Observation", "p")
    store.put(observation(id="o", status="final"))
    store.put(observation(id="x"))
    assert held.resource["status"] == "preliminary"


def test_an_inline_drug_becomes_one_medication_however_often_it_is_ordered(store):
    for identifier in ("a", "b"):
        store.put(
            {
                "resourceType": "MedicationRequest",
                "id": identifier,
                "subject": {"reference": "Patient/p"},
                "medicationCodeableConcept": DRUG,
            }
        )
    (medication,) = store.all("Medication")
    assert medication["code"] == DRUG


def document(**attachment):
    return {
        "resourceType": "DocumentReference",
        "id": "d",
        "subject": {"reference": "Patient/p"},
        "content": [{"attachment": attachment}],
    }


def test_a_notes_text_is_also_there_as_binaries_of_the_same_patient(store):
    data = base64.b64encode(b"Stable.").decode()
    store.put(document(contentType="text/plain", data=data))
    binaries = store.entries("Binary")
    assert {entry.resource["contentType"] for entry in binaries} == {
        "text/plain",
        "text/html",
        "text/rtf",
    }
    assert all(store.owners(entry) == {"p"} for entry in binaries)


def test_a_linked_binary_belongs_to_the_patient_of_its_note_whichever_came_first(store):
    linked = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "U3RhYmxl"}
    note = document(contentType="text/plain", url="Binary/b")
    fill([note, linked], store)
    assert store.owners(store.entry("Binary", "b")) == {"p"}
    media = {entry.resource["contentType"] for entry in store.entries("Binary")}
    assert media == {"text/plain", "text/html", "text/rtf"}


def test_a_note_that_cannot_be_decoded_does_not_stop_the_load(store):
    store.put(document(contentType="text/plain", data="not base64!"))
    store.put(document(contentType="application/pdf", data="JVBERg=="))
    assert store.get("DocumentReference", "d")


def test_a_provenance_belongs_to_the_patients_of_its_targets(store):
    provenance = {"resourceType": "Provenance", "id": "v"}
    provenance["target"] = [{"reference": "Observation/o"}]
    fill([provenance, observation(id="o")], store)
    assert store.entry("Provenance", "v").patients == {"p"}


def test_a_number_as_reference_belongs_to_nobody(store):
    kept = store.put({"resourceType": "Observation", "subject": {"reference": 7}})
    assert store.entry("Observation", kept["id"]).patients == frozenset()
