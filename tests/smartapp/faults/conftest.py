"""A hospital of this room's own, registered for clinicians and for the night."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from django.core.cache import cache

from smartapp.checking import check, public
from smartapp.ehrs import client, wire
from smartapp.ehrs.backends import register_backend
from smartapp.fhir.bulk import asking
from smartapp.fhir.transport import retry
from smartapp.models import BackendClient, Ehr
from tests.conftest import ISSUER_PATHS, Sandbox, start_sandbox
from tests.sandbox.control import Control
from tests.sandbox.smart import SECRET
from tests.smartapp.approving import approve_all
from tests.smartapp.faults.decoy import Decoy, decoy
from tests.smartapp.faults.switched import CUT, UNANSWERED, delays

TYPES = ["Patient", "AllergyIntolerance", "MedicationRequest", "Medication", "DocumentReference"]
TYPES += ["Binary", "Observation", "Condition"]


@pytest.fixture(scope="package")
def hospital() -> Iterator[Sandbox]:
    """The sandbox, in a process of its own."""
    running, process = start_sandbox("http://localhost:8000")
    yield running
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def control(hospital: Sandbox) -> Iterator[Control]:
    """Its control."""
    controlling = Control(hospital.base_url)
    controlling.clear()
    yield controlling
    controlling.clear()


@pytest.fixture
def elsewhere() -> Iterator[Decoy]:
    """Another server, where nothing may come."""
    with decoy() as listening:
        yield listening


@dataclass(frozen=True)
class Registered:
    """A hospital, and our registrations there by personality."""

    hospital: Sandbox
    ehrs: dict[str, Ehr]


@pytest.fixture
def registered(
    hospital: Sandbox, transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Registered:
    """Registrations that keep nothing, and whose addresses are cut off soon."""
    cache.clear()
    monkeypatch.setenv("HOSPITAL_SECRET", SECRET)
    monkeypatch.setattr(retry, "delays", delays)
    for module in (wire, client):
        monkeypatch.setattr(module, "TIMEOUT", httpx2.Timeout(UNANSWERED))
    monkeypatch.setattr(public, "_CHUNK_SECONDS", UNANSWERED)
    monkeypatch.setitem(check.__kwdefaults__, "seconds", 2 * UNANSWERED)
    monkeypatch.setattr(asking, "_SECONDS", UNANSWERED)
    monkeypatch.setattr(asking, "_SILENCE_SECONDS", CUT)
    at_once = {"seconds": 0, "retry_after": 1}
    Control(hospital.base_url).request("POST", "exports", json=at_once)
    settings.FHIR_CACHE_SECONDS = 0
    settings.LAUNCH_RATE = ""
    settings.BASE_URL = hospital.app_url
    return Registered(hospital, {name: register(hospital, name) for name in ("epic", "generic")})


def register(hospital: Sandbox, personality: str) -> Ehr:
    """Register the hospital as one that gives two rows a page and no drug beside an order."""
    letters = "read" if personality == "epic" else "rs"
    kinds = " ".join(f"patient/{kind}.{letters}" for kind in TYPES)
    ehr = Ehr.objects.create(
        slug=personality,
        name=personality,
        issuer=hospital.base_url + ISSUER_PATHS[personality],
        vendor=personality,
        profile_overrides={
            "concepts": {
                "allergies": {"page_size": 2, "max_pages": 20},
                "problems": {"page_size": 2, "max_pages": 20},
                "medications": {"include": []},
            },
            "rate": {
                "per_second": 1000,
                "burst": 1000,
                "token": {"per_second": 1000, "burst": 1000},
            },
        },
        client_id="countersign-public",
        client_auth=Ehr.ClientAuth.PUBLIC,
        scopes=f"launch openid fhirUser offline_access {kinds}",
    )
    register_backend(
        ehr,
        client_id="countersign-backend-secret",
        client_auth=BackendClient.ClientAuth.SECRET,
        client_secret_ref="env:HOSPITAL_SECRET",
        scopes=f"system/Patient.{letters} system/Observation.{letters}",
    )
    approve_all(ehr)
    return ehr
