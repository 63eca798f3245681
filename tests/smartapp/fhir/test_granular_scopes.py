"""A launch that is granted laboratory results and no other observations (SMART v2)."""

from typing import Any

import pytest
from django.core.cache import cache

from smartapp.fhir.reader import reader_for
from smartapp.fhir.results import Concept, Reason
from smartapp.models import Ehr, Launch
from tests.conftest import Sandbox
from tests.smartapp.approving import approve_all
from tests.smartapp.faults.people import walk

pytestmark = pytest.mark.django_db(transaction=True)
LABS_ALONE = "patient/Observation.rs?category=laboratory"


@pytest.mark.parametrize("personality", ["generic", "oracle"])
def test_a_launch_reads_the_category_it_was_granted_and_says_that_others_are_not(
    sandbox: Sandbox, settings: Any, personality: str
) -> None:
    cache.clear()
    settings.BASE_URL = sandbox.app_url
    settings.LAUNCH_RATE = ""
    ehr = Ehr.objects.create(
        slug=personality,
        name=personality,
        issuer=sandbox.issuer(personality),
        vendor={"oracle": "oracle_health"}.get(personality, personality),
        client_id="countersign-public",
        client_auth=Ehr.ClientAuth.PUBLIC,
        scopes=f"launch openid fhirUser online_access patient/Patient.rs {LABS_ALONE}",
    )
    approve_all(ehr)
    launch = walk(sandbox, personality)
    assert isinstance(launch, Launch), launch
    assert LABS_ALONE in launch.granted_scopes.split()
    found = reader_for(launch).read_all([Concept.LABS, Concept.VITALS, Concept.PATIENT])
    labs, vitals = found[Concept.LABS], found[Concept.VITALS]
    assert labs.resources
    assert not [each for each in labs.missing if each.reason is Reason.SCOPE_NOT_GRANTED]
    assert vitals.resources == ()
    assert (Reason.SCOPE_NOT_GRANTED, "Observation") in {
        (each.reason, each.detail) for each in vitals.missing
    }
