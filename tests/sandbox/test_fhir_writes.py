"""Writing back: what each vendor takes, what it makes of it, and what it refuses."""

import base64
import copy

import pytest

from tests.sandbox.conftest import OSEI, RUTH, WRITTEN
from tests.sandbox.hospital import sign_in

TEXT = "Breathing easier.\nPotassium 4.8 → recheck in 1 week <soon>."


def encounter_of(client, patient=WRITTEN):
    return client.everything(f"Encounter?patient={patient}")[0]["id"]


def note(client, media, **changes):
    content = {"contentType": media, "data": base64.b64encode(TEXT.encode()).decode()}
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
        "subject": {"reference": f"Patient/{WRITTEN}"},
        "author": [{"reference": OSEI}],
        "date": "2026-01-02T10:00:00Z",
        "content": [{"attachment": content}],
        "context": {
            "encounter": [{"reference": f"Encounter/{encounter_of(client)}"}],
            "period": {"start": "2026-01-02T09:00:00Z", "end": "2026-01-02T10:00:00Z"},
        },
        **changes,
    }


def without(resource, *path):
    changed = copy.deepcopy(resource)
    held = changed
    for step in path[:-1]:
        held = held[step]
    del held[path[-1]]
    return changed


def with_media(resource, media):
    changed = copy.deepcopy(resource)
    changed["content"][0]["attachment"]["contentType"] = media
    return changed


def post(client, resource, **options):
    return client.request("POST", resource["resourceType"], json=resource, **options)


def attachment_text(client, attachment):
    return base64.b64decode(client.get(attachment["url"]).json()["data"]).decode()


# Epic


def test_epic_files_a_note_as_final_and_signed_by_the_tokens_user(epic):
    sent = note(epic, "text/plain", author=[{"reference": "Practitioner/someone-else"}])
    sent["docStatus"] = "preliminary"
    answer = post(epic, sent)
    assert answer.status_code == 201
    assert answer.content == b""
    assert answer.headers["location"].startswith("DocumentReference/")
    kept = epic.get(answer.headers["location"]).json()
    assert kept["docStatus"] == "final"
    assert kept["author"] == [{"reference": OSEI}]
    assert kept["authenticator"] == {"reference": OSEI}
    assert kept["securityLabel"][0]["coding"][0]["code"] == "NOPAT"
    assert kept["id"] in epic.ids(f"DocumentReference?patient={WRITTEN}")


def test_epic_hands_the_note_back_as_html_and_rtf_with_nothing_lost(epic):
    answer = post(epic, note(epic, "text/plain"))
    page, rich = (
        one["attachment"] for one in epic.get(answer.headers["location"]).json()["content"]
    )
    assert (page["contentType"], rich["contentType"]) == ("text/html", "text/rtf")
    assert "Breathing easier.<br/>Potassium 4.8 → recheck in 1 week &lt;soon&gt;." in (
        attachment_text(epic, page)
    )
    assert "Potassium 4.8 \\u8594? recheck in 1 week <soon>." in attachment_text(epic, rich)


def test_epic_refuses_a_note_without_its_patients_encounter(epic):
    good = note(epic, "text/plain")
    foreign = [{"reference": f"Encounter/{encounter_of(epic, RUTH)}"}]
    for context in ({}, {"encounter": [{"reference": "Encounter/no"}]}, {"encounter": foreign}):
        answer = post(epic, {**good, "context": context})
        assert answer.status_code == 400
        assert "Valid encounter required" in answer.json()["issue"][0]["diagnostics"]


def test_epic_refuses_other_formats_other_states_and_updates(epic):
    good = note(epic, "text/plain")
    assert post(epic, with_media(good, "application/pdf")).status_code == 400
    assert post(epic, {**good, "status": "superseded"}).status_code == 400
    assert post(epic, {**good, "type": {"text": "Note"}}).status_code == 400
    assert post(epic, {**good, "content": []}).status_code == 400
    location = post(epic, good).headers["location"]
    changed = {**good, "id": location.rpartition("/")[2]}
    assert epic.request("PUT", location, json=changed).status_code == 405


def test_epic_takes_no_orders_and_no_messages(epic):
    for kind in ("MedicationRequest", "Communication", "ServiceRequest", "Appointment", "CarePlan"):
        resource = {"resourceType": kind, "subject": {"reference": f"Patient/{WRITTEN}"}}
        assert post(epic, resource).status_code == 405, kind


# Oracle


def test_oracle_files_a_note_and_answers_with_location_and_version_alone(oracle):
    answer = post(oracle, note(oracle, "text/plain;charset=utf-8"))
    assert answer.status_code == 201
    assert answer.content == b""
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["location"].startswith(f"{oracle.base}/DocumentReference/")
    kept = oracle.get(answer.headers["location"]).json()
    attachment = kept["content"][0]["attachment"]
    assert attachment["contentType"] == "text/plain;charset=utf-8"
    assert attachment_text(oracle, attachment) == TEXT


@pytest.mark.parametrize(
    "change",
    [
        lambda n: {**n, "docStatus": "preliminary"},
        lambda n: without(n, "docStatus"),
        lambda n: {**n, "status": "superseded"},
        lambda n: {**n, "author": [{"reference": "Practitioner/eM5w-118"}]},
        lambda n: without(n, "author"),
        lambda n: {**n, "authenticator": {"reference": OSEI}},
        lambda n: with_media(n, "text/plain"),
        lambda n: with_media(n, "image/png;charset=utf-8"),
        lambda n: {**n, "content": n["content"] * 2},
        lambda n: without(n, "context", "period"),
        lambda n: {**n, "context": {"period": {"end": "2026-01-02"}}},
        lambda n: without(n, "type"),
    ],
)
def test_oracle_refuses_a_note_that_breaks_one_of_its_rules(oracle, change):
    good = note(oracle, "text/plain;charset=utf-8")
    answer = post(oracle, change(good))
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["details"]["text"]


def test_oracle_takes_a_note_without_an_encounter(oracle):
    good = note(oracle, "text/plain;charset=utf-8")
    assert post(oracle, without(good, "context", "encounter")).status_code == 201


def test_oracle_amends_only_against_the_current_version(oracle):
    good = note(oracle, "text/plain;charset=utf-8")
    created = post(oracle, good)
    identifier = created.headers["location"].split("/DocumentReference/")[1].split("/")[0]
    path, changed = f"DocumentReference/{identifier}", {**good, "id": identifier}
    changed["docStatus"] = "amended"

    def put(**headers):
        return oracle.request("PUT", path, json=changed, headers=headers)

    assert put().status_code == 412
    assert put(**{"If-Match": "1"}).status_code == 400
    assert put(**{"If-Match": 'W/"7"'}).status_code == 409
    answer = put(**{"If-Match": 'W/"1"'})
    assert answer.status_code == 200
    assert answer.headers["etag"] == 'W/"2"'
    assert put(**{"If-Match": 'W/"1"'}).status_code == 409
    assert oracle.get(path).json()["docStatus"] == "amended"
    assert oracle.get(f"{path}/_history/1").json()["docStatus"] == "final"


def vital(**changes):
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{WRITTEN}"},
        "effectiveDateTime": "2026-01-02T10:00:00Z",
        "valueQuantity": {"value": 72, "unit": "/min"},
        **changes,
    }


def test_vital_signs_can_be_filed_everywhere_and_found_again(epic, oracle, generic):
    for client in (epic, oracle, generic):
        location = post(client, vital()).raise_for_status().headers["location"]
        assert client.get(location).json()["valueQuantity"]["value"] == 72
        identifier = location.split("/_history")[0].rpartition("/")[2]
        assert identifier in client.ids(f"Observation?patient={WRITTEN}&code=8867-4")


def test_what_is_no_vital_sign_is_refused_where_the_vendor_refuses_it(epic, oracle):
    lab = vital(category=[{"coding": [{"code": "laboratory"}]}])
    assert post(epic, lab).status_code == 400
    assert post(oracle, lab).status_code == 201
    survey = vital(category=[{"coding": [{"code": "survey"}]}])
    assert post(oracle, survey).status_code == 422
    assert post(oracle, vital(modifierExtension=[{"url": "x"}])).status_code == 422
    assert post(oracle, vital(component=[{"code": {"text": "part"}}])).status_code == 422


def test_oracle_takes_home_medications_only_as_reported(oracle):
    home = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "plan",
        "reportedBoolean": True,
        "medicationCodeableConcept": {"text": "Fish oil"},
        "subject": {"reference": f"Patient/{WRITTEN}"},
    }
    location = post(oracle, home).raise_for_status().headers["location"]
    assert oracle.get(location).json()["medicationCodeableConcept"]["text"] == "Fish oil"
    assert post(oracle, {**home, "reportedBoolean": False}).status_code == 422
    assert post(oracle, {**home, "status": "draft"}).status_code == 422
    assert post(oracle, {**home, "intent": "order"}).status_code == 400


def test_oracle_takes_messages_between_clinicians_alone(oracle):
    message = {
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"coding": [{"code": "notification"}]}],
        "subject": {"reference": f"Patient/{WRITTEN}"},
        "sender": {"reference": OSEI},
        "recipient": [{"reference": "Practitioner/eM5w-118"}],
        "payload": [{"contentString": "Please call the patient."}],
    }
    assert post(oracle, message).status_code == 201
    patient = [{"reference": f"Patient/{WRITTEN}"}]
    assert post(oracle, {**message, "recipient": patient}).status_code == 422
    assert post(oracle, {**message, "status": "in-progress"}).status_code == 422
    assert post(oracle, without(message, "category")).status_code == 422


# Generic


def test_plain_fhir_keeps_a_draft_as_it_was_sent_and_updates_it(generic):
    draft = note(generic, "text/plain", docStatus="preliminary", id="chosen-by-the-client")
    answer = post(generic, draft)
    kept = answer.json()
    assert answer.status_code == 201
    assert kept["id"] != "chosen-by-the-client"
    assert kept["docStatus"] == "preliminary"
    assert kept["content"] == draft["content"]
    path = f"DocumentReference/{kept['id']}"
    kept["docStatus"] = "final"
    stale = generic.request("PUT", path, json=kept, headers={"If-Match": 'W/"9"'})
    assert stale.status_code == 412
    updated = generic.request("PUT", path, json=kept, headers={"If-Match": 'W/"1"'})
    assert updated.json()["meta"]["versionId"] == "2"


def test_what_cannot_be_understood_is_refused(generic):
    bad = [
        {"content": b"not json"},
        {"json": []},
        {"json": {"resourceType": "Observation"}},
        {"json": without(note(generic, "text/plain"), "content")},
        {"json": without(note(generic, "text/plain"), "subject")},
        {"json": {**note(generic, "text/plain"), "context": ["x"]}},
        {"json": {**note(generic, "text/plain"), "author": OSEI}},
        {"json": {**note(generic, "text/plain"), "madeUp": True}},
        {"json": without(note(generic, "text/plain"), "content", 0, "attachment", "data")},
    ]
    for options in bad:
        answer = generic.request("POST", "DocumentReference", **options)
        assert answer.status_code == 400
        assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_note_for_a_patient_who_does_not_exist_is_refused(generic):
    lost = note(generic, "text/plain", subject={"reference": "Patient/nobody"})
    assert post(generic, lost).status_code == 422


def test_an_update_needs_an_existing_resource_and_its_own_id(generic):
    missing = note(generic, "text/plain", id="missing")
    assert generic.request("PUT", "DocumentReference/missing", json=missing).status_code == 404
    other = generic.request("PUT", "DocumentReference/other", json=missing)
    assert other.status_code == 400


def test_nothing_can_be_deleted_and_no_retry_is_merged(generic):
    first = post(generic, vital(), headers={"If-None-Exist": "code=8867-4"})
    second = post(generic, vital(), headers={"If-None-Exist": "code=8867-4"})
    assert first.json()["id"] != second.json()["id"]
    assert generic.request("DELETE", f"Observation/{first.json()['id']}").status_code == 405


# Whose


def test_a_token_for_one_patient_cannot_write_to_another(sandbox):
    client = sign_in(sandbox, "generic", RUTH, OSEI, "patient/*.cruds")
    assert post(client, vital()).status_code == 403


def test_a_token_without_the_scope_to_write_cannot_write(sandbox):
    for personality, scope in (("generic", "patient/*.rs"), ("epic", "patient/*.read")):
        client = sign_in(sandbox, personality, WRITTEN, OSEI, scope)
        assert post(client, vital()).status_code == 403


def test_an_update_cannot_move_a_resource_to_another_patient(sandbox):
    client = sign_in(sandbox, "generic", WRITTEN, OSEI, "patient/*.cruds")
    kept = post(client, vital()).json()
    moved = {**kept, "subject": {"reference": f"Patient/{RUTH}"}}
    assert client.request("PUT", f"Observation/{kept['id']}", json=moved).status_code == 403


def marked_up(client, text):
    good = note(client, "application/xhtml+xml;charset=utf-8")
    good["content"][0]["attachment"]["data"] = base64.b64encode(text.encode()).decode()
    return good


def test_oracle_keeps_markup_without_what_a_chart_must_not_run(oracle):
    text = '<div><script>x()</script><link href="a"/><p>Well.</p><iframe src="b"></iframe></div>'
    created = post(oracle, marked_up(oracle, text))
    assert created.status_code == 201, created.text
    kept = oracle.get(created.headers["location"]).json()["content"][0]["attachment"]
    assert attachment_text(oracle, kept) == "<div><p>Well.</p></div>"


@pytest.mark.parametrize("text", ["<div><p>Well.</div>", "Well <soon>.", "<br>Well."])
def test_oracle_refuses_markup_that_is_not_strict(oracle, text):
    assert post(oracle, marked_up(oracle, text)).status_code == 422
