"""What is tried where a concept cannot be had as it is asked for first, and how that is told."""

import logging
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from audit.fallbacks import fallbacks_taken
from audit.models import AuditEvent
from smartapp.fhir.errors import EhrUnavailable
from smartapp.fhir.fallbacks import Chain
from smartapp.fhir.queries import Step
from smartapp.fhir.results import Concept, Missing, Reason, Taken
from smartapp.fhir.sifting import Part
from smartapp.fhir.vendors import load, proprietary
from smartapp.fhir.vendors.concepts import ConceptQuery, Fallback, Search
from smartapp.fhir.vendors.needs import needs_of_concept
from smartapp.fhir.vendors.profiles import Profile
from smartapp.scopes import Need
from tests.smartapp.fhir.ehr import Ehr, bundle, observation, outcome, reader

pytestmark = pytest.mark.django_db

ALL = {"type": "Observation", "params": {"patient": "{patient}"}}
LABS_ONLY = ALL | {"only": {"category": ["laboratory"]}}


def profile(concept=Concept.LABS, **changes) -> Profile:
    """The generic profile, its labs without fallbacks but those given."""
    generic = load("generic")
    asks = generic.concepts[concept].model_dump() | {"fallback": ()} | changes
    concepts = generic.concepts | {concept: ConceptQuery.model_validate(asks)}
    return generic.model_copy(update={"concepts": concepts})


def of_category(resource_id, *codes):
    return observation(resource_id, category=[{"coding": [{"code": code}]} for code in codes])


def without_category(answer):
    """An EHR that refuses a category, and answers ``answer`` where none is given."""

    def script(request: httpx2.Request) -> httpx2.Response:
        asked = parse_qs(urlsplit(str(request.url)).query)
        return outcome("invalid") if "category" in asked else answer

    return Ehr().on("Observation", script)


def told():
    return [row.detail | {"outcome": row.outcome} for row in rows()]


def rows():
    return AuditEvent.objects.filter(type="fhir.fallback").order_by("sequence")


def test_a_refused_category_is_asked_for_without_and_sorted_out_here():
    found = bundle(
        of_category("lab", "laboratory"),
        of_category("both", "imaging", "Laboratory"),
        of_category("pulse", "vital-signs"),
        observation("unsorted"),
        total=4,
    )
    asked = profile(fallback=[{"when": "refused", "whole": True, "search": LABS_ONLY}])
    result = reader(without_category(found), profile=asked).read(Concept.LABS)
    assert {each.id for each in result.resources} == {"lab", "both", "unsorted"}
    assert result.complete
    assert result.total is None  # the EHR counted the pulse, too
    assert result.fallbacks == (Taken("search", "refused", True, True, 3),)
    (event,) = told()
    assert event == {
        "concept": "labs",
        "kind": "search",
        "because": "refused",
        "whole": True,
        "count": 3,
        "outcome": "success",
    }


def test_what_gives_less_than_all_leaves_the_gap_told():
    asked = profile(fallback=[{"when": "refused", "search": LABS_ONLY}])
    result = reader(without_category(bundle(observation("o1"))), profile=asked).read(Concept.LABS)
    assert [each.id for each in result.resources] == ["o1"]
    assert [each.reason for each in result.missing] == [Reason.FAILED]


def test_where_both_ways_are_refused_both_are_told_and_the_fallback_failed():
    asked = profile(fallback=[{"when": "refused", "whole": True, "search": ALL}])
    ehr = Ehr().on("Observation", outcome("invalid"))
    result = reader(ehr, profile=asked).read(Concept.LABS)
    assert result.resources == ()
    assert not result.complete
    assert len(ehr.asked) == 2
    (row,) = rows()
    assert (row.outcome, row.code) == ("failed", "fallback_failed")


def test_what_is_answered_is_not_asked_for_twice():
    asked = profile(
        fallback=[
            {"when": "refused", "whole": True, "search": ALL},
            {"when": "empty", "whole": True, "search": ALL},
        ]
    )
    ehr = Ehr().on("Observation", bundle(observation("o1")))
    assert reader(ehr, profile=asked).read(Concept.LABS).fallbacks == ()
    assert len(ehr.asked) == 1
    assert told() == []


@pytest.mark.parametrize(
    "answer", [outcome("forbidden", status=403), httpx2.ReadTimeout("late")], ids=["403", "late"]
)
def test_a_decision_and_an_outage_are_no_reason_for_another_way(answer):
    asked = profile(fallback=[{"when": w, "search": ALL} for w in ("refused", "empty")])
    ehr = Ehr().on("Observation", answer)
    result = reader(ehr, profile=asked, seconds=1.0).read(Concept.LABS)
    assert len({str(each.url) for each in ehr.asked}) == 1
    assert not result.complete
    assert told() == []


def test_the_shipped_oracle_profile_asks_reports_by_the_other_class_where_there_are_none():
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "code": {"text": "Panel"},
        "subject": {"reference": "Patient/p1"},
    }

    def script(request):
        return bundle(report) if "LP29693-6" in str(request.url) else bundle()

    ehr = Ehr().on("DiagnosticReport", script)
    result = reader(ehr, profile="oracle_health").read(Concept.REPORTS)
    assert [each.id for each in result.resources] == ["r1"]
    assert result.complete
    assert told()[0]["because"] == "empty"


def test_ways_are_tried_in_the_profiles_order_until_one_answers():
    asked = profile(
        fallback=[
            {"when": "refused", "search": ALL | {"params": {"subject": "{patient}"}}},
            {"when": "refused", "whole": True, "search": ALL},
        ]
    )

    def script(request):
        plain = "subject" not in str(request.url) and "category" not in str(request.url)
        return bundle(observation("o1")) if plain else outcome("invalid")

    result = reader(Ehr().on("Observation", script), profile=asked).read(Concept.LABS)
    assert [each.answered for each in result.fallbacks] == [False, True]
    assert result.complete


def test_another_type_needs_its_own_scope_and_is_not_asked_without():
    asked = profile(fallback=[{"when": "refused", "search": ALL | {"type": "DiagnosticReport"}}])
    assert Need("DiagnosticReport", "search") in needs_of_concept(asked, Concept.LABS)
    ehr = Ehr().on("Observation", outcome("invalid"))
    reader(ehr, profile=asked, scopes="patient/Observation.rs").read(Concept.LABS)
    assert not any("DiagnosticReport" in path for path in ehr.paths)
    reader(ehr, profile=asked, scopes="patient/*.rs").read(Concept.LABS)
    assert any("DiagnosticReport" in path for path in ehr.paths)


@pytest.mark.parametrize("name", ["epic", "generic", "oracle_health"])
def test_no_shipped_fallback_widens_what_is_asked_for(name):
    shipped = load(name)
    for concept, asks in shipped.concepts.items():
        alone = shipped.model_copy(
            update={"concepts": {concept: asks.model_copy(update={"fallback": ()})}}
        )
        assert needs_of_concept(shipped, concept) == needs_of_concept(alone, concept)


def test_a_plan_without_activities_is_told_by_its_text():
    def plan(plan_id, **more):
        base = {"resourceType": "CarePlan", "id": plan_id, "subject": {"reference": "Patient/p1"}}
        return base | more

    words = {"text": {"status": "generated", "div": "<div>Weigh daily</div>"}}
    ehr = Ehr().on(
        "CarePlan",
        bundle(
            plan("in-text", **words),
            plan("whole", activity=[{"detail": {"description": "Weigh daily"}}], **words),
            plan("bare"),
        ),
    )
    result = reader(ehr).read(Concept.CARE_PLANS)
    assert result.fallbacks == (Taken("narrative", "absent", True, True, 1),)
    assert told()[0]["kind"] == "narrative"


@pytest.fixture
def own():
    """Register a reader of the installation's own; give a function that says what it does."""

    def register(work):
        proprietary.register("services", work)
        return profile(fallback=[{"when": "refused", "whole": True, "reader": "services"}])

    yield register
    proprietary.forget("services")


def test_a_proprietary_reader_answers_where_the_ehr_refuses(own):
    calls = []

    def work(concept, *, issuer, patient_id, seconds):
        calls.append((concept, issuer, patient_id, seconds > 0))
        return [observation("own")]

    asked = own(work)
    result = reader(Ehr().on("Observation", outcome("invalid")), profile=asked).read(Concept.LABS)
    assert calls == [(Concept.LABS, "https://ehr.example/fhir/R4", "p1", True)]
    assert [each.id for each in result.resources] == ["own"]
    assert result.complete
    assert told()[0]["kind"] == "reader"


def test_what_a_proprietary_reader_gives_of_others_is_dropped_and_told(own):
    asked = own(
        lambda *_, **__: [observation("mine"), observation("theirs", "p2"), {"id": "x"}][:2]
    )
    result = reader(Ehr().on("Observation", outcome("invalid")), profile=asked).read(Concept.LABS)
    assert [each.id for each in result.resources] == ["mine"]
    assert Reason.OTHER_PATIENT in {each.reason for each in result.missing}
    assert AuditEvent.objects.filter(type="fhir.other_patient").count() == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (EhrUnavailable(), Reason.TIMED_OUT),
        (KeyError("Ruth Halloway"), Reason.UNREADABLE),
    ],
)
def test_a_proprietary_reader_that_fails_is_a_gap_and_nothing_of_it_is_logged(
    own, fault, reason, caplog
):
    def work(*_, **__):
        raise fault

    caplog.set_level(logging.DEBUG)
    ehr = Ehr().on("Observation", outcome("invalid"))
    result = reader(ehr, profile=own(work)).read(Concept.LABS)
    assert reason in {each.reason for each in result.missing}
    assert "Halloway" not in caplog.text


def test_a_reader_that_nobody_registered_is_never_turned_to():
    asked = profile(fallback=[{"when": "refused", "whole": True, "reader": "nobody"}])
    result = reader(Ehr().on("Observation", outcome("invalid")), profile=asked).read(Concept.LABS)
    assert [each.reason for each in result.missing] == [Reason.FAILED]
    assert told() == []


def test_fallbacks_are_counted_by_concept_kind_and_outcome():
    asked = profile(fallback=[{"when": "refused", "whole": True, "search": LABS_ONLY}])
    for _ in range(2):
        reader(without_category(bundle(observation("o1"))), profile=asked).read(Concept.LABS)
    reader(Ehr().on("Observation", outcome("invalid")), profile=asked).read(Concept.LABS)
    assert fallbacks_taken("", days=1) == {
        ("labs", "search", "success"): 2,
        ("labs", "search", "failed"): 1,
    }
    assert fallbacks_taken("another", days=1) == {}


def test_a_way_that_did_not_come_back_in_time_is_told_as_failed():
    gap = Missing(Concept.LABS, Reason.FAILED, "request_refused")
    chain = Chain([Step(Fallback(when="refused", whole=True, search=Search(**ALL)), ())])
    assert chain.take(Part(missing=[gap], refused=True)) == []
    chain.next_queries(empty=False)
    assert chain.end() == [gap]
    assert chain.taken == [Taken("search", "refused", True, False, 0)]
