"""Exports of a group by a backend's token: asked for, waited for, fetched, cancelled."""

import json
import time
from urllib.parse import urlsplit

import pytest

from tests.conftest import start_sandbox
from tests.sandbox.conftest import MANY_RESULTS
from tests.sandbox.control import Control
from tests.sandbox.hospital import HTTP, JSON
from tests.sandbox.smart import App, key_server

TYPES = ("Group", "Patient", "Condition", "Observation", "MedicationRequest")
GROUP = "eG-everybody"
KICK_OFF = {"Accept": JSON, "Prefer": "respond-async"}
SIZE = 2500


@pytest.fixture(scope="module")
def hospital():
    with key_server() as (keys, address):
        running, process = start_sandbox(
            address, "--volume", str(SIZE), SANDBOX_BULK_SECONDS="0", SANDBOX_BULK_RETRY_AFTER="1"
        )
        yield running, keys
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def control(hospital):
    controlling = Control(hospital[0].base_url)
    controlling.request("POST", "exports", json={"seconds": 0, "retry_after": 1})
    yield controlling
    controlling.clear()


class Backend:
    """A backend's client at one personality."""

    def __init__(self, hospital, personality, types=TYPES):
        sandbox, keys = hospital
        self.app = App(sandbox, personality, "countersign-backend", keys)
        ending = "read" if personality == "epic" else "rs"
        scope = " ".join(f"system/{kind}.{ending}" for kind in types)
        answer = self.app.post("token", {"grant_type": "client_credentials", "scope": scope})
        self.token = answer.raise_for_status().json()["access_token"]

    def request(self, method, url, **headers):
        url = url if url.startswith("http") else f"{self.app.issuer}/{url}"
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return HTTP.request(method, url, headers=headers)

    def export(self, query="", group=GROUP, **headers):
        return self.request("GET", f"Group/{group}/$export{query}", **{**KICK_OFF, **headers})

    def manifest(self, query="", group=GROUP):
        begun = self.export(query, group)
        assert begun.status_code == 202, begun.text
        where = begun.headers["content-location"]
        answer = self.request("GET", where, Accept="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json(), where

    def lines(self, url):
        answer = self.request("GET", url, Accept="application/fhir+ndjson")
        if answer.status_code == 307:
            answer = HTTP.get(answer.headers["location"])
        assert answer.headers["content-type"] == "application/fhir+ndjson", answer.text
        return [json.loads(line) for line in answer.raise_for_status().text.splitlines()]

    def end(self, where):
        assert self.request("DELETE", where).status_code == 202


@pytest.fixture(params=["epic", "oracle", "generic"])
def backend(request, hospital, control):
    return Backend(hospital, request.param)


@pytest.fixture
def generic(hospital, control):
    return Backend(hospital, "generic")


def test_a_group_is_exported_as_the_personality_would_send_it(backend):
    manifest, where = backend.manifest("?_type=Patient,MedicationRequest")
    assert manifest["requiresAccessToken"] is True
    assert manifest["transactionTime"].endswith("Z")
    assert manifest["request"].endswith("_type=Patient,MedicationRequest")
    by_type = {}
    for one in manifest["output"]:
        by_type.setdefault(one["type"], []).extend(backend.lines(one["url"]))
    assert set(by_type) == {"Patient", "MedicationRequest"}
    assert len(by_type["Patient"]) > 10
    named = "medicationReference" in by_type["MedicationRequest"][0]
    assert named == (backend.app.personality == "epic")
    backend.end(where)
    assert backend.request("GET", where).status_code == 404
    assert backend.request("GET", manifest["output"][0]["url"]).status_code == 404


def test_progress_is_told_until_it_is_done(backend, control):
    control.request("POST", "exports", json={"seconds": 0.6, "retry_after": None})
    where = backend.export("?_type=Patient").headers["content-location"]
    waiting = backend.request("GET", where)
    assert waiting.status_code == 202
    usual = {"epic": "5", "oracle": "600", "generic": "1"}
    assert waiting.headers["retry-after"] == usual[backend.app.personality]
    assert waiting.headers["x-progress"]
    time.sleep(0.7)
    assert backend.request("GET", where).status_code == 200
    backend.end(where)


def test_an_export_can_be_cancelled_while_it_runs(generic, control):
    control.request("POST", "exports", json={"seconds": 30})
    where = generic.export().headers["content-location"]
    generic.end(where)
    assert generic.request("GET", where).status_code == 404


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"Prefer": "x"}, 400),
        ("", {"Accept": "application/json"}, 400),
        ("?_outputFormat=csv", {}, 400),
        ("?_type=Binary", {}, 400),
        ("?_since=yesterday", {}, 400),
        ("?_typeFilter=Observation", {}, 400),
        ("?_typeFilter=Observation%3Fcolour%3Dred", {}, 400),
        ("?colour=red", {}, 400),
        ("?_outputFormat=application/fhir%2Bndjson", {}, 202),
    ],
)
def test_a_kick_off_is_read_strictly(generic, query, headers, status):
    answer = generic.export(query, **headers)
    assert answer.status_code == status
    if status == 202:
        generic.end(answer.headers["content-location"])


def test_only_a_known_group_and_system_scopes_begin_one(hospital, control, generic):
    assert generic.export(group="none-such").status_code == 404
    no_group = Backend(hospital, "generic", ["Patient"])
    # Patients alone may be read: the export is of them alone.
    manifest, where = no_group.manifest()
    assert {one["type"] for one in manifest["output"]} == {"Patient"}
    no_group.end(where)


def test_types_without_a_scope_are_an_error_file_and_the_rest_comes(hospital, control):
    backend = Backend(hospital, "generic", ["Patient"])
    manifest, where = backend.manifest("?_type=Patient,Condition")
    assert {one["type"] for one in manifest["output"]} == {"Patient"}
    (failed,) = manifest["error"]
    (reason,) = backend.lines(failed["url"])
    assert reason["issue"][0]["code"] == "forbidden"
    assert "Condition" in reason["issue"][0]["diagnostics"]
    backend.end(where)


def test_since_and_type_filters_narrow_it(generic):
    filtered, where = generic.manifest(
        "?_type=Observation&_typeFilter=Observation%3Fcategory%3Dvital-signs"
    )
    for one in filtered["output"]:
        for line in generic.lines(one["url"]):
            assert line["category"][0]["coding"][0]["code"] == "vital-signs"
    generic.end(where)
    everything, where = generic.manifest("?_type=Condition")
    count = sum(len(generic.lines(one["url"])) for one in everything["output"])
    generic.end(where)
    recent, where = generic.manifest("?_type=Condition&_since=2100-01-01T00:00:00Z")
    assert recent["output"] == []
    assert count > 20
    generic.end(where)


def test_vendors_allow_one_export_at_a_time(backend):
    first = backend.export("?_type=Patient").headers["content-location"]
    same = backend.export("?_type=Patient")
    other = backend.export("?_type=Patient", group="eG-volume")
    found = (same.status_code, other.status_code)
    wanted = {"epic": (429, 202), "oracle": (429, 429), "generic": (202, 202)}
    assert found == wanted[backend.app.personality]
    for answer in (same, other):
        if answer.status_code == 202:
            backend.end(answer.headers["content-location"])
    backend.end(first)
    again = backend.export("?_type=Patient")
    assert again.status_code == 202
    backend.end(again.headers["content-location"])


def test_oracle_wants_its_types_joined_and_its_files_without_a_token(hospital, control):
    backend = Backend(hospital, "oracle")
    assert backend.export("?_type=Patient&_type=Condition").status_code == 400
    manifest, where = backend.manifest("?_type=Patient")
    moved = backend.request("GET", manifest["output"][0]["url"])
    assert moved.status_code == 307
    assert HTTP.get(moved.headers["location"]).status_code == 200
    assert backend.request("GET", moved.headers["location"]).status_code == 400
    guessed = moved.headers["location"].replace("/bulk-files/", "/bulk-files/x")
    assert HTTP.get(guessed).status_code == 403
    backend.end(where)


def test_an_export_is_closed_to_other_clients_and_without_a_token(generic, hospital, control):
    manifest, where = generic.manifest("?_type=Patient")
    url = manifest["output"][0]["url"]
    assert HTTP.get(url, headers={"Accept": JSON}).status_code == 401
    assert HTTP.get(where, headers={"Accept": JSON}).status_code == 401
    stranger = Backend(hospital, "epic")
    path = urlsplit(where).path.rpartition("/")[2]
    assert stranger.request("GET", f"bulk/{path}").status_code == 404
    fresh = Backend(hospital, "generic")
    assert fresh.request("GET", where).status_code == 200
    generic.end(where)


def test_thousands_of_generated_patients_come_in_files_with_no_gap(generic):
    manifest, where = generic.manifest("?_type=Patient,Condition", group="eG-volume")
    files = [one["url"] for one in manifest["output"] if one["type"] == "Patient"]
    assert len(files) == 3
    found = [line["id"] for url in files for line in generic.lines(url)]
    assert found == [f"v{number:06d}" for number in range(SIZE)]
    conditions = [one["url"] for one in manifest["output"] if one["type"] == "Condition"]
    assert len(generic.lines(conditions[2])) >= SIZE - 2000
    generic.end(where)


def test_faults_reach_the_kick_off_the_status_and_the_files(generic, control):
    with control.fault("throttled", kinds=["export"], count=1):
        assert generic.export().status_code == 429
    manifest, where = generic.manifest("?_type=Patient,Condition")
    with control.fault("unavailable", kinds=["status"], count=1):
        assert generic.request("GET", where).status_code == 503
    files = {one["type"]: one["url"] for one in manifest["output"]}
    with control.fault("server-error", kinds=["file"], types=["Condition"]):
        assert generic.request("GET", files["Condition"], Accept=JSON).status_code == 500
        assert generic.request("GET", files["Patient"], Accept=JSON).status_code == 200
    generic.end(where)
    kinds = control.counts()["kinds"]["generic"]
    assert {"export", "status", "file"} <= set(kinds)
    assert MANY_RESULTS not in json.dumps(control.counts())


def test_oracle_exports_every_patient_without_a_group(hospital, control):
    backend = Backend(hospital, "oracle")
    begun = backend.request("GET", "Patient/$export?_type=Patient", **KICK_OFF)
    assert begun.status_code == 202, begun.text
    where = begun.headers["content-location"]
    manifest = backend.request("GET", where).json()
    found = [line["id"] for one in manifest["output"] for line in backend.lines(one["url"])]
    assert MANY_RESULTS in found
    assert "v000000" in found
    assert backend.export("?_type=Patient").status_code == 429
    backend.end(where)
    for personality in ("epic", "generic"):
        other = Backend(hospital, personality)
        assert other.request("GET", "Patient/$export", **KICK_OFF).status_code == 404


def test_there_is_no_export_of_the_whole_system(backend):
    answer = backend.request("GET", "$export", **KICK_OFF)
    assert answer.status_code == 404
    html = answer.headers["content-type"].startswith("text/html")
    assert html == (backend.app.personality == "epic")


def test_oracle_exports_no_more_patients_than_it_says(hospital, control):
    many = {
        "resourceType": "Group",
        "id": "eG-too-many",
        "type": "person",
        "actual": True,
        "member": [{"entity": {"reference": f"Patient/n{n}"}} for n in range(20_001)],
    }
    control.request("POST", "resources", json=many).raise_for_status()
    answer = Backend(hospital, "oracle").export("?_type=Patient", group="eG-too-many")
    assert answer.status_code == 400
    assert "20000" in answer.json()["issue"][0]["details"]["text"]


def test_exports_are_advertised_where_they_are(hospital):
    def exports(personality):
        url = f"{hospital[0].issuer(personality)}/metadata"
        listed = HTTP.get(url, headers={"Accept": JSON}).json()["rest"][0]["resource"]
        named = {(one["type"], op["name"]) for one in listed for op in one.get("operation", [])}
        return {one for one in named if "export" in one[1]}

    group, patient = ("Group", "group-export"), ("Patient", "patient-export")
    assert exports("epic") == exports("generic") == {group}
    assert exports("oracle") == {group, patient}
