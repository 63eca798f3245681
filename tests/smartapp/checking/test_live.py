"""Checked with a backend's token: each concept is read live, and stands in the trail."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.core.cache import cache

from audit.models import AuditEvent
from smartapp.administration.reports import report_on
from smartapp.administration.sandboxes import connect_sandboxes
from smartapp.ehrs.backends import register_backend
from smartapp.models import Ehr
from tests.conftest import Sandbox, start_sandbox
from tests.smartapp.approving import approve_all

READ = [
    "Patient",
    "Condition",
    "MedicationRequest",
    "Medication",
    "AllergyIntolerance",
    "Observation",
    "DocumentReference",
    "Encounter",
    "Appointment",
    "CarePlan",
    "Procedure",
    "FamilyMemberHistory",
    "Immunization",
    "DiagnosticReport",
    "ServiceRequest",
]


@pytest.fixture(scope="module")
def hospital(live_server: Any, tmp_path_factory: Any) -> Iterator[Sandbox]:
    data = tmp_path_factory.mktemp("hospital")
    running, process = start_sandbox(live_server.url, SANDBOX_DATA_DIR=str(data))
    yield running
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def epic(hospital: Sandbox, live_server: Any, transactional_db: None, settings: Any) -> Ehr:
    cache.clear()
    settings.BASE_URL = live_server.url
    connect_sandboxes(hospital.base_url, secret_ref="env:NONE")
    return Ehr.objects.get(slug="epic")


def backend(ehr: Ehr, *types: str) -> None:
    scopes = " ".join(f"system/{each}.read" for each in types)
    register_backend(ehr, client_id="countersign-backend", scopes=scopes)
    approve_all(ehr)


def found(report: dict[str, Any], concept: str) -> tuple[str, list[str]]:
    (one,) = [each for each in report["findings"] if each["concept"] == concept]
    return one["verdict"], [note["code"] for note in one["notes"]]


def test_what_the_ehr_withholds_is_seen_only_live(epic: Ehr, hospital: Sandbox) -> None:
    backend(epic, *READ)
    listed = httpx2.get(f"{hospital.base_url}/ehr/epic/patients.json").json()
    report = report_on(epic, patient_id=listed["patients"][0]["id"])
    assert report["live"] == "read with a backend's token"
    assert report["met"]
    verdict, codes = found(report, "medications")
    assert verdict == "supported with a quirk"
    assert "withholds_part" in codes
    rows = AuditEvent.objects.filter(type="fhir.requested")
    assert rows.count() >= len(report["findings"])
    assert {row.ehr for row in rows} == {"epic"}
    assert all(row.patient_index for row in rows)
    assert listed["patients"][0]["id"] not in str(report)


def test_what_the_token_does_not_allow_is_missing(epic: Ehr) -> None:
    backend(epic, *(each for each in READ if each != "Condition"))
    report = report_on(epic)
    assert not report["met"]
    verdict, codes = found(report, "problems")
    assert (verdict, "scope_not_granted" in codes) == ("missing", True)
    assert found(report, "labs")[0] == "supported with a quirk"
