"""The list of current medications, doses given, and summaries made when asked for, over HTTP."""

import base64
import xml.etree.ElementTree as ET

import pytest

from tests.sandbox.conftest import OSEI, RUTH, WRITTEN
from tests.sandbox.control import Control
from tests.sandbox.hospital import sign_in

FINCH = "eQ63-550"
CDA = "{urn:hl7-org:v3}"
CCD = "DocumentReference/$docref?patient={}&type=http://loinc.org|34133-9"


# Lists


def test_epics_medication_list_names_the_orders_that_stand(epic, generic):
    orders = generic.everything(f"MedicationRequest?patient={FINCH}")
    standing = {one["id"] for one in orders if one["status"] in {"active", "on-hold"}}
    assert standing
    for client in (epic, generic):
        (found,) = client.everything(f"List?patient={FINCH}&code=medications")
        assert (found["status"], found["mode"]) == ("current", "snapshot")
        assert found["subject"]["reference"] == f"Patient/{FINCH}"
        named = {one["item"]["reference"] for one in found["entry"]}
        assert named == {f"MedicationRequest/{one}" for one in standing}
        assert all(one["item"]["display"] for one in found["entry"])
        assert client.get(f"List/{found['id']}").json() == found
        assert client.ids(f"List?_id={found['id']}") == [found["id"]]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"List?patient={RUTH}", 400),
        ("List?code=medications", 400),
        (f"List?patient={RUTH}&code=medications", 200),
        ("List/ml-none-such", 404),
        ("List/none-such", 404),
    ],
)
def test_epic_wants_the_patient_and_the_kind_of_list(epic, query, status):
    assert epic.get(query).status_code == status


def test_another_list_is_not_found_and_oracle_has_none(epic, oracle):
    assert epic.ids(f"List?patient={RUTH}&code=problems") == []
    assert oracle.get(f"List?patient={RUTH}&code=medications").status_code == 404


def test_a_list_stays_within_the_grant(sandbox, generic):
    client = sign_in(sandbox, "generic", RUTH, OSEI, "patient/List.rs")
    (own,) = client.everything(f"List?patient={RUTH}&code=medications")
    assert client.get(f"List/{own['id']}").status_code == 200
    assert client.get(f"List?patient={FINCH}&code=medications").status_code == 403
    assert client.get(f"List/ml-{FINCH}").status_code == 404
    without = sign_in(sandbox, "generic", RUTH, OSEI, "patient/MedicationRequest.rs")
    assert without.get(f"List?patient={RUTH}&code=medications").status_code == 403


# Doses


def test_doses_given_and_withheld_come_in_each_vendors_shape(epic, oracle, generic):
    query = f"MedicationAdministration?patient={FINCH}"
    held = generic.everything(query)
    assert {one["status"] for one in held} == {"completed", "not-done"}
    for one in held:
        assert ("dosage" in one) == (one["status"] == "completed")
        assert bool(one.get("statusReason")) == (one["status"] == "not-done")
    for client in (epic, oracle):
        assert {one["id"] for one in client.everything(query)} == {one["id"] for one in held}
    for one in epic.everything(query):
        reference = one["medicationReference"]
        assert epic.get(reference["reference"]).json()["code"]["text"] == reference["display"]
    assert all(one["medicationCodeableConcept"]["text"] for one in oracle.everything(query))


def test_doses_are_found_by_their_time(epic, oracle, generic):
    everything = generic.everything(f"MedicationAdministration?patient={FINCH}")
    starts = sorted(
        one.get("effectiveDateTime") or one["effectivePeriod"]["start"] for one in everything
    )
    middle = starts[len(starts) // 2].replace("+", "%2B")
    for client in (epic, oracle, generic):
        query = f"MedicationAdministration?patient={FINCH}&effective-time"
        later, earlier = client.ids(f"{query}=ge{middle}"), client.ids(f"{query}=lt{middle}")
        assert later
        assert earlier
        assert {*later, *earlier} == {one["id"] for one in everything}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("effective-time=ge2020-01-01", 400),
        ("effective-time=2020-01-01T00:00:00Z", 400),
        ("effective-time=sa2020-01-01T00:00:00Z", 400),
        ("effective-time=gt2020-01-01T00:00:00Z&effective-time=le2100-01-01T00:00:00Z", 200),
        ("status=completed", 400),
    ],
)
def test_oracle_wants_a_prefix_and_a_time_of_a_dose(oracle, query, status):
    assert oracle.get(f"MedicationAdministration?patient={RUTH}&{query}").status_code == status


def test_nobodys_doses_can_be_asked_for(epic, oracle):
    for client in (epic, oracle):
        assert client.get("MedicationAdministration").status_code == 400


# Summaries


@pytest.mark.parametrize("personality", ["oracle", "generic"])
def test_a_summary_of_the_patient_in_context_is_made(ehr, personality):
    client = ehr(personality)
    bundle = client.get(CCD.format(RUTH)).raise_for_status().json()
    (entry,) = bundle["entry"]
    attachment = entry["resource"]["content"][0]["attachment"]
    assert "id" not in entry["resource"]
    assert attachment["contentType"] == "application/xml"
    assert attachment["url"] == f"{client.base}/Binary/$autogen-ccd-if?patient={RUTH}"
    answer = client.get(attachment["url"], headers={"Accept": "application/xml"})
    assert answer.headers["content-type"] == "application/xml"
    root = ET.fromstring(answer.content)
    assert root.tag == f"{CDA}ClinicalDocument"
    titles = [one.text for one in root.iter(f"{CDA}title")]
    assert titles[1:] == ["Allergies", "Medications", "Problems", "Immunizations"]
    assert any("Penicillin" in (cell.text or "") for cell in root.iter(f"{CDA}td"))
    wrapped = client.get(attachment["url"]).json()
    assert wrapped["resourceType"] == "Binary"
    assert b"ClinicalDocument" in base64.b64decode(wrapped["data"])


@pytest.mark.parametrize("personality", ["oracle", "generic"])
def test_a_summary_of_anybody_else_is_refused(ehr, personality):
    client = ehr(personality)
    assert client.get(CCD.format(FINCH)).status_code == 403
    assert client.get(f"Binary/$autogen-ccd-if?patient={FINCH}").status_code == 403
    assert client.get("Binary/$autogen-ccd-if").status_code == 400
    assert client.get("DocumentReference/$docref?type=http://loinc.org|34133-9").status_code == 400
    other = f"DocumentReference/$docref?patient={RUTH}&type=http://loinc.org|18842-5"
    assert client.get(other).status_code == 400
    assert client.get(f"{CCD.format(RUTH)}&colour=red").status_code == 400


def test_a_summary_holds_only_what_the_token_may_read(sandbox, epic):
    scope = "patient/DocumentReference.rs patient/Binary.rs patient/Condition.rs"
    client = sign_in(sandbox, "generic", RUTH, OSEI, scope)
    path = f"Binary/$autogen-ccd-if?patient={RUTH}"
    text = client.get(path, headers={"Accept": "application/xml"}).text
    assert "Heart failure" in text
    assert "Penicillin" not in text
    narrow = sign_in(sandbox, "generic", RUTH, OSEI, "patient/Condition.rs")
    assert narrow.get(CCD.format(RUTH)).status_code == 403
    assert narrow.get(path).status_code == 403
    assert epic.get(CCD.format(RUTH)).status_code == 404
    assert epic.get(path).status_code == 404


def test_a_fault_of_searches_and_of_texts_reaches_a_summary(sandbox, generic):
    control = Control(sandbox.base_url)
    with control.fault("server-error", kinds=["search"], types=["DocumentReference"], count=1):
        assert generic.get(CCD.format(RUTH)).status_code == 500
    with control.fault("server-error", kinds=["binary"], count=1):
        assert generic.get(f"Binary/$autogen-ccd-if?patient={RUTH}").status_code == 500


# What the client has


@pytest.mark.parametrize("personality", ["oracle", "generic"])
def test_a_read_of_what_the_client_has_is_answered_by_304(ehr, personality):
    client = ehr(personality)
    tag = client.get(f"Patient/{RUTH}").headers["etag"]
    for named in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        known = client.get(f"Patient/{RUTH}", headers={"If-None-Match": named})
        assert known.status_code == 304
        assert known.content == b""
        assert known.headers["etag"] == tag
    other = client.get(f"Patient/{RUTH}", headers={"If-None-Match": 'W/"999"'})
    assert other.status_code == 200
    assert other.json()["id"] == RUTH


def test_epic_names_no_version_and_answers_whole(epic):
    plain = epic.get(f"Patient/{RUTH}")
    assert "etag" not in plain.headers
    assert epic.get(f"Patient/{RUTH}", headers={"If-None-Match": "*"}).json() == plain.json()


def test_only_the_plain_hospital_tags_its_bundles(generic, oracle):
    query = f"Observation?patient={RUTH}&category=vital-signs&_count=5"
    first = generic.get(query)
    tag = first.headers["etag"]
    assert generic.get(query).headers["etag"] == tag
    assert generic.get(query, headers={"If-None-Match": tag}).status_code == 304
    other = generic.get(f"{query}0", headers={"If-None-Match": tag})
    assert other.status_code == 200
    following = next(one["url"] for one in first.json()["link"] if one["relation"] == "next")
    second = generic.get(following, headers={"If-None-Match": tag})
    assert second.status_code == 200
    assert generic.get(following, headers={"If-None-Match": second.headers["etag"]}).content == b""
    assert "etag" not in oracle.get(query).headers


def test_a_bundle_that_changed_is_sent_anew(generic):
    query = f"MedicationRequest?patient={WRITTEN}"
    tag = generic.get(query).headers["etag"]
    orders = generic.everything(query)
    listed = generic.get(f"List?patient={WRITTEN}&code=medications").headers["etag"]
    changed = orders[0] | {"intent": "plan"}
    answer = generic.request("PUT", f"MedicationRequest/{orders[0]['id']}", json=changed)
    assert answer.status_code == 200, answer.text
    again = generic.get(query, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag
    lists = generic.get(
        f"List?patient={WRITTEN}&code=medications", headers={"If-None-Match": listed}
    )
    assert lists.status_code == 200


def test_what_one_grant_may_not_see_changes_the_tag(sandbox, generic):
    query = f"MedicationRequest?patient={RUTH}&_include=MedicationRequest:requester"
    narrow = sign_in(sandbox, "generic", RUTH, OSEI, "patient/MedicationRequest.rs")
    assert narrow.get(query).headers["etag"] != generic.get(query).headers["etag"]


def test_a_batch_asks_what_has_changed_too(oracle):
    tag = oracle.get(f"Patient/{RUTH}").headers["etag"]
    asked = {"method": "GET", "url": f"Patient/{RUTH}", "ifNoneMatch": tag}
    other = {"method": "GET", "url": f"Patient/{RUTH}"}
    entries = [{"request": asked}, {"request": other}]
    sent = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    rows = oracle.request("POST", oracle.base, json=sent).raise_for_status().json()["entry"]
    assert rows[0] == {"response": {"status": "304", "etag": tag}}
    assert rows[1]["response"]["etag"] == tag
    assert rows[1]["resource"]["id"] == RUTH


def test_summaries_are_advertised_where_they_are_made(oracle, epic):
    def operations(client):
        listed = client.get("metadata").json()["rest"][0]["resource"]
        return {(one["type"], op["name"]) for one in listed for op in one.get("operation", [])}

    made = {("DocumentReference", "docref"), ("Binary", "autogen-ccd-if")}
    assert made <= operations(oracle)
    assert not made & operations(epic)
