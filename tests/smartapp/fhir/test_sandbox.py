"""The reader against the sandbox hospital over HTTP, in each personality."""

import pytest

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import load
from tests.sandbox.smart import App
from tests.smartapp.fhir.ehr import Tokens

pytestmark = pytest.mark.django_db

VENDORS = {"epic": "epic", "oracle": "oracle_health", "generic": "generic"}
TYPES = (
    "Patient Condition AllergyIntolerance MedicationRequest Medication Observation"
    " DocumentReference Binary Encounter Appointment Immunization CarePlan Procedure"
    " DiagnosticReport FamilyMemberHistory Practitioner"
).split()
HALLOWAY = "eQ81-774"
QUINTERO = "eQ99-940"  # a chart that is nearly empty
OKAFOR = "eQ44-207"  # two thousand observations


def reader_of(sandbox, personality: str, patient: str = HALLOWAY, types=TYPES) -> Reader:
    app = App(sandbox, personality)
    suffix = "read" if personality == "epic" else "rs"
    scopes = " ".join(f"patient/{each}.{suffix}" for each in types)
    answer = app.tokens(
        launch=app.launch(patient=patient), scope=f"launch openid fhirUser {scopes}"
    )
    profile, base = load(VENDORS[personality]), Base(app.issuer)
    transport = stack.build(
        base=base,
        scope=f"{app.issuer}|{answer['access_token'][:8]}|{patient}",
        bearer=Tokens(answer["access_token"], []),
        bucket=TokenBucket(per_second=1000, burst=1000),
        cache_seconds=0,
    )
    return Reader(
        profile=profile,
        asker=Asker(transport=transport, base=base, accept=profile.accept),
        patient_id=patient,
        granted_scopes=answer["scope"],
        seconds=20,
    )


@pytest.fixture(params=VENDORS)
def personality(request):
    return request.param


def test_a_whole_chart_is_read(sandbox, personality):
    results = reader_of(sandbox, personality).read_all(Concept)
    for concept, result in results.items():
        print(
            personality,
            concept.value,
            len(result.resources),
            len(result.included),
            result.total,
            result.missing,
        )
