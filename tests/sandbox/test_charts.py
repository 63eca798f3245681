"""The invented charts: sound FHIR and sound dates, whatever the day and the hour."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest

from sandbox.charts import build, hospital
from tests.sandbox.invented import EVERYTHING, TODAY, of, texts, word

INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


def walk(node, key=""):
    if isinstance(node, dict):
        for name, value in node.items():
            yield from walk(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, key)
    else:
        yield key, node


# --- The whole hospital


def test_no_two_resources_share_an_id():
    assert [each for each, n in Counter(each["id"] for each in EVERYTHING).items() if n > 1] == []


def test_every_id_is_a_legal_fhir_id_and_holds_no_part_of_a_name():
    names = {part.lower() for each in of("Patient") for part in [each["name"][0]["family"]]}
    for each in EVERYTHING:
        assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", each["id"])
        assert not any(name in each["id"].lower() for name in names)


def test_every_reference_leads_to_a_resource():
    known = {f"{each['resourceType']}/{each['id']}" for each in EVERYTHING}
    found = [value for each in EVERYTHING for key, value in walk(each) if key == "reference"]
    found += [value for each in EVERYTHING for key, value in walk(each) if key == "url"]
    assert len(found) > 5000
    assert [each for each in found if each not in known] == []


@pytest.mark.parametrize("kind", sorted({each["resourceType"] for each in EVERYTHING}))
def test_every_resource_is_valid_in_the_strict_model(kind):
    model = getattr(import_module(f"fhirclient.models.{kind.lower()}"), kind)
    for each in of(kind):
        assert model(each).as_json() == each


def test_no_member_is_empty():
    def empty(node):
        if isinstance(node, dict):
            return not node or any(empty(value) for value in node.values())
        if isinstance(node, list):
            return not node or any(empty(value) for value in node)
        return node in (None, "")

    assert [each["id"] for each in EVERYTHING if empty(each)] == []


def test_every_resource_carries_version_and_time_of_change():
    for each in EVERYTHING:
        assert each["meta"]["versionId"] == "1"
        assert datetime.fromisoformat(each["meta"]["lastUpdated"]).tzinfo is not None


def test_only_appointments_and_a_due_date_lie_ahead():
    ahead = set()
    for each in EVERYTHING:
        for key, value in walk(each):
            # An MRN looks a little like a date, and a note may quote one.
            if isinstance(value, str) and INSTANT.fullmatch(value) and value[:10] > str(TODAY):
                ahead.add((each["resourceType"], key))
    assert ahead == {
        ("Appointment", "start"),
        ("Appointment", "end"),
        ("Observation", "valueDateTime"),
    }


def test_the_same_date_gives_the_same_charts():
    assert build(TODAY) == EVERYTHING


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2027, 1, 1), date(2025, 6, 29)])
def test_another_date_moves_everything_and_breaks_nothing(day):
    found = build(day)
    assert [each["id"] for each in found] == [each["id"] for each in EVERYTHING]
    ruth = next(each for each in found if each["id"] == "eQ81-774")
    born = date.fromisoformat(ruth["birthDate"])
    assert day.year - born.year - ((day.month, day.day) < (born.month, born.day)) == 68


def test_every_patient_has_one_visit_in_progress_today():
    open_visits = [each for each in of("Encounter") if each["status"] == "in-progress"]
    assert all(each["period"]["start"].startswith(str(TODAY)) for each in open_visits)
    assert all("end" not in each["period"] for each in open_visits)
    assert Counter(each["subject"]["reference"] for each in open_visits) == {
        f"Patient/{each['id']}": 1 for each in of("Patient")
    }


def test_there_are_twelve_patients_or_more_each_with_their_own_record_number():
    numbers = {each["identifier"][0]["value"] for each in of("Patient")}
    assert len(numbers) == len(of("Patient")) >= 12


def test_each_patient_has_an_address_and_a_phone_that_rings_nowhere():
    for each in of("Patient"):
        assert each["address"][0]["line"]
        assert re.fullmatch(r"555-01\d\d", each["telecom"][0]["value"])


def test_no_address_of_electronic_mail_stands_anywhere():
    assert not any("@" in str(value) for each in EVERYTHING for _, value in walk(each))


def test_the_hospital_has_its_people_with_roles_and_a_clerk_who_is_none_of_them():
    names = {each["name"][0]["text"] for each in of("Practitioner")}
    assert {"Amara Osei, MD", "Rafael Ortiz, MD", "Lena Whitcombe, MD"} <= names
    assert {"J. Ferris, RN", "Priya Nand, PharmD"} <= names
    roles = {each["practitioner"]["reference"] for each in of("PractitionerRole")}
    assert roles == {f"Practitioner/{each['id']}" for each in of("Practitioner")}
    assert [each["name"][0]["text"] for each in of("Person")] == ["M. Tully"]
    assert [each["name"] for each in of("Organization")] == ["Northfield General"]
    assert len(of("Location")) == len(hospital.PLACES)


def test_results_carry_range_flag_and_unit_unless_they_say_why_not():
    results = [
        each
        for each in of("Observation")
        if each["category"][0]["coding"][0]["code"] == "laboratory"
        and "dataAbsentReason" not in each
    ]
    for each in results:
        assert each["referenceRange"][0]["text"]
        assert each["interpretation"][0]["coding"][0]["code"] in {"L", "N", "H"}
        assert each["valueQuantity"]["system"] == "http://unitsofmeasure.org"


def test_the_flag_agrees_with_the_range():
    for each in of("Observation"):
        if "interpretation" not in each or "comparator" in each["valueQuantity"]:
            continue
        value, bounds = each["valueQuantity"]["value"], each["referenceRange"][0]
        low = bounds.get("low", {}).get("value", value)
        high = bounds.get("high", {}).get("value", value)
        expected = "L" if value < low else "H" if value > high else "N"
        assert each["interpretation"][0]["coding"][0]["code"] == expected


def test_orders_carry_text_timing_route_and_dose():
    for each in of("MedicationRequest"):
        dosage = each["dosageInstruction"][0]
        assert dosage["text"]
        assert dosage["timing"]["repeat"]["frequency"] >= 1
        assert dosage["route"]["coding"][0]["system"] == "http://snomed.info/sct"
        assert dosage["doseAndRate"][0]["doseQuantity"]["value"] > 0


def test_an_entry_in_error_has_no_clinical_status_and_every_other_has_one():
    for each in of("Condition") + of("AllergyIntolerance"):
        in_error = word(each, "verificationStatus") == "entered-in-error"
        assert ("clinicalStatus" in each) != in_error


def test_care_plans_answer_both_vendors_categories():
    for each in of("CarePlan"):
        codes = {coding["code"] for category in each["category"] for coding in category["coding"]}
        assert codes == {"assess-plan", "38717003"}


def test_every_way_a_problem_a_medicine_and_an_appointment_can_stand_occurs():
    verified = {word(each, "verificationStatus") for each in of("Condition")}
    assert verified >= {"confirmed", "unconfirmed", "refuted", "differential", "entered-in-error"}
    assert {each["status"] for each in of("MedicationRequest")} >= {
        "active", "draft", "stopped", "on-hold", "cancelled", "completed", "entered-in-error",
    }  # fmt: skip
    assert {each["status"] for each in of("Appointment")} >= {"booked", "noshow", "cancelled"}


def test_notes_come_in_plain_text_html_and_rtf_inline_and_apart():
    kinds = {mime for each in of("Patient") for _, mime, _ in texts(each["id"].split("-")[0])}
    assert kinds == {"text/plain", "text/html", "text/rtf"}
    attached = [c["attachment"] for each in of("DocumentReference") for c in each["content"]]
    assert any("data" in each for each in attached)
    assert all(("data" in each) != ("url" in each) for each in attached)


# --- The clock


# By the hospital's clock: five past seven the evening before, eight in the morning, noon.
@pytest.mark.parametrize(("hour", "minute"), [(0, 5), (13, 0), (17, 0)])
def test_with_a_clock_nothing_of_today_is_later_than_now(hour, minute):
    now = datetime(2026, 11, 17, hour, minute, tzinfo=UTC)
    for each in build(TODAY, now):
        if each["resourceType"] == "Appointment":
            continue
        for key, value in walk(each):
            if isinstance(value, str) and "T" in value and INSTANT.fullmatch(value):
                assert datetime.fromisoformat(value) <= now, (each["id"], key)


def test_a_clock_keeps_the_distances_within_the_day():
    def times(resources):
        potassium = next(each for each in resources if each["id"] == "eK7Q-8841")
        return [datetime.fromisoformat(potassium[key]) for key in ("effectiveDateTime", "issued")]

    early = times(build(TODAY, datetime(2026, 11, 17, 13, 0, tzinfo=UTC)))
    assert early[1] - early[0] == timedelta(minutes=40)
    assert early != times(EVERYTHING)


def test_a_clock_late_in_the_day_changes_nothing():
    assert build(TODAY, datetime(2026, 11, 17, 23, 59, tzinfo=UTC)) == EVERYTHING
