"""Habits of the vendors that a client meets only in some searches, over HTTP."""

import pytest

from tests.sandbox.conftest import RUTH

BOOKED = f"Appointment?patient={RUTH}&-date-or-req-period=ge2020-01-01T00:00:00Z"


def batch(client, *urls):
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    sent = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    return client.request("POST", client.base, json=sent)


def test_epic_finds_nobody_by_birth_date_alone(epic, generic):
    born = generic.get(f"Patient/{RUTH}").json()["birthDate"]
    assert RUTH in generic.ids(f"Patient?birthdate={born}")
    assert epic.ids(f"Patient?birthdate={born}") == []
    assert RUTH in epic.ids(f"Patient?birthdate={born}&family=Halloway")


def test_epic_says_not_on_file_where_nobody_asked_about_allergies(epic, generic):
    query = "AllergyIntolerance?patient=eQ99-940"
    assert generic.ids(query) == []
    (row,) = epic.everything(query)
    assert row["code"]["coding"][0]["code"] == "1631000175102"
    assert row["code"]["text"] == "Not on File"
    assert "meta" not in row
    assert epic.get(f"AllergyIntolerance/{row['id']}").json() == row
    assert epic.ids(f"{query}&clinical-status=inactive") == []
    assert "nof-" not in str(epic.ids(f"AllergyIntolerance?patient={RUTH}"))
    assert epic.get(f"AllergyIntolerance/nof-{RUTH}").status_code == 404
    assert generic.get(f"AllergyIntolerance/{row['id']}").status_code == 404


def test_oracle_brings_the_problem_list_with_an_encounters_diagnoses(oracle, generic):
    known = generic.everything(f"Condition?patient={RUTH}")
    visit = next(one["encounter"]["reference"] for one in known if "encounter" in one)
    own = set(generic.ids(f"Condition?patient={RUTH}&encounter={visit}"))
    problems = set(generic.ids(f"Condition?patient={RUTH}&category=problem-list-item"))
    assert own
    assert problems - own
    assert set(oracle.ids(f"Condition?patient={RUTH}&encounter={visit}")) == own | problems


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"MedicationRequest?patient={RUTH}&-timing-boundsPeriod=ge2000-01-01", 200),
        (f"MedicationRequest?patient={RUTH}&-timing-boundsPeriod=lt2000-01-01", 400),
        (f"{BOOKED}&-date-or-req-period=lt2100-01-01T00:00:00Z", 200),
        (BOOKED, 400),
    ],
)
def test_oracle_has_parameters_of_its_own(oracle, generic, query, status):
    assert oracle.get(query).status_code == status
    assert generic.get(query, headers={"Prefer": "handling=strict"}).status_code == 400


def test_oracles_plans_are_text_alone(oracle, generic):
    (plan, *_) = generic.everything(f"CarePlan?patient={RUTH}")
    assert plan["activity"]
    for one in oracle.everything(f"CarePlan?patient={RUTH}&category=assess-plan"):
        assert "activity" not in one
        assert one["text"]["div"]


def test_a_batch_answers_each_request_by_itself_where_there_are_batches(oracle, epic, generic):
    urls = (f"Patient/{RUTH}", f"Condition?patient={RUTH}", "Condition/none-such", "Nonsense/1")
    for client in (oracle, generic):
        answer = batch(client, *urls).raise_for_status().json()
        assert answer["type"] == "batch-response"
        statuses = [one["response"]["status"] for one in answer["entry"]]
        assert statuses == ["200", "200", "404", "404"]
        assert answer["entry"][0]["resource"]["id"] == RUTH
        assert answer["entry"][1]["resource"]["type"] == "searchset"
        assert answer["entry"][2]["response"]["outcome"]["resourceType"] == "OperationOutcome"
        listed = client.get("metadata").json()["rest"][0]["interaction"]
        assert listed == [{"code": "batch"}]
    assert batch(epic, *urls).status_code == 404
    assert "interaction" not in epic.get("metadata").json()["rest"][0]


def test_a_batch_of_writes_and_a_transaction_are_refused(generic):
    write = {"request": {"method": "POST", "url": "Observation"}}
    for kind in ("batch", "transaction"):
        sent = {"resourceType": "Bundle", "type": kind, "entry": [write]}
        assert generic.request("POST", generic.base, json=sent).status_code == 400
    outside = generic.request("POST", generic.base, json={}, headers={"Authorization": "x"})
    assert outside.status_code == 401
