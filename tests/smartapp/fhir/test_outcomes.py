"""Every refusal an EHR can make has one meaning, and every error one reason."""

import inspect

import httpx2
import pytest

from smartapp.fhir import errors
from smartapp.fhir.absences import REASONS, missing_for, missing_for_issue
from smartapp.fhir.errors import (
    AccessDenied,
    EhrThrottled,
    EhrUnavailable,
    FhirError,
    ForeignAddress,
    NotFound,
    RequestRefused,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.outcomes import Issue, error_for, error_of_transport, issues_of
from smartapp.fhir.results import Concept, Reason
from tests.smartapp.fhir.ehr import issue


def test_every_error_has_a_reason():
    kinds = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, FhirError) and kind is not FhirError
    }
    reasoned = {kind for kind in kinds if any(each in REASONS for each in kind.__mro__)}
    assert reasoned == kinds
    for kind in kinds:
        missing_for(Concept.LABS, kind())


def test_every_failure_of_the_connection_has_an_error():
    kinds = [
        kind
        for _, kind in inspect.getmembers(httpx2, inspect.isclass)
        if issubclass(kind, httpx2.HTTPError) and kind is not httpx2.HTTPStatusError
    ]
    assert len(kinds) > 15
    for kind in kinds:
        assert isinstance(error_of_transport(kind("https://ehr.example/Patient/1")), FhirError)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx2.ConnectTimeout, EhrUnavailable),
        (httpx2.ReadError, EhrUnavailable),
        (httpx2.RemoteProtocolError, EhrUnavailable),
        (httpx2.DecodingError, UnreadableResponse),
        (httpx2.UnsupportedProtocol, ForeignAddress),
        (httpx2.LocalProtocolError, RequestRefused),
    ],
)
def test_a_failure_of_the_connection_is_told_without_its_address(failure, kind):
    error = error_of_transport(failure("https://ehr.example/Patient/1"))
    assert type(error) is kind
    assert "ehr.example" not in str(error)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "", EhrThrottled),
        (429, "not-found", EhrThrottled),
        (503, "", EhrUnavailable),
        (500, "transient", EhrUnavailable),
        (500, "required", RequestRefused),  # Oracle: malformed, though it says 500
        (400, "transient", EhrUnavailable),
        (400, "throttled", EhrThrottled),
        (422, "lock-error", EhrUnavailable),
        (400, "processing", RequestRefused),
        (400, "", RequestRefused),
        (401, "", SessionLost),
        (401, "forbidden", SessionLost),
        (403, "", AccessDenied),
        (403, "security", AccessDenied),
        (404, "", NotFound),
        (404, "processing", NotFound),
        (410, "deleted", NotFound),
        (408, "", EhrUnavailable),
        (302, "", ForeignAddress),
        (100, "", UnreadableResponse),
        (200, "timeout", EhrUnavailable),  # success in name only
    ],
)
def test_the_issues_code_speaks_first_and_the_status_second(status, code, kind):
    error = error_for(status, issue(code) if code else None)
    assert type(error) is kind


def test_success_with_warnings_is_success():
    assert error_for(200, issue("suppressed", "warning", "59204")) is None
    assert error_for(201) is None


def test_all_issues_are_read_not_only_the_first():
    body = issue("informational", "information")
    body["issue"] += issue("throttled", "fatal")["issue"]
    assert type(error_for(400, body)) is EhrThrottled


def test_the_servers_words_are_not_kept():
    error = error_for(400, issue("invalid"))
    assert "Server's words" not in repr(error)
    assert "Server's words" not in repr(vars(error))


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {"resourceType": "Bundle"},
        {"resourceType": "OperationOutcome"},
        {"resourceType": "OperationOutcome", "issue": "none"},
        {"resourceType": "OperationOutcome", "issue": [None, "x"]},
    ],
)
def test_a_malformed_outcome_has_no_issues(body):
    assert issues_of(body) == ()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Issue("warning", "suppressed", frozenset({"59204"})), Reason.SUPPRESSED),
        (Issue("warning", "suppressed"), Reason.SUPPRESSED),
        (Issue("warning", "incomplete"), Reason.TIMED_OUT),
        (Issue("warning", "throttled"), Reason.THROTTLED),
        (Issue("error", "processing"), Reason.FAILED),
        (Issue("fatal", "timeout"), Reason.TIMED_OUT),
        (Issue("information", "informational"), None),
        (Issue("warning", "not-found", frozenset({"4101"})), None),  # complete, and empty
        (Issue("warning", "not-supported"), None),  # a parameter ignored: more, not less
    ],
)
def test_an_issue_inside_a_searchset_tells_whether_it_is_whole(found, reason):
    missing = missing_for_issue(Concept.LABS, found)
    assert (missing.reason if missing else None) == reason


def test_a_search_not_found_is_unsupported_and_a_read_not_found_failed():
    assert missing_for(Concept.LABS, NotFound()).reason is Reason.UNSUPPORTED
    assert missing_for(Concept.NOTES, NotFound(), of_search=False).reason is Reason.FAILED
