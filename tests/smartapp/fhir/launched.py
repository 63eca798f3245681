"""Readers of the sandbox's charts, each launched over HTTP as the app is."""

from collections.abc import Iterable
from typing import Any

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.reader import Reader
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import Profile, load
from tests.conftest import Sandbox
from tests.sandbox.smart import App
from tests.smartapp.fhir.ehr import Tokens
from tests.smartapp.vendors import VENDORS

TYPES = [
    "Patient",
    "Condition",
    "AllergyIntolerance",
    "MedicationRequest",
    "Medication",
    "Observation",
    "DocumentReference",
    "Binary",
    "Encounter",
    "Appointment",
    "Immunization",
    "CarePlan",
    "Procedure",
    "DiagnosticReport",
    "FamilyMemberHistory",
    "MedicationAdministration",
    "Communication",
    "ServiceRequest",
    "Practitioner",
]
HALLOWAY = "eQ81-774"
QUINTERO = "eQ99-940"  # a chart that is nearly empty
OKAFOR = "eQ44-207"  # two thousand observations


def reader_of(
    sandbox: Sandbox,
    personality: str,
    patient: str = HALLOWAY,
    types: Iterable[str] = TYPES,
    launched: str = "",
) -> Reader:
    """Launch for a patient, or for the one ``launched``, and return a reader of ``patient``."""
    profile = load(VENDORS[personality])
    return Reader(**launched_with(sandbox, personality, patient, profile, types, launched=launched))


def launched_with(
    sandbox: Sandbox,
    personality: str,
    patient: str,
    profile: Profile,
    types: Iterable[str],
    *,
    launched: str = "",
) -> dict[str, Any]:
    """Launch; return what a reader is made of, with what was granted."""
    app = App(sandbox, personality)
    suffix = "read" if personality == "epic" else "rs"
    scopes = " ".join(f"patient/{each}.{suffix}" for each in types)
    answer = app.tokens(
        launch=app.launch(patient=launched or patient), scope=f"launch openid fhirUser {scopes}"
    )
    base = Base(app.issuer)
    transport = stack.build(
        base=base,
        scope=f"{app.issuer}|{answer['access_token'][:8]}|{patient}",
        bearer=Tokens(answer["access_token"], []),
        bucket=TokenBucket(per_second=1000, burst=1000),
        cache_seconds=0,
    )
    return {
        "profile": profile,
        "asker": Asker(transport=transport, base=base, accept=profile.accept),
        "patient_id": patient,
        "granted_scopes": answer["scope"],
        "seconds": 30,
    }
