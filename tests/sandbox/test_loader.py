"""Loading charts: every form of file, references by any name, dates moved towards today."""

import gzip
import json
from datetime import date

import pytest

from sandbox import charts, loader
from sandbox.fhir.store import Store
from sandbox.fhir.store import load as fill
from sandbox.shifting import DAYS_AGO, shifted

TODAY = date(2026, 6, 1)


def bundle(*entries, kind="transaction"):
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }


def patient(**more):
    return {"resourceType": "Patient", **more}


def observation(subject, **more):
    return {"resourceType": "Observation", "id": "o", "subject": {"reference": subject}, **more}


def loaded(*files):
    store = Store()
    fill(loader.resolved(list(files)), store)
    return store


def test_bundles_lines_single_resources_and_gzip_are_all_read(tmp_path):
    one, line = patient(id="a"), patient(id="b")
    (tmp_path / "one.json").write_text(json.dumps(one))
    (tmp_path / "lines.ndjson").write_text(f"{json.dumps(line)}\n\n{json.dumps(patient(id='c'))}\n")
    packed = json.dumps(bundle(("", patient(id="d")), kind="collection")).encode()
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress(packed))
    found = {resource["id"] for path in tmp_path.iterdir() for resource in loader.read(path)}
    assert found == {"a", "b", "c", "d"}


def test_references_by_urn_become_references_by_id_across_files():
    urn = "urn:uuid:6c3c2b1e-0000-4000-8000-000000000001"
    people = loader._unpacked(bundle((urn, patient(id="p"))), "")
    results = loader._unpacked(bundle(("urn:uuid:x", observation(urn))), "")
    store = loaded(list(people), list(results))
    assert store.get("Observation", "o")["subject"]["reference"] == "Patient/p"
    assert store.of_patient("Observation", "p")


def test_a_resource_without_an_id_takes_that_of_its_urn_or_one_of_its_content():
    urn = "urn:uuid:6c3c2b1e-0000-4000-8000-000000000001"
    (named,) = loader._unpacked(bundle((urn, patient())), "")
    assert named["id"] == urn.removeprefix("urn:uuid:")
    (first,) = loader._unpacked(bundle(("", patient(gender="male"))), "")
    (again,) = loader._unpacked(bundle(("", patient(gender="male"))), "")
    (other,) = loader._unpacked(bundle(("", patient(gender="female"))), "")
    assert first["id"] == again["id"] != other["id"]


def test_a_reference_by_identifier_is_resolved_or_kept_as_an_identifier():
    doctor = {
        "resourceType": "Practitioner",
        "id": "d",
        "identifier": [{"system": "urn:npi", "value": "1"}],
    }
    performers = [
        {"reference": "Practitioner?identifier=urn:npi|1"},
        {"reference": "Practitioner?identifier=urn:npi|2", "display": "Dr. Elsewhere"},
    ]
    store = loaded([doctor, observation("Patient/p", performer=performers)])
    known, unknown = store.get("Observation", "o")["performer"]
    assert known["reference"] == "Practitioner/d"
    assert unknown == {
        "type": "Practitioner",
        "identifier": {"system": "urn:npi", "value": "2"},
        "display": "Dr. Elsewhere",
    }


def test_the_last_of_two_with_one_id_counts():
    store = loaded([patient(id="p", gender="male")], [patient(id="p", gender="female")])
    assert store.get("Patient", "p")["gender"] == "female"
    assert store.get("Patient", "p")["meta"]["versionId"] == "1"


def test_a_charts_own_version_and_instant_are_kept():
    meta = {"versionId": "4", "lastUpdated": "2020-02-03T04:05:06Z"}
    kept = loaded([patient(id="p", meta=meta)]).get("Patient", "p")["meta"]
    assert kept["versionId"] == "4"
    assert kept["lastUpdated"].startswith("2020-02-03T04:05:06")


def test_categories_that_vendors_ask_for_are_filled_in_without_replacing_any():
    own = {"coding": [{"system": "urn:own", "code": "diabetes"}]}
    plan = {"resourceType": "CarePlan", "id": "c", "category": [own]}
    problem = {"resourceType": "Condition", "id": "x"}
    diagnosis = {"resourceType": "Condition", "id": "y", "category": [own]}
    store = loaded([plan, problem, diagnosis])
    codes = [c["coding"][0]["code"] for c in store.get("CarePlan", "c")["category"]]
    assert codes == ["diabetes", "assess-plan", "38717003"]
    codes = [c["coding"][0]["code"] for c in store.get("Condition", "x")["category"]]
    assert codes == ["problem-list-item"]
    assert store.get("Condition", "y")["category"] == [own]


@pytest.mark.parametrize("content", [b"not json", b"{", b"\x1f\x8bnot gzip"])
def test_a_file_that_cannot_be_read_is_named_and_nothing_of_it_quoted(tmp_path, content):
    path = tmp_path / ("bad.json.gz" if content.startswith(b"\x1f") else "bad.json")
    path.write_bytes(content)
    with pytest.raises(loader.ChartsError, match=r"bad\.json") as refused:
        loader.read(path)
    assert str(refused.value) == (f"{path.name} cannot be read as FHIR JSON. Remove or repair it.")


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path):
    with pytest.raises(loader.ChartsError, match="not a folder"):
        loader.load(tmp_path / "none")
    with pytest.raises(loader.ChartsError, match="holds no"):
        loader.load(tmp_path)


# Dates


def test_the_newest_event_moves_to_this_week_and_distances_stay():
    old = [
        patient(id="p", birthDate="1950-01-15"),
        observation("Patient/p", effectiveDateTime="2019-03-01T23:30:00-05:00"),
        observation("Patient/p", effectiveDateTime="2018-03-01"),
    ]
    born, newest, older = shifted(old, TODAY)
    assert newest["effectiveDateTime"] == "2026-05-29T23:30:00-05:00"
    assert (TODAY - date(2026, 5, 29)).days == DAYS_AGO
    moved = date(2026, 5, 29) - date(2019, 3, 1)
    assert date.fromisoformat(older["effectiveDateTime"]) == date(2018, 3, 1) + moved
    assert date.fromisoformat(born["birthDate"]) == date(1950, 1, 15) + moved


def test_what_is_still_to_come_in_a_file_is_not_its_newest_event():
    plan = {"resourceType": "Appointment", "start": "2030-01-01T09:00:00Z"}
    seen, planned = shifted([observation("", effectiveDateTime="2026-01-01"), plan], TODAY)
    assert seen["effectiveDateTime"] == "2026-05-29"
    assert planned["start"] == "2030-05-29T09:00:00Z"


def test_an_export_stamp_or_a_device_that_expires_is_no_event():
    stamp = {"resourceType": "Provenance", "id": "v", "recorded": "2026-05-01T00:00:00Z"}
    device = {
        "resourceType": "Device",
        "id": "d",
        "patient": {"reference": "Patient/p"},
        "expirationDate": "2026-05-01",
    }
    seen, *_ = shifted([observation("", effectiveDateTime="2020-01-01"), stamp, device], TODAY)
    assert seen["effectiveDateTime"] == "2026-05-29"


def test_partial_dates_move_and_texts_codes_and_versions_do_not():
    old = observation(
        "Patient/p",
        effectiveDateTime="2020-05-30",
        onset="2019",
        month="2019-12",
        code={"text": "2020-05-30", "coding": [{"code": "2020"}]},
        meta={"lastUpdated": "2020-05-30T00:00:00Z"},
    )
    (moved,) = shifted([old], TODAY)
    assert moved["effectiveDateTime"] == "2026-05-29"
    assert (moved["onset"], moved["month"]) == ("2025", "2025-12")
    assert moved["code"] == old["code"]
    assert moved["meta"] == old["meta"]


def test_a_day_that_never_was_stays_and_stops_nothing():
    never = observation("", effectiveDateTime="2019-02-30", issued="2019-02-27")
    (moved,) = shifted([never], TODAY)
    assert (moved["effectiveDateTime"], moved["issued"]) == ("2019-02-30", "2026-05-29")


def test_a_file_without_dates_stays_as_it_is():
    assert shifted([patient(id="p")], TODAY) == [patient(id="p")]


# What it is for


def test_the_hospitals_own_charts_load_with_an_open_encounter_for_each_patient():
    store = loaded(charts.build(TODAY))
    assert len(store.patients()) >= 12
    for one in store.patients():
        encounters = store.of_patient("Encounter", one["id"])
        assert any(encounter["status"] == "in-progress" for encounter in encounters)


@pytest.mark.parametrize(
    ("folder", "patients"),
    [("synthea", 38), ("synthea-notes", 4), ("us-core-examples", 4), ("epic-shaped", 2)],
)
def test_shared_charts_load_and_every_chart_is_reached_by_its_patient(
    shared_data, folder, patients
):
    path = shared_data / "charts" / folder
    files = [loader.read(one) for one in sorted(path.iterdir()) if one.suffix != ".md"]
    store = loaded(*files)
    assert len(store.patients()) == patients
    text = json.dumps([one for kind in store.types() for one in store.all(kind)])
    assert "urn:uuid:" not in "".join(
        one["subject"]["reference"]
        for one in store.all("Observation")
        if "reference" in one.get("subject", {})
    )
    assert '"_url"' not in text
    held = sum(len(store.of_patient("Observation", one["id"])) for one in store.patients())
    if folder.startswith("synthea"):
        assert held == len(store.all("Observation")) > 1000
