"""Problems and appointments written back, orders' own codes and coverage by encounter, over HTTP."""

import pytest

from tests.sandbox.conftest import OSEI, RUTH, WRITTEN
from tests.sandbox.control import Control
from tests.sandbox.hospital import sign_in
from tests.sandbox.test_fhir_writes import encounter_of, post, without

HL7 = "http://terminology.hl7.org/CodeSystem"
ALL = "user/*.cruds"


@pytest.fixture
def control(sandbox):
    return Control(sandbox.base_url)


def coded(system, code):
    return {"coding": [{"system": f"{HL7}/{system}", "code": code}]}


def problem(category="problem-list-item", **changes):
    return {
        "resourceType": "Condition",
        "clinicalStatus": coded("condition-clinical", "active"),
        "verificationStatus": coded("condition-ver-status", "confirmed"),
        "category": [coded("condition-category", category)],
        "code": {
            "text": "Gout",
            "coding": [{"system": "http://snomed.info/sct", "code": "90560007"}],
        },
        "subject": {"reference": f"Patient/{WRITTEN}"},
        **changes,
    }


def appointment(**changes):
    actors = (f"Patient/{WRITTEN}", "Location/eL-hfc07")
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "start": "2027-01-12T09:00:00-05:00",
        "end": "2027-01-12T09:20:00-05:00",
        "participant": [{"actor": {"reference": a}, "status": "accepted"} for a in actors],
        **changes,
    }


def categories(resource):
    return [one["code"] for each in resource["category"] for one in each["coding"]]


# Problems


def test_epic_files_a_diagnosis_as_a_problem_and_changes_none(epic):
    visit = {"reference": f"Encounter/{encounter_of(epic)}"}
    answer = post(epic, problem("encounter-diagnosis", encounter=visit))
    assert answer.status_code == 201
    assert answer.content == b""
    kept = epic.get(answer.headers["location"]).json()
    assert categories(kept) == ["problem-list-item"]
    assert "encounter" not in kept
    assert kept["id"] in epic.ids(f"Condition?patient={WRITTEN}&category=problem-list-item")
    changed = {**problem(), "id": kept["id"]}
    path = f"Condition/{kept['id']}"
    assert epic.request("PUT", path, json=changed).status_code == 405
    assert post(epic, without(problem(), "clinicalStatus")).status_code == 400
    assert post(epic, without(problem(), "code")).status_code == 400


def test_oracle_files_problems_and_diagnoses_and_changes_them(oracle):
    visit = {"reference": f"Encounter/{encounter_of(oracle)}"}
    for sent in (problem(), problem("encounter-diagnosis", encounter=visit)):
        answer = post(oracle, sent)
        assert answer.status_code == 201, answer.text
        kept = oracle.get(answer.headers["location"]).json()
        assert categories(kept) == categories(sent)
    path = f"Condition/{kept['id']}"
    changed = {**kept, "clinicalStatus": coded("condition-clinical", "resolved")}
    assert oracle.request("PUT", path, json=changed).status_code == 412
    held = {"If-Match": answer.headers["etag"]}
    assert oracle.request("PUT", path, json=changed, headers=held).status_code == 200
    assert oracle.request("PUT", path, json=changed, headers=held).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        lambda p, _: {**p, "category": [coded("condition-category", "health-concern")]},
        lambda p, _: {**p, "category": [coded("condition-category", "encounter-diagnosis")]},
        lambda p, _: without(p, "verificationStatus"),
        lambda p, other: {**p, "encounter": {"reference": f"Encounter/{other}"}},
    ],
)
def test_oracle_refuses_a_problem_that_breaks_one_of_its_rules(oracle, change):
    answer = post(oracle, change(problem(), encounter_of(oracle, RUTH)))
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["details"]["text"]


def test_the_plain_hospital_takes_and_changes_a_problem(generic):
    kept = post(generic, problem()).json()
    changed = {**kept, "clinicalStatus": coded("condition-clinical", "resolved")}
    answer = generic.request("PUT", f"Condition/{kept['id']}", json=changed)
    assert answer.json()["clinicalStatus"] == changed["clinicalStatus"]


def test_a_problem_needs_the_scope_to_write_and_the_patients_own_launch(sandbox):
    for patient, scope in ((WRITTEN, "patient/*.rs"), (RUTH, "patient/*.cruds")):
        client = sign_in(sandbox, "generic", patient, OSEI, scope)
        assert post(client, problem()).status_code == 403


# Appointments


def test_epic_books_nothing(epic):
    assert post(epic, appointment()).status_code == 405


def test_oracle_books_an_appointment_and_patches_its_status_alone(oracle):
    answer = post(oracle, appointment())
    assert answer.status_code == 201, answer.text
    identifier = answer.headers["location"].split("/Appointment/")[1].split("/")[0]
    path = f"Appointment/{identifier}"

    def patched(change, **headers):
        headers = {"Content-Type": "application/json-patch+json", **headers}
        return oracle.request("PATCH", path, json=change, headers=headers)

    cancel = [{"op": "replace", "path": "/status", "value": "cancelled"}]
    held = {"If-Match": answer.headers["etag"]}
    assert patched(cancel).status_code == 412
    assert patched([{"op": "replace", "path": "/start", "value": "x"}], **held).status_code == 422
    assert patched([{**cancel[0], "value": "moved"}], **held).status_code == 422
    assert patched({"status": "cancelled"}, **held).status_code == 400
    plain = {"Content-Type": "application/json"}
    assert patched(cancel, **held, **plain).status_code == 415
    assert patched(cancel, **held).status_code == 200
    assert oracle.get(path).json()["status"] == "cancelled"
    assert patched(cancel, **held).status_code == 409
    put = oracle.request("PUT", path, json={**appointment(), "id": identifier}, headers=held)
    assert put.status_code == 405


@pytest.mark.parametrize(
    "change",
    [
        lambda a: {**a, "status": "fulfilled"},
        lambda a: without(a, "end"),
        lambda a: {**a, "participant": a["participant"][:1]},
        lambda a: {**a, "participant": [*a["participant"], a["participant"][0]]},
    ],
)
def test_oracle_refuses_an_appointment_that_breaks_one_of_its_rules(oracle, change):
    assert post(oracle, change(appointment())).status_code == 422


def test_the_statements_say_what_can_be_written(epic, oracle, generic):
    found = {}
    for name, client in (("epic", epic), ("oracle", oracle), ("generic", generic)):
        rest = client.get("metadata", headers={"Accept": "application/fhir+json"}).json()["rest"][0]
        found[name] = {
            one["type"]: {each["code"] for each in one["interaction"]}
            & {"create", "update", "patch"}
            for one in rest["resource"]
        }
    assert found["epic"]["Condition"] == {"create"}
    assert found["epic"]["Appointment"] == set()
    assert found["oracle"]["Condition"] == {"create", "update"}
    assert found["oracle"]["Appointment"] == {"create", "patch"}
    assert found["generic"]["Condition"] == found["generic"]["Appointment"] == {"create", "update"}


# Codes of orders, and coverage by encounter


def test_oracles_orders_have_the_tenants_own_code_alone_and_are_found_by_it(
    control, oracle, generic
):
    sent = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"text": "Potassium", "coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "subject": {"reference": f"Patient/{WRITTEN}"},
    }
    made = control.request("POST", "resources", json=sent).raise_for_status().json()["id"]
    shown = oracle.get(f"ServiceRequest/{made}").json()["code"]
    (own,) = shown["coding"]
    assert own["system"].endswith("/codeSet/200")
    assert shown["text"] == own["display"] == "Potassium"
    query = f"ServiceRequest?patient={WRITTEN}&code="
    for code in (own["code"], f"{own['system']}|{own['code']}"):
        assert made in oracle.ids(query + code)
    assert oracle.ids(query + "http://loinc.org|2823-3") == []
    assert made in generic.ids(query + "http://loinc.org|2823-3")
    assert "codeSet" not in str(generic.get(f"ServiceRequest/{made}").json())


def test_oracles_coverage_is_found_by_encounter(control, oracle, epic):
    sent = {
        "resourceType": "Coverage",
        "status": "active",
        "beneficiary": {"reference": f"Patient/{WRITTEN}"},
        "payor": [{"display": "Plan of the invented"}],
    }
    made = control.request("POST", "resources", json=sent).raise_for_status().json()["id"]
    mine, others = encounter_of(oracle), encounter_of(oracle, RUTH)
    assert made in oracle.ids(f"Coverage?-encounter={mine}")
    assert made in oracle.ids(f"Coverage?-encounter=Encounter/{mine}")
    assert made in oracle.ids(f"Coverage?patient={WRITTEN}")
    assert oracle.ids(f"Coverage?-encounter={others}") == []
    assert oracle.ids("Coverage?-encounter=none") == []
    assert oracle.get("Coverage?status=active").status_code == 400
    assert made in epic.ids(f"Coverage?patient={WRITTEN}")
    assert epic.get(f"Coverage?-encounter={mine}").status_code == 400
