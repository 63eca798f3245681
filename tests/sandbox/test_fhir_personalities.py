"""What each vendor does differently, over HTTP."""

import base64
import xml.etree.ElementTree as ET

import httpx2
import pytest

from tests.sandbox.conftest import RUTH

FHIR = "{http://hl7.org/fhir}"
EPIC_ERRORS = "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369"


def outcomes(bundle):
    return [e["resource"] for e in bundle.get("entry", []) if e["search"]["mode"] == "outcome"]


def issue(answer):
    return answer.json()["issue"][0]


# Formats


@pytest.mark.parametrize("accept", ["*/*", "text/csv", "application/xml"])
def test_epic_sends_xml_unless_json_is_asked_for(epic, accept):
    answer = epic.get(f"Patient/{RUTH}", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("application/fhir+xml")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{FHIR}Patient"
    assert root.find(f"{FHIR}id").get("value") == RUTH
    assert root.find(f"{FHIR}name/{FHIR}family").get("value") == "Halloway"


def test_epic_sends_xml_bundles_with_resources_inside(epic):
    query = f"Observation?patient={RUTH}&category=laboratory&_count=2"
    root = ET.fromstring(epic.get(query, headers={"Accept": "*/*"}).content)
    assert len(root.findall(f"{FHIR}entry/{FHIR}resource/{FHIR}Observation")) == 2


def test_oracle_refuses_other_formats_with_an_empty_406(oracle):
    for accept in ("application/fhir+xml", "text/html"):
        answer = oracle.get(f"Patient/{RUTH}", headers={"Accept": accept})
        assert answer.status_code == 406
        assert answer.content == b""
    assert oracle.get(f"Patient/{RUTH}", headers={"Accept": "*/*"}).json()["id"] == RUTH


def test_the_generic_server_honours_preferences_and_format(generic):
    headers = {"Accept": "application/fhir+xml;q=0.5, application/fhir+json"}
    assert generic.get(f"Patient/{RUTH}", headers=headers).json()["id"] == RUTH
    answer = generic.get(f"Patient/{RUTH}?_format=xml")
    assert ET.fromstring(answer.content).tag == f"{FHIR}Patient"


# Refusals


def test_an_unknown_type_is_html_at_epic_and_an_outcome_elsewhere(epic, oracle, generic):
    answer = epic.get("MedicationStatement?patient=1")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    for client in (oracle, generic):
        answer = client.get("MedicationStatement?patient=1")
        assert answer.status_code == 404
        assert answer.json()["resourceType"] == "OperationOutcome"


def test_each_vendor_words_a_refusal_its_own_way(epic, oracle, generic):
    epics, oracles = issue(epic.get("Condition")), issue(oracle.get("Condition"))
    assert epics["severity"] == "fatal"
    assert epics["details"]["coding"] == [{"system": EPIC_ERRORS, "code": "59159"}]
    assert epics["diagnostics"]
    assert oracles["severity"] == "error"
    assert oracles["details"]["text"]
    assert "diagnostics" not in oracles
    generics = issue(generic.get("Condition/none-such"))
    assert (generics["severity"], generics["code"]) == ("error", "not-found")
    assert "details" not in generics


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"Observation?patient={RUTH}", 400),
        (f"Observation?patient={RUTH}&category=therapy", 400),
        ("Observation?category=laboratory", 400),
        (f"Observation?patient={RUTH}&category=laboratory", 200),
        (f"Observation?subject={RUTH}&code=2823-3", 200),
        (f"CarePlan?patient={RUTH}", 400),
        (f"CarePlan?patient={RUTH}&category=38717003", 200),
        ("AllergyIntolerance", 403),
        ("Patient", 400),
        ("Patient?family=Halloway", 200),
    ],
)
def test_epic_requires_its_parameters(epic, query, status):
    assert epic.get(query).status_code == status


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"MedicationRequest?subject={RUTH}", 400),
        (f"MedicationRequest?patient={RUTH}&_lastUpdated=ge2020-01-01", 400),
        (f"MedicationRequest?patient={RUTH}&_lastUpdated=gt2020-01-01T00:00:00Z", 400),
        (f"MedicationRequest?patient={RUTH}&_lastUpdated=ge2020-01-01T00:00:00Z", 200),
        (f"CarePlan?patient={RUTH}", 400),
        (f"CarePlan?patient={RUTH}&category=38717003", 400),
        (f"CarePlan?patient={RUTH}&category=assess-plan", 200),
        (f"CarePlan?patient={RUTH}&category=assess-plan&date=ge2020-01-01", 400),
        (f"CarePlan?patient={RUTH}&category=assess-plan&date=ge2020-01-01&date=le2100-01-01", 200),
        (f"Appointment?patient={RUTH}", 400),
        (f"Appointment?patient={RUTH}&date=ge2020-01-01&date=lt2100-01-01", 400),
        (
            f"Appointment?patient={RUTH}&date=ge2020-01-01T00:00:00Z&date=lt2100-01-01T00:00:00Z",
            200,
        ),
        (f"Observation?patient={RUTH}&date=ge2020&_lastUpdated=ge2020", 400),
        (f"Observation?patient={RUTH}&_id=x", 400),
        (f"Encounter?patient={RUTH}&date=2024-01-01", 400),
        (f"Condition?patient={RUTH}&colour=red", 400),
        (f"Condition?patient={RUTH}&_summary=count", 400),
        (f"MedicationRequest?patient={RUTH}&_include=MedicationRequest:medication", 400),
        (f"Condition?patient={RUTH}&_revinclude=Provenance:target", 200),
    ],
)
def test_oracle_refuses_what_it_does_not_list(oracle, query, status):
    assert oracle.get(query).status_code == status


def test_epic_drops_unknown_parameters_and_still_claims_them(epic):
    plain = epic.ids(f"Condition?patient={RUTH}")
    answer = epic.get(f"Condition?patient={RUTH}&colour=red").json()
    assert [e["resource"]["id"] for e in answer["entry"] if e["search"]["mode"] == "match"] == plain
    assert "colour=red" in answer["link"][0]["url"]


def test_epic_ignores_the_rest_beside_an_id(epic):
    identifier = epic.ids(f"Condition?patient={RUTH}")[0]
    assert epic.ids(f"Condition?_id={identifier}&patient=another") == [identifier]


# Bundles


def test_totals_are_real_a_pages_size_or_absent(epic, oracle, generic):
    query = f"Observation?patient={RUTH}&category=laboratory&_count=2"
    real = generic.get(query).json()["total"]
    assert real > 100
    assert epic.get(query).json()["total"] == 2
    assert epic.get(f"{query[:-1]}5&_summary=count").json()["total"] == real
    assert "total" not in oracle.get(query).json()


def test_epic_says_with_an_outcome_that_nothing_was_found(epic, oracle):
    bundle = epic.get(f"Immunization?patient={RUTH}&date=lt1900").json()
    (only,) = outcomes(bundle)
    assert only["issue"][0]["details"]["coding"][0]["code"] == "4101"
    assert "entry" not in oracle.get(f"Immunization?patient={RUTH}&date=le1900-01-01").json()


def test_epic_warns_that_outside_medications_are_withheld(epic):
    (only,) = outcomes(epic.get(f"MedicationRequest?patient={RUTH}").json())
    first = only["issue"][0]
    assert (first["severity"], first["code"]) == ("warning", "suppressed")
    assert first["details"]["coding"][0]["code"] == "59204"


# Shapes


def test_epic_refers_to_medications_that_can_be_read_and_included(epic):
    query = f"MedicationRequest?patient={RUTH}&_include=MedicationRequest:medication"
    bundle = epic.get(query).json()
    by_mode = {}
    for entry in bundle["entry"]:
        by_mode.setdefault(entry["search"]["mode"], []).append(entry["resource"])
    for request in by_mode["match"]:
        assert "medicationCodeableConcept" not in request
        reference = request["medicationReference"]
        assert reference["display"]
        medication = epic.get(reference["reference"]).json()
        assert medication["code"]["text"] == reference["display"]
    referred = {one["medicationReference"]["reference"] for one in by_mode["match"]}
    assert referred == {f"Medication/{one['id']}" for one in by_mode["include"]}


def test_oracle_has_the_medication_inline(oracle):
    for request in oracle.everything(f"MedicationRequest?patient={RUTH}"):
        assert request["medicationCodeableConcept"]["text"]
        assert "medicationReference" not in request


def test_only_epic_hides_when_a_resource_changed(epic, oracle, generic):
    query = f"Condition?patient={RUTH}"
    assert all("lastUpdated" not in one.get("meta", {}) for one in epic.everything(query))
    for client in (oracle, generic):
        assert all(one["meta"]["lastUpdated"] for one in client.everything(query))


def notes(client):
    return client.everything(f"DocumentReference?patient={RUTH}&_count=100")


def test_epic_hands_out_each_textual_note_as_html_and_rtf(epic, generic):
    plain = {one["id"]: one for one in notes(generic)}
    for note in notes(epic):
        media = [one["attachment"]["contentType"] for one in note["content"]]
        assert media == ["text/html", "text/rtf"]
        urls = [one["attachment"]["url"] for one in note["content"]]
        assert all(url.startswith("Binary/") for url in urls)
        assert note["id"] in plain
    page = epic.get(urls[0]).json()
    rich = epic.get(urls[1]).json()
    assert b"<html>" in base64.b64decode(page["data"])
    assert base64.b64decode(rich["data"]).startswith(rb"{\rtf1")


def test_oracles_attachments_have_absolute_addresses(oracle):
    note = notes(oracle)[0]
    attachment = note["content"][0]["attachment"]
    assert attachment["url"].startswith(f"{oracle.base}/Binary/")
    answer = oracle.get(attachment["url"], headers={"Accept": attachment["contentType"]})
    assert answer.headers["content-type"] == attachment["contentType"]
    assert len(answer.text) > 20


def test_a_binary_goes_out_raw_or_as_fhir_as_asked(generic):
    note = next(one for one in notes(generic) if "url" in one["content"][0]["attachment"])
    url = note["content"][0]["attachment"]["url"]
    raw = generic.get(url, headers={"Accept": "*/*"})
    wrapped = generic.get(url).json()
    assert wrapped["resourceType"] == "Binary"
    assert base64.b64decode(wrapped["data"]) == raw.content
    assert raw.headers["content-type"].startswith("text/plain")


# Versions


def test_a_read_carries_its_version_and_older_versions_can_be_read(generic):
    answer = generic.get(f"Patient/{RUTH}")
    version = answer.json()["meta"]["versionId"]
    assert answer.headers["etag"] == f'W/"{version}"'
    assert generic.get(f"Patient/{RUTH}/_history/{version}").json() == answer.json()
    for missing in ("9999", "none"):
        assert generic.get(f"Patient/{RUTH}/_history/{missing}").status_code == 404


def test_every_personality_answers_without_a_token_what_it_can_do(sandbox):
    for personality in ("epic", "oracle", "generic"):
        url = f"{sandbox.issuer(personality)}/metadata"
        answer = httpx2.get(url, headers={"Accept": "application/fhir+json"})
        assert answer.json()["implementation"]["url"] == sandbox.issuer(personality)
