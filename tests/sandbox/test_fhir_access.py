"""Who sees what: no token, the wrong token, too small a scope, another patient."""

import httpx2
import pytest

from tests.sandbox.conftest import MANY_RESULTS, OSEI, RUTH
from tests.sandbox.hospital import JSON, sign_in

PATIENT_SCOPES = {
    "generic": "patient/*.rs",
    "epic": "patient/*.read",
    "oracle": "patient/Patient.rs patient/Observation.rs patient/Condition.rs "
    "patient/DocumentReference.rs patient/Binary.rs patient/Encounter.rs",
}


@pytest.fixture(scope="module")
def own(sandbox):
    """Return a client with patient scopes on Ruth's chart, one for each personality."""
    held = {key: sign_in(sandbox, key, RUTH, OSEI, PATIENT_SCOPES[key]) for key in PATIENT_SCOPES}
    return held.__getitem__


PERSONALITIES = list(PATIENT_SCOPES)


@pytest.mark.parametrize("personality", PERSONALITIES)
@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "x"}]
)
def test_without_a_live_token_nothing_is_answered(sandbox, personality, header):
    url = f"{sandbox.issuer(personality)}/Patient/{RUTH}"
    answer = httpx2.get(url, headers={"Accept": JSON, **header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    if personality == "epic":
        assert answer.content == b""
    if personality == "oracle":
        assert answer.json()["code"] == 401
        assert "token-required" in answer.json()["message"]
    if personality == "generic":
        assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_token_of_one_hospital_opens_no_other(sandbox, generic):
    for personality in ("epic", "oracle"):
        url = f"{sandbox.issuer(personality)}/Patient/{RUTH}"
        headers = {"Accept": JSON, "Authorization": f"Bearer {generic.token}"}
        assert httpx2.get(url, headers=headers).status_code == 401


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_a_patients_token_sees_its_own_patient(own, personality):
    client = own(personality)
    assert client.get(f"Patient/{RUTH}").json()["id"] == RUTH
    assert client.ids(f"Observation?patient={RUTH}&category=laboratory")


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_a_search_for_another_patient_is_forbidden(own, personality):
    client = own(personality)
    for query in (
        f"Observation?patient={MANY_RESULTS}&category=laboratory",
        f"Observation?subject=Patient/{MANY_RESULTS}&category=laboratory",
        f"Observation?patient={RUTH},{MANY_RESULTS}&category=laboratory",
        f"Patient?_id={MANY_RESULTS}",
    ):
        assert client.get(query).status_code == 403, query


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_another_patients_resource_is_as_absent_as_one_that_does_not_exist(own, ehr, personality):
    everyone = ehr(personality)
    other = everyone.ids(f"Observation?patient={MANY_RESULTS}&category=laboratory&_count=1")[0]
    client = own(personality)
    hidden, absent = client.get(f"Observation/{other}"), client.get("Observation/none-such")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()
    assert client.get(f"Patient/{MANY_RESULTS}").status_code == 404
    assert client.get(f"Observation?_id={other}").json().get("entry", []) == [] or (
        personality == "epic"
    )
    assert client.ids(f"Observation?_id={other}") == []


def test_a_search_that_names_no_patient_is_confined_to_the_tokens(own):
    found = own("generic").everything("Condition")
    assert found
    assert {one["subject"]["reference"] for one in found} == {f"Patient/{RUTH}"}
    assert [one["id"] for one in own("generic").everything("Patient")] == [RUTH]


def test_the_hospitals_own_resources_are_open_to_a_patients_token(own):
    client = own("generic")
    for kind in ("Practitioner", "PractitionerRole", "Organization", "Location", "Medication"):
        assert client.get(kind).json()["total"] > 0


def test_another_patients_note_text_stays_closed(own, generic):
    notes = generic.everything(f"DocumentReference?patient={RUTH}")
    url = next(
        one["content"][0]["attachment"]["url"]
        for one in notes
        if "url" in one["content"][0]["attachment"]
    )
    assert own("generic").get(url).status_code == 200
    others = generic.everything("DocumentReference?_count=500")
    foreign = next(
        one["content"][0]["attachment"]["url"]
        for one in others
        if one["subject"]["reference"] != f"Patient/{RUTH}"
        and "url" in one["content"][0]["attachment"]
    )
    assert generic.get(foreign).status_code == 200
    assert own("generic").get(foreign).status_code == 404


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_without_a_scope_for_the_type_search_and_read_are_forbidden(sandbox, ehr, personality):
    scope = "patient/Patient.read" if personality == "epic" else "patient/Patient.rs"
    client = sign_in(sandbox, personality, RUTH, OSEI, scope)
    assert client.get(f"Patient/{RUTH}").status_code == 200
    assert client.get(f"Condition?patient={RUTH}").status_code == 403
    existing = ehr(personality).ids(f"Condition?patient={RUTH}")[0]
    assert client.get(f"Condition/{existing}").status_code == 403


def test_a_scope_to_read_does_not_allow_to_search_nor_the_reverse(sandbox):
    reader = sign_in(sandbox, "generic", RUTH, OSEI, "patient/Patient.r")
    assert reader.get(f"Patient/{RUTH}").status_code == 200
    assert reader.get(f"Patient?_id={RUTH}").status_code == 403
    searcher = sign_in(sandbox, "generic", RUTH, OSEI, "patient/Patient.s")
    assert searcher.get(f"Patient/{RUTH}").status_code == 403
    assert searcher.ids(f"Patient?_id={RUTH}") == [RUTH]


def test_a_granular_scope_opens_only_its_category(sandbox, generic):
    category = "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"
    client = sign_in(sandbox, "generic", RUTH, OSEI, f"patient/Observation.rs?category={category}")
    allowed = client.everything(f"Observation?patient={RUTH}")
    assert {one["id"] for one in allowed} == {
        one["id"] for one in generic.everything(f"Observation?patient={RUTH}&category=vital-signs")
    }
    assert allowed
    lab = generic.ids(f"Observation?patient={RUTH}&category=laboratory")[0]
    assert client.get(f"Observation/{lab}").status_code == 404
    assert client.get(f"Observation/{allowed[0]['id']}").status_code == 200


def test_oracle_opens_a_binary_only_to_who_may_read_documents(sandbox, oracle):
    note = oracle.everything(f"DocumentReference?patient={RUTH}")[0]
    url = note["content"][0]["attachment"]["url"]
    alone = sign_in(sandbox, "oracle", RUTH, OSEI, "patient/Binary.rs")
    both = sign_in(sandbox, "oracle", RUTH, OSEI, "patient/Binary.rs patient/DocumentReference.rs")
    assert alone.get(url).status_code == 403
    assert both.get(url).status_code == 200


def test_inclusions_stay_within_the_grant(sandbox):
    client = sign_in(sandbox, "generic", RUTH, OSEI, "patient/MedicationRequest.rs")
    query = f"MedicationRequest?patient={RUTH}&_include=MedicationRequest:requester"
    assert client.ids(query)
    assert client.ids(query, mode="include") == []
