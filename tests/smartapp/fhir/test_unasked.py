"""An EHR that passes over what should narrow a search: the rest is left out here, and told."""

import httpx2
import pytest

from audit.models import AuditEvent
from smartapp.checking.judging import by_reading, verdict_of
from smartapp.checking.report import Verdict
from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.concepts import ConceptQuery
from tests.sandbox.smart import App
from tests.smartapp.fhir.ehr import Ehr, Tokens, bundle, outcome, reader
from tests.smartapp.fhir.launched import HALLOWAY
from tests.smartapp.vendors import VENDORS

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


class PassingOver(httpx2.BaseTransport):
    """Makes of a hospital one that passes over a search's category."""

    def __init__(self) -> None:
        self._wire = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_remove_param("category")
        return self._wire.handle_request(request)

    def close(self) -> None:
        self._wire.close()


@pytest.mark.parametrize("personality", VENDORS)
def test_a_hospital_that_passes_over_the_category_tells_the_same_problems(sandbox, personality):
    app, profile = App(sandbox, personality), load(VENDORS[personality])
    suffix = "read" if personality == "epic" else "rs"
    answer = app.tokens(
        launch=app.launch(patient=HALLOWAY), scope=f"launch openid patient/Condition.{suffix}"
    )

    def read(inner):
        base = Base(app.issuer)
        transport = stack.build(
            base=base,
            scope="",
            bearer=Tokens(answer["access_token"], []),
            bucket=TokenBucket(per_second=1000, burst=1000),
            cache_seconds=0,
            inner=inner,
        )
        return Reader(
            profile=profile,
            asker=Asker(transport=transport, base=base, accept=profile.accept),
            patient_id=HALLOWAY,
            granted_scopes=answer["scope"],
            seconds=20,
        ).read_all(ASKED)

    with httpx2.HTTPTransport() as plain, PassingOver() as careless_wire:
        honest, careless = read(plain), read(careless_wire)
    for concept in ASKED:
        ids = [{each.id for each in found[concept].resources} for found in (honest, careless)]
        assert ids[0] == ids[1] != set()
        assert careless[concept].complete
        assert (honest[concept].warnings, len(careless[concept].warnings)) == ((), 1)
    assert {each["concept"] for each in told()} == {each.value for each in ASKED}


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
