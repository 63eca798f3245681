"""All pages of a search, one at a time, no faster than they are taken."""

import json
from typing import Any

import httpx2
import pytest

from audit.models import AuditEvent
from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.pages import PageReader
from smartapp.fhir.queries import Query, queries_for
from smartapp.fhir.results import Concept, Missing, Reason
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import load
from tests.smartapp.fhir.ehr import BASE, PATIENT, Ehr, Tokens, bundle, observation, outcome

pytestmark = pytest.mark.django_db


def pages_of(ehr: Any, tokens: Any = None, **options: Any) -> PageReader:
    transport = stack.build(
        base=Base(BASE),
        scope=f"{BASE}|night-{id(ehr)}|{PATIENT}",
        bearer=tokens or Tokens(),
        bucket=TokenBucket(per_second=1000, burst=1000),
        cache_seconds=0,
        inner=httpx2.MockTransport(ehr),
    )
    asker = Asker(transport=transport, base=Base(BASE), accept="application/fhir+json")
    return PageReader(asker=asker, patient_id=PATIENT, seconds=3, **options)


def query() -> Query:
    asks = load("generic").concepts[Concept.LABS]
    return queries_for(Concept.LABS, asks, patient_id=PATIENT)[0]


def hundred(request: httpx2.Request) -> httpx2.Response:
    number = int(request.url.params.get("page", 1))
    following = f"{BASE}/Observation?page={number + 1}" if number < 100 else ""
    return bundle(observation(f"o{number}"), next_link=following)


def test_all_pages_come_in_order_beyond_what_a_panel_reads() -> None:
    ehr = Ehr().on("Observation", hundred)
    parts = list(pages_of(ehr).read(query()))
    assert [each.id for part in parts for each in part.resources] == [
        f"o{number}" for number in range(1, 101)
    ]
    assert not any(part.missing for part in parts)


def test_no_page_is_asked_for_before_the_one_before_it_was_taken() -> None:
    ehr = Ehr().on("Observation", hundred)
    reading = pages_of(ehr).read(query())
    assert ehr.asked == []
    next(reading)
    assert len(ehr.asked) == 1
    next(reading)
    assert len(ehr.asked) == 2


def test_each_request_is_in_the_trail_before_its_page_is_handed_out() -> None:
    reading = pages_of(Ehr().on("Observation", hundred)).read(query())
    for number in (1, 2, 3):
        next(reading)
        rows = AuditEvent.objects.filter(type="fhir.requested")
        assert rows.count() == number
        assert json.loads(rows.order_by("-id")[0].detail_json)["count"] == 1


@pytest.mark.parametrize(
    ("following", "detail"),
    [
        ("https://elsewhere.example/x", "foreign_address"),
        (f"{BASE}/Observation?page=1", "circular_next"),
    ],
)
def test_a_next_link_that_leads_astray_ends_the_pages(following: str, detail: str) -> None:
    def astray(request: httpx2.Request) -> httpx2.Response:
        first = "page" not in request.url.params
        return bundle(observation(), next_link=f"{BASE}/Observation?page=1" if first else following)

    ehr = Ehr().on("Observation", astray)
    parts = list(pages_of(ehr).read(query()))
    assert parts[-1].missing == [Missing(Concept.LABS, Reason.CUT_OFF, detail)]
    assert len(ehr.asked) == 2


def test_a_page_that_cannot_be_read_is_told_with_those_behind_it() -> None:
    def broken(request: httpx2.Request) -> httpx2.Response:
        if request.url.params.get("page") == "2":
            return outcome("forbidden", status=403)
        return bundle(observation("o1"), next_link=f"{BASE}/Observation?page=2")

    parts = list(pages_of(Ehr().on("Observation", broken)).read(query()))
    assert [len(part.resources) for part in parts] == [1, 0]
    assert [each.reason for each in parts[1].missing] == [Reason.FORBIDDEN, Reason.CUT_OFF]


def test_a_first_page_that_is_refused_is_told_once() -> None:
    ehr = Ehr().on("Observation", outcome("not-supported", status=400))
    (part,) = pages_of(ehr).read(query())
    assert [each.reason for each in part.missing] == [Reason.FAILED]


def test_a_lost_session_is_raised() -> None:
    ehr = Ehr().on("Observation", httpx2.Response(401))
    with pytest.raises(SessionLost):
        list(pages_of(ehr, Tokens("a", ["b", "c"])).read(query()))


def test_endless_pages_end() -> None:
    def endless(request: httpx2.Request) -> httpx2.Response:
        number = int(request.url.params.get("page", 1))
        return bundle(observation(), next_link=f"{BASE}/Observation?page={number + 1}")

    parts = list(pages_of(Ehr().on("Observation", endless), most=7).read(query()))
    assert len(parts) == 7
    assert parts[-1].missing == [Missing(Concept.LABS, Reason.CUT_OFF, "more_pages")]


def test_another_patients_resources_are_dropped_on_every_page() -> None:
    def mixed(request: httpx2.Request) -> httpx2.Response:
        first = "page" not in request.url.params
        return bundle(
            observation("mine"),
            observation("theirs", patient="p2"),
            next_link=f"{BASE}/Observation?page=2" if first else "",
        )

    parts = list(pages_of(Ehr().on("Observation", mixed)).read(query()))
    assert [each.id for part in parts for each in part.resources] == ["mine", "mine"]
    assert all(part.missing[0].reason is Reason.OTHER_PATIENT for part in parts)
    assert AuditEvent.objects.filter(type="fhir.other_patient").count() == 2
