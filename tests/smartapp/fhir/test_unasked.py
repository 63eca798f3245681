"""An EHR that passes over what should narrow a search: the rest is left out here, and told."""

import pytest

from audit.models import AuditEvent
from smartapp.checking.judging import by_reading, verdict_of
from smartapp.checking.report import Verdict
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.profiles import ConceptQuery
from tests.smartapp.fhir.ehr import Ehr, bundle, outcome, reader

pytestmark = pytest.mark.django_db
ASKED = {
    Concept.PROBLEMS: "problem-list-item",
    Concept.ENCOUNTER_DIAGNOSES: "encounter-diagnosis",
}


def condition(resource_id, *categories):
    return {
        "resourceType": "Condition",
        "id": resource_id,
        "code": {"text": "Asthma"},
        "subject": {"reference": "Patient/p1"},
        "category": [{"coding": [{"code": each}]} for each in categories],
    }


EVERYTHING = (
    condition("problem", "problem-list-item"),
    condition("visit", "encounter-diagnosis"),
    condition("both", "encounter-diagnosis", "problem-list-item"),
    condition("concern", "health-concern"),
    condition("uncategorised"),
)


def told():
    return [row.detail for row in AuditEvent.objects.filter(type="fhir.unasked")]


@pytest.mark.parametrize("vendor", ["epic", "oracle_health", "generic"])
@pytest.mark.parametrize("concept", ASKED)
def test_diagnoses_of_visits_never_come_as_problems_nor_the_other_way_round(vendor, concept):
    ehr = Ehr().on("Condition", bundle(*EVERYTHING, total=5))
    result = reader(ehr, profile=vendor).read(concept)
    own = "problem" if concept is Concept.PROBLEMS else "visit"
    assert {each.id for each in result.resources} == {own, "both", "uncategorised"}
    assert result.complete, "nothing that was asked for is missing"
    assert result.total is None
    assert result.warnings == ("unasked: 2 left out",)
    assert told() == [{"concept": concept.value, "parameters": ["category"], "count": 2}]


@pytest.mark.parametrize("vendor", ["epic", "oracle_health", "generic"])
def test_an_ehr_that_narrows_as_it_is_asked_is_not_told_of(vendor):
    ehr = Ehr().on("Condition", bundle(EVERYTHING[0], EVERYTHING[2], total=2))
    result = reader(ehr, profile=vendor).read(Concept.PROBLEMS)
    assert (len(result.resources), result.warnings, told()) == (2, (), [])


def test_what_a_wider_search_of_ours_brings_along_is_no_fault_of_the_ehrs():
    def script(request):
        return outcome("invalid") if "category" in str(request.url) else bundle(*EVERYTHING)

    result = reader(Ehr().on("Condition", script)).read(Concept.PROBLEMS)
    assert {each.id for each in result.resources} == {"problem", "both", "uncategorised"}
    assert [each.answered for each in result.fallbacks] == [True]
    assert (result.warnings, told()) == ((), [])


def test_a_check_tells_of_it_as_a_quirk():
    ehr = Ehr().on("Condition", bundle(*EVERYTHING))
    notes = tuple(by_reading(reader(ehr).read(Concept.PROBLEMS), real_patient=True))
    assert [each.code for each in notes] == ["sends_unasked"]
    assert verdict_of(notes) is Verdict.QUIRK


@pytest.mark.parametrize("vendor", ["epic", "oracle_health", "generic"])
def test_every_shipped_way_to_conditions_is_guarded(vendor):
    for concept, category in ASKED.items():
        asks = load(vendor).concepts[concept]
        assert isinstance(asks, ConceptQuery)
        ways = [asks, *(each.search for each in asks.fallback if each.search)]
        assert {way.only["category"] for way in ways} == {(category,)}
