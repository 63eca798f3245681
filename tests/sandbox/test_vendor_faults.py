"""The faults that single vendors have words of their own for, over HTTP."""

import json

import pytest

from tests.sandbox.conftest import RUTH
from tests.sandbox.control import Control
from tests.sandbox.smart import App

QUERY = f"Condition?patient={RUTH}&_count=3"


@pytest.fixture
def control(sandbox):
    controlling = Control(sandbox.base_url)
    controlling.clear()
    yield controlling
    controlling.clear()


def numbers(outcome):
    return [issue["details"]["coding"][0]["code"] for issue in outcome["issue"]]


def parts(bundle):
    rows = bundle.get("entry", [])
    first = [row["resource"] for row in rows if row["search"]["mode"] == "outcome"]
    return first, [row["resource"]["id"] for row in rows if row["search"]["mode"] == "match"]


@pytest.mark.parametrize("personality", ["epic", "oracle", "generic"])
def test_a_merged_patient_is_a_redirect_with_a_number(ehr, control, personality):
    client = ehr(personality)
    with control.fault("merged-patient", into="eQ44-207"):
        for path in (f"Patient/{RUTH}", QUERY):
            answer = client.get(path, follow_redirects=False)
            assert answer.status_code == 301
            assert answer.headers["location"] == f"{client.base}/Patient/eQ44-207"
            assert numbers(answer.json()) == ["4107"]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"name": "daily-limit"}, (429, "throttled", "4135")),
        ({"name": "daily-limit", "status": 403}, (403, "throttled", "4135")),
        ({"name": "restricted-chart"}, (403, "security", "4130")),
        ({"name": "restricted-chart", "number": "4131"}, (403, "security", "4131")),
    ],
)
def test_epics_refusals_have_their_numbers(epic, control, wish, said):
    status, code, number = said
    with control.fault(**wish):
        answer = epic.get(QUERY)
    assert answer.status_code == status
    (issue,) = answer.json()["issue"]
    assert (issue["severity"], issue["code"]) == ("fatal", code)
    assert numbers(answer.json()) == [number]
    assert "retry-after" not in answer.headers


def test_what_is_withheld_or_cut_off_is_said_before_the_rows(epic, control):
    whole = epic.ids(QUERY)
    with control.fault("restricted-rows"):
        said, ids = parts(epic.get(QUERY).json())
    assert numbers(said[0]) == ["4134"]
    assert said[0]["issue"][0]["severity"] == "information"
    assert ids == whole[:1]
    with control.fault("more-exists", keep=2):
        bundle = epic.get(QUERY).json()
    said, ids = parts(bundle)
    assert numbers(said[0]) == ["4127"]
    assert said[0]["issue"][0]["severity"] == "fatal"
    assert ids == whole[:2]
    assert [one["relation"] for one in bundle["link"]] == ["self"]


def test_information_comes_first_and_takes_nothing_away(epic, control):
    whole = epic.ids(QUERY)
    with control.fault("information-first"):
        bundle = epic.get(QUERY).json()
    said, ids = parts(bundle)
    assert bundle["entry"][0]["search"]["mode"] == "outcome"
    assert numbers(said[0]) == ["59133", "59100"]
    assert {issue["severity"] for issue in said[0]["issue"]} == {"information"}
    assert ids == whole


def test_the_first_of_several_issues_is_not_the_one_that_refused(epic, control):
    with control.fault("several-issues"):
        answer = epic.get(QUERY)
    assert answer.status_code == 400
    assert [issue["severity"] for issue in answer.json()["issue"]] == ["information", "fatal"]


def test_the_last_rows_are_withheld_where_their_kind_was_not_granted(epic, control):
    whole = epic.ids(QUERY)
    with control.fault("suppressed", withhold=2):
        said, ids = parts(epic.get(QUERY).json())
    assert ids == whole[:-2]
    assert said[-1]["issue"][0]["code"] == "suppressed"


@pytest.mark.parametrize(
    ("personality", "status"), [("epic", 400), ("oracle", 400), ("generic", 410)]
)
def test_pages_expire_in_each_vendors_words(ehr, control, personality, status):
    client = ehr(personality)
    query = f"Observation?patient={RUTH}&category=laboratory&_count=2"
    following = next(
        one["url"] for one in client.get(query).json()["link"] if one["relation"] == "next"
    )
    with control.fault("expired-page"):
        assert client.get(query).status_code == 200
        answer = client.get(following)
    assert answer.status_code == status
    assert answer.json()["issue"][0]["code"] == "expired"
    if personality == "epic":
        assert numbers(answer.json()) == ["4113"]
    assert client.get(following).status_code == 200


@pytest.mark.parametrize("personality", ["epic", "oracle", "generic"])
def test_an_empty_first_page_leads_to_all_there_is(ehr, control, personality):
    client = ehr(personality)
    query = f"Condition?patient={RUTH}"
    whole = client.ids(query)
    with control.fault("thin-pages"):
        first = client.get(query).json()
        assert "entry" not in first
        assert [one["id"] for one in client.everything(query)] == whole


def test_a_gateway_refuses_scopes_in_no_fhir(generic, control):
    with control.fault("insufficient-scopes"):
        answer = generic.get(QUERY)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/json"
    assert "insufficient-scopes" in answer.json()["message"]
    assert "resourceType" not in answer.json()


def test_the_token_endpoint_refuses_grants_and_clients(sandbox, control):
    app = App(sandbox, "generic")
    refresh = app.tokens()["refresh_token"]
    with control.fault("invalid-grant", uri="https://ehr.example/why"):
        answer = app.refresh(refresh)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert answer.json()["error_uri"] == "https://ehr.example/why"
    with control.fault("invalid-client"):
        answer = app.refresh(refresh)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert app.refresh(refresh).status_code == 200
    assert "eQ" not in json.dumps(control.request("GET", "faults").json()["active"])


def test_a_lasting_fault_says_where_it_lies(generic, control):
    with control.fault("not-retryable"):
        (issue,) = generic.get(QUERY).json()["issue"]
    assert (issue["severity"], issue["code"], issue["location"]) == (
        "fatal",
        "required",
        ["patient"],
    )
