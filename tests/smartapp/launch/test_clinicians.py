"""The names of clinicians, as their EHR's resources give them."""

import json
import threading
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from smartapp.fhir.errors import AccessDenied, FhirError, UnreadableResponse
from smartapp.launch.clinicians import learn_name, name_in
from smartapp.models import Clinician, Launch
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.launch.walk import open_launch

OSEI = {
    "resourceType": "Practitioner",
    "id": "amara-osei",
    "name": [{"use": "official", "text": "Amara Osei, MD"}],
}


def opened(client: Client, lax: LaxEhr, person: dict[str, Any], scope: str) -> Launch:
    body = json.dumps(person).encode()
    kind = {"Content-Type": "application/fhir+json"}
    lax.raw = {"/fhir/Practitioner/amara-osei": (200, kind, body)}
    lax.token = {"scope": f"patient/Patient.rs {scope}"}
    return open_launch(client, lax)


@pytest.mark.parametrize(
    ("person", "name"),
    [
        (OSEI, "Amara Osei, MD"),
        ({"name": [{"text": "Mandy"}, {"use": "official", "text": "Amara Osei"}]}, "Amara Osei"),
        (
            {"name": [{"family": "Osei", "given": ["Amara", "B."], "suffix": ["MD", "PhD"]}]},
            "Amara B. Osei, MD, PhD",
        ),
        ({"name": [{"given": ["Amara"]}]}, "Amara"),
        ({"name": [{"suffix": ["MD"]}, {"text": "A. Osei"}]}, "A. Osei"),
        ({"name": ["text", {"text": 7, "family": 8, "given": "x"}]}, ""),
        ({"name": "Amara"}, ""),
        ({}, ""),
        ({"resourceType": "PractitionerRole", "practitioner": {"display": "A. Osei"}}, "A. Osei"),
        ({"resourceType": "PractitionerRole", "practitioner": "x"}, ""),
        ({"name": [{"text": "x" * 300}]}, "x" * 200),
    ],
)
def test_a_name_is_found_wherever_it_stands(person: dict[str, Any], name: str) -> None:
    assert name_in(person) == name


@pytest.mark.usefixtures("ehr")
def test_a_clinicians_name_is_learned_and_the_reading_is_in_the_trail(
    client: Client, lax: LaxEhr
) -> None:
    launch = opened(client, lax, OSEI, "patient/Practitioner.rs")
    assert learn_name(launch) == "Amara Osei, MD"
    assert Clinician.objects.get().display_name == "Amara Osei, MD"
    assert AuditEvent.objects.filter(type="fhir.requested").count() == 1


@pytest.mark.usefixtures("ehr")
def test_without_the_scope_nobody_is_asked(client: Client, lax: LaxEhr) -> None:
    launch = opened(client, lax, OSEI, "")
    with pytest.raises(AccessDenied):
        learn_name(launch)
    assert lax.asked_of("/fhir/Practitioner/amara-osei") == []


@pytest.mark.usefixtures("ehr")
@pytest.mark.parametrize("wrong", [{"id": "somebody-else"}, {"resourceType": "Patient"}])
def test_another_persons_resource_gives_no_name(
    client: Client, lax: LaxEhr, wrong: dict[str, str]
) -> None:
    launch = opened(client, lax, {**OSEI, **wrong}, "patient/Practitioner.rs")
    with pytest.raises(UnreadableResponse):
        learn_name(launch)
    assert Clinician.objects.get().display_name == ""


@pytest.mark.usefixtures("ehr")
def test_an_ehr_that_fails_leaves_the_reference_in_place(client: Client, lax: LaxEhr) -> None:
    launch = opened(client, lax, OSEI, "patient/Practitioner.rs")
    lax.raw = {"/fhir/Practitioner/amara-osei": (403, {}, b"{}")}
    with pytest.raises(FhirError):
        learn_name(launch)
    assert str(Clinician.objects.get()) == "Practitioner/amara-osei"


def named() -> None:
    """Wait for what a launch begins beside itself."""
    for thread in threading.enumerate():
        if thread.name in {"naming", "fhir-ahead"}:
            thread.join(10)


@pytest.mark.usefixtures("transactional_db", "ehr")
def test_the_name_comes_beside_the_launch_and_is_there_soon(
    client: Client, lax: LaxEhr, settings: Any
) -> None:
    settings.LAUNCH_LEARNS_NAMES = True
    opened(client, lax, OSEI, "patient/Practitioner.rs")
    named()
    assert Clinician.objects.get().display_name == "Amara Osei, MD"
    # Reading ahead is another matter, and was off.
    assert lax.asked_of("/fhir/Patient") == []


@pytest.mark.usefixtures("transactional_db", "ehr")
def test_where_names_are_not_wanted_nobody_is_asked_for_them(
    client: Client, lax: LaxEhr, settings: Any
) -> None:
    settings.FHIR_READ_AHEAD = True
    opened(client, lax, OSEI, "patient/Practitioner.rs")
    named()
    assert lax.asked_of("/fhir/Practitioner/amara-osei") == []
    assert str(Clinician.objects.get()) == "Practitioner/amara-osei"
