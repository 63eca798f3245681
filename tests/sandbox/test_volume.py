"""Generated patients: the same each time, found as others are, fast, and kept nowhere."""

from datetime import date
from pathlib import Path

import pytest
from fhirclient.models.fhirelementfactory import FHIRElementFactory

from sandbox.volume.source import Volume
from tests.conftest import start_sandbox
from tests.sandbox.conftest import OSEI, RUTH
from tests.sandbox.hospital import HTTP, sign_in

TODAY = date(2026, 6, 1)
SIZE = 10_000
# The most a search may cost on one core, in milliseconds: 200 a second.
MOST = 5
A_CHART = {"Patient", "Condition", "MedicationRequest", "Observation", "Encounter"}


@pytest.fixture(scope="module")
def started():
    running, process = start_sandbox("http://localhost:8000", "--volume", str(SIZE))
    yield running, process
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def clients(started):
    held = {}

    def client(personality):
        if personality not in held:
            held[personality] = sign_in(started[0], personality, RUTH, OSEI)
        return held[personality]

    return client


def test_a_seed_makes_the_same_charts_in_any_order_and_another_seed_others():
    one, other = Volume(50, TODAY), Volume(50, TODAY)
    assert other.resources("v000049") == one.resources("v000049")
    assert other.resources("v000003") == one.resources("v000003")
    assert Volume(50, TODAY, seed=2).resources("v000003") != one.resources("v000003")
    assert one.resources("v000050") == []


def test_every_chart_is_valid_and_complete_enough_to_be_read():
    volume = Volume(40, TODAY)
    for identifier in volume.ids():
        resources = volume.resources(identifier)
        assert {one["resourceType"] for one in resources} >= A_CHART
        assert len({one["id"] for one in resources}) == len(resources)
        for one in resources:
            FHIRElementFactory.instantiate(one["resourceType"], one)
            owner = (
                one.get("subject") or one.get("patient") or {"reference": f"Patient/{one['id']}"}
            )
            assert owner["reference"] == f"Patient/{identifier}"
            assert one["meta"]["lastUpdated"][:10] <= TODAY.isoformat()
    categories = {"laboratory": 0, "vital-signs": 0}
    for one in volume.resources("v000000"):
        if one["resourceType"] == "Observation":
            categories[one["category"][0]["coding"][0]["code"]] += 1
    assert min(categories.values()) > 1


def test_one_type_of_a_chart_is_what_the_whole_has_of_it():
    volume = Volume(20, TODAY, draws=3)
    for identifier in volume.ids():
        whole = volume.resources(identifier)
        for kind in Volume.TYPES:
            wanted = [one for one in whole if one["resourceType"] == kind]
            assert volume.resources(identifier, kind) == wanted


def test_draws_make_a_chart_longer():
    short, long = Volume(5, TODAY, draws=1), Volume(5, TODAY, draws=20)
    assert len(long.resources("v000001")) > len(short.resources("v000001")) + 15


@pytest.mark.parametrize("personality", ["epic", "oracle", "generic"])
def test_a_generated_patient_is_found_by_id_and_by_patient(clients, personality):
    client = clients(personality)
    identifier = "v009999"
    assert client.get(f"Patient/{identifier}").json()["id"] == identifier
    assert client.ids(f"Patient?_id={identifier}") == [identifier]
    labs = client.everything(f"Observation?patient={identifier}&category=laboratory")
    assert labs
    assert {one["subject"]["reference"] for one in labs} == {f"Patient/{identifier}"}
    assert client.get(f"Observation/{labs[0]['id']}").json()["id"] == labs[0]["id"]
    assert client.get(f"Observation/{labs[0]['id']}/_history/1").status_code == 200
    for order in client.everything(f"MedicationRequest?patient={identifier}"):
        if personality == "epic":
            drug = client.get(order["medicationReference"]["reference"]).json()
            assert drug["code"]["text"] == order["medicationReference"]["display"]
        else:
            assert order["medicationCodeableConcept"]["text"]
    assert client.get("Patient/v010000").status_code == 404
    assert client.get("Observation/v009999-o9999").status_code == 404


def test_a_group_names_all_of_them_and_finds_them(clients):
    client = clients("generic")
    group = client.get("Group/eG-volume").json()
    assert group["quantity"] == len(group["member"]) == SIZE
    page = client.get("Patient?_has:Group:member:_id=eG-volume&_count=3").json()
    assert page["total"] == SIZE
    assert [e["resource"]["id"] for e in page["entry"]] == ["v000000", "v000001", "v000002"]
    everybody = client.get("Patient?_has:Group:member:_id=eG-everybody&_summary=count").json()
    assert 10 < everybody["total"] < 100
    assert client.ids("Group?member=Patient/v000007") == ["eG-volume"]


def test_what_is_written_for_a_generated_patient_is_kept_beside_what_is_made(clients):
    client = clients("generic")
    before = client.ids("Observation?patient=v000042&_count=500")
    sent = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Grip strength"},
        "subject": {"reference": "Patient/v000042"},
    }
    made = client.request("POST", "Observation", json=sent)
    assert made.status_code == 201, made.text
    after = client.ids("Observation?patient=v000042&_count=500")
    assert set(after) - set(before) == {made.json()["id"]}
    changed = client.get(f"Observation/{before[0]}").json() | {"status": "amended"}
    assert client.request("PUT", f"Observation/{before[0]}", json=changed).status_code == 200
    assert client.get(f"Observation/{before[0]}").json()["status"] == "amended"
    assert sorted(client.ids("Observation?patient=v000042&_count=500")) == sorted(after)


def test_the_screen_and_the_readiness_speak_of_the_told_charts_only(started):
    assert HTTP.get(f"{started[0].base_url}/health").json()["charts"] < 100


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory_megabytes(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def test_two_hundred_searches_a_second_fit_on_one_core_and_nothing_piles_up(started, clients):
    client, process = clients("generic"), started[1]
    rounds = []
    before = memory_megabytes(process)
    for start in (1000, 1300, 1600):
        began = cpu_seconds(process)
        for number in range(start, start + 300):
            client.get(f"Condition?patient=v{number:06d}").raise_for_status()
        rounds.append((cpu_seconds(process) - began) / 300 * 1000)
    assert min(rounds) < MOST, rounds
    assert memory_megabytes(process) - before < 60
