"""What comes along with a search because it refers to what was found, such as a Provenance."""

import pytest

from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.needs import needs_of_concept
from smartapp.scopes import Need
from tests.smartapp.fhir.ehr import Ehr, fhir, observation, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking():
    """The generic profile, asking for a Provenance with each result."""
    generic = load("generic")
    labs = generic.concepts[Concept.LABS].model_copy(update={"revinclude": ("Provenance:target",)})
    return generic.model_copy(update={"concepts": generic.concepts | {Concept.LABS: labs}})


def provenance(resource_id, *targets):
    return {
        "resourceType": "Provenance",
        "id": resource_id,
        "target": [{"reference": each} for each in targets],
    }


def answering(*companions):
    entries = [{"resource": observation("o1")}]
    entries += [{"resource": each, "search": {"mode": "include"}} for each in companions]
    return Ehr().on(
        "Observation", fhir({"resourceType": "Bundle", "type": "searchset", "entry": entries})
    )


@pytest.mark.parametrize("more", [(), ("Patient/p1",)])
def test_a_provenance_of_the_patients_own_comes_along(asking, more):
    ehr = answering(provenance("v1", "Observation/o1", *more))
    result = reader(ehr, profile=asking).read(Concept.LABS)
    assert "_revinclude=Provenance:target" in ehr.paths[0]
    assert list(result.included) == ["Provenance/v1"]
    assert result.complete


@pytest.mark.parametrize(
    "targets",
    [
        (),
        ("Observation/of-another",),
        ("Observation/o1", "Observation/of-another"),
        ("Observation/o1", "Patient/p2"),
        ("https://elsewhere.example/Observation/o1",),
    ],
    ids=["nothing", "another", "both", "patient", "abroad"],
)
def test_a_provenance_of_anything_else_is_left_out_and_told(asking, targets):
    result = reader(answering(provenance("v1", *targets)), profile=asking).read(Concept.LABS)
    assert result.included == {}
    assert [each.id for each in result.resources] == ["o1"]
    assert [each.reason for each in result.missing] == [Reason.UNREADABLE]


def test_a_companion_needs_its_scope_and_is_not_asked_for_without(asking):
    assert Need("Provenance", "read") in needs_of_concept(asking, Concept.LABS)
    ehr = answering()
    result = reader(ehr, profile=asking, scopes="patient/Observation.rs").read(Concept.LABS)
    assert "_revinclude" not in ehr.paths[0]
    assert result.complete
