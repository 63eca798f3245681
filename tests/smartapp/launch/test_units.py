"""The unit a launch comes from: what each EHR tells of it, and what is not believed."""

from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from smartapp.fhir.results import Fetched
from smartapp.launch.units import learn_unit, unit_of
from smartapp.models import Ehr, Launch
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.launch.walk import open_launch

pytestmark = pytest.mark.usefixtures("ehr")

WARD, CLINIC = {"reference": "Location/ward-4"}, {"reference": "Location/clinic-7"}


def visit(**fields: Any) -> list[Fetched]:
    return [
        Fetched.of(
            {"resourceType": "Encounter", "id": "e-other", "location": [{"location": WARD}]}
        ),
        Fetched.of({"resourceType": "Encounter", "id": "e-1", **fields}),
    ]


def launched(client: Client, lax: LaxEhr, **told: Any) -> Launch:
    lax.token = {"encounter": "e-1", **told}
    return open_launch(client, lax)


@pytest.mark.parametrize(
    ("told", "unit"),
    [
        ({"loginDepartment": "dep-12", "location": "room-3"}, "dep-12"),
        ({"location": "room-3"}, "room-3"),
        ({"loginDepartment": "", "location": "room-3"}, "room-3"),
        ({"fhirContext": [{"reference": "ImagingStudy/1"}, CLINIC]}, "clinic-7"),
        ({"fhirContext": [{**CLINIC, "role": "launch"}]}, "clinic-7"),
        ({"fhirContext": [{**CLINIC, "role": "https://ehr.example/earlier-stay"}]}, ""),
        ({"fhirContext": [{"reference": "https://elsewhere.example/fhir/Location/1"}]}, ""),
        ({}, ""),
    ],
)
def test_what_the_ehr_tells_at_the_token(
    client: Client, lax: LaxEhr, told: dict[str, Any], unit: str
) -> None:
    launch = launched(client, lax, **told)
    assert unit_of(Launch.objects.get(pk=launch.pk)) == unit
    assert AuditEvent.objects.filter(type="launch.opened").latest("pk").detail["unit"] == unit


@pytest.mark.parametrize(
    "unreadable",
    [
        "Cardiology East, 4th floor",
        "a/../b",
        "x" * 65,
        "<b>1</b>",
        12,
        ["dep-12"],
        {"id": "1"},
        None,
    ],
)
def test_what_is_no_id_is_left_out_and_refuses_nobody(
    client: Client, lax: LaxEhr, unreadable: object
) -> None:
    assert unit_of(launched(client, lax, loginDepartment=unreadable, location=unreadable)) == ""


@pytest.mark.parametrize(
    ("fields", "unit"),
    [
        ({"location": [{"location": CLINIC}]}, "clinic-7"),
        (
            {
                "location": [
                    {"location": WARD, "status": "completed"},
                    {"location": CLINIC, "status": "active"},
                    {"location": {"reference": "Location/next"}, "status": "planned"},
                ]
            },
            "clinic-7",
        ),
        ({"location": [{"location": WARD}, {"location": CLINIC}]}, "clinic-7"),
        (
            {
                "location": [{"location": WARD, "status": "completed"}],
                "serviceProvider": {"reference": "Organization/7"},
            },
            "Organization/7",
        ),
        ({"location": [{"location": {"display": "Ward 4"}}, 3, None]}, ""),
        ({"location": "Location/ward-4", "serviceProvider": "Organization/7"}, ""),
        ({"serviceProvider": {"reference": "https://elsewhere.example/Organization/7"}}, ""),
        ({}, ""),
    ],
)
def test_where_the_token_says_nothing_the_launchs_own_visit_does(
    client: Client, lax: LaxEhr, fields: dict[str, Any], unit: str
) -> None:
    launch = launched(client, lax)
    learn_unit(launch, visit(**fields))
    assert unit_of(launch) == unit_of(Launch.objects.get(pk=launch.pk)) == unit
    rows = AuditEvent.objects.filter(type="launch.unit_learned")
    assert [each.detail["unit"] for each in rows] == ([unit] if unit else [])


def test_an_absolute_reference_below_the_ehrs_own_base_is_its_own(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    launch = launched(client, lax)
    place = {"reference": f"{ehr.issuer}/Location/ward-4"}
    learn_unit(launch, visit(location=[{"location": place}]))
    assert unit_of(launch) == "ward-4"


def test_what_was_told_at_the_token_stays_and_is_learned_once(client: Client, lax: LaxEhr) -> None:
    told = launched(client, lax, loginDepartment="dep-12")
    learn_unit(told, visit(location=[{"location": CLINIC}]))
    assert unit_of(Launch.objects.get(pk=told.pk)) == "dep-12"
    learned = launched(client, lax, loginDepartment=None)
    stale = Launch.objects.get(pk=learned.pk)
    learn_unit(learned, visit(location=[{"location": CLINIC}]))
    learn_unit(stale, visit(location=[{"location": WARD}]))
    assert unit_of(Launch.objects.get(pk=learned.pk)) == "clinic-7"
    assert AuditEvent.objects.filter(type="launch.unit_learned").count() == 1


def test_without_a_visit_no_other_is_taken_for_it(client: Client, lax: LaxEhr) -> None:
    launch = launched(client, lax, encounter=None)
    learn_unit(launch, visit(location=[{"location": CLINIC}]))
    assert unit_of(launch) == ""
    assert not AuditEvent.objects.filter(type="launch.unit_learned").exists()
