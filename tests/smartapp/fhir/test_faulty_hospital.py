"""The reader against the sandbox while it misbehaves, over HTTP."""

import time
from functools import partial

import pytest
from django.core.cache.backends.locmem import LocMemCache

from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.breaker import Pauses
from smartapp.fhir.transport.retry import Retry
from tests.sandbox.control import Control
from tests.smartapp.fhir.launched import HALLOWAY, reader_of

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def control(sandbox):
    control = Control(sandbox.base_url)
    yield control
    control.clear()


def details(result):
    return {(each.reason, each.detail) for each in result.missing}


@pytest.mark.parametrize(
    ("fault", "parameters", "told"),
    [
        ("html-page", {}, (Reason.UNREADABLE, "html_instead")),
        ("xml", {}, (Reason.UNREADABLE, "xml_instead")),
        ("gzip-bomb", {"megabytes": 50}, (Reason.UNREADABLE, "response_too_large")),
        ("oversize", {"megabytes": 20}, (Reason.UNREADABLE, "response_too_large")),
        ("deep", {}, (Reason.UNREADABLE, "response_too_deep")),
        ("malformed-json", {}, (Reason.UNREADABLE, "unreadable_response")),
        ("redirect-abroad", {}, (Reason.FAILED, "foreign_address")),
        ("not-retryable", {}, (Reason.FAILED, "request_refused")),
        ("html-404", {}, (Reason.UNSUPPORTED, "not_found")),
    ],
)
def test_what_cannot_be_read_is_told_by_name_and_asked_once(
    sandbox, control, fault, parameters, told
):
    reader = reader_of(sandbox, "generic", HALLOWAY)
    with control.fault(fault, types=["AllergyIntolerance"], **parameters) as rule:
        results = reader.read_all([Concept.ALLERGIES, Concept.PROBLEMS])
        assert control.touched(rule) == 1
    assert details(results[Concept.ALLERGIES]) == {told}
    assert results[Concept.PROBLEMS].complete


@pytest.mark.parametrize("fault", ["throttled", "throttled-silently", "unavailable", "bad-gateway"])
def test_a_fault_that_passes_is_waited_out(sandbox, control, monkeypatch, fault):
    slept = []
    monkeypatch.setattr(stack, "Retry", partial(Retry, sleep=slept.append))
    reader = reader_of(sandbox, "generic", HALLOWAY)
    with control.fault(fault, types=["AllergyIntolerance"], count=1) as rule:
        result = reader.read(Concept.ALLERGIES)
        assert control.touched(rule) == 1
    assert result.complete
    assert result.resources
    (waited,) = slept
    assert 0.5 <= waited <= 1


def test_an_ids_newest_version_stands_for_it(sandbox, control):
    reader = reader_of(sandbox, "oracle", HALLOWAY)
    whole = {each.reference for each in reader.read(Concept.ALLERGIES).resources}
    with control.fault("repeated-ids", types=["AllergyIntolerance"]):
        result = reader.read(Concept.ALLERGIES)
    assert {each.reference for each in result.resources} == whole
    assert len(result.resources) == len(whole)


def test_what_the_ehr_withholds_is_missing_and_an_empty_answer_is_not(sandbox, control):
    reader = reader_of(sandbox, "epic", HALLOWAY)
    with control.fault("suppressed", types=["AllergyIntolerance"]):
        assert details(reader.read(Concept.ALLERGIES)) == {(Reason.SUPPRESSED, "withheld")}
    with control.fault("nothing-found", types=["AllergyIntolerance"]):
        assert reader.read(Concept.ALLERGIES).complete


def test_a_hospital_that_is_down_is_left_alone_and_found_again(sandbox, control, monkeypatch):
    issuer = sandbox.issuer("generic")
    ahead = [0.0]
    pauses = Pauses(
        issuer,
        after=3,
        store=LocMemCache(f"pauses-{time.time_ns()}", {}),
        clock=lambda: time.time() + ahead[0],
    )
    monkeypatch.setattr(stack.breaker, "shared", lambda url: pauses)
    reader = reader_of(sandbox, "generic", HALLOWAY)
    with control.fault("unavailable", personality="generic") as rule:
        down = reader.read_all([Concept.ALLERGIES, Concept.PROBLEMS, Concept.LABS])
        touched = control.touched(rule)
        assert {each.detail for r in down.values() for each in r.missing} == {"ehr_paused"}
        assert reader.read(Concept.VITALS).missing[0].detail == "ehr_paused"
        assert control.touched(rule) == touched  # nothing was sent
    ahead[0] = 61.0
    assert reader.read(Concept.ALLERGIES).complete
    assert reader.read(Concept.LABS).complete


@pytest.mark.parametrize("concept", [Concept.MESSAGES, Concept.REFERRALS])
def test_messages_and_referrals_of_another_patient_are_dropped(sandbox, control, concept):
    kind = {"messages": "Communication", "referrals": "ServiceRequest"}[concept.value]
    with control.fault("other-patients", kinds=["search"], types=[kind]):
        result = reader_of(sandbox, "generic", "eQ58-913").read(concept)
    assert {each.reason for each in result.missing} == {Reason.OTHER_PATIENT}
    assert result.resources
    for each in result.resources:
        assert each.raw["subject"]["reference"] == "Patient/eQ58-913"
