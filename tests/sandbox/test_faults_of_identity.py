"""Faults of tokens, scopes, clocks and keys, over real launches and refreshes."""

import json
import time
from email.utils import parsedate_to_datetime

import pytest
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import KeySet

from tests.sandbox.control import Control
from tests.sandbox.smart import App, get

READING = "launch openid fhirUser online_access patient/Observation.rs patient/Condition.rs"


@pytest.fixture
def control(hospital):
    controlling = Control(hospital.base_url)
    controlling.clear()
    yield controlling
    controlling.clear()


@pytest.fixture(params=["epic", "oracle", "generic"])
def app(request, hospital):
    return App(hospital, request.param)


def claims(tokens):
    return json.loads(jws.extract_compact(tokens["id_token"].encode()).payload)


def believed(app, tokens):
    """Whether the id_token is signed by a key that is published now."""
    keys = get(app.found["jwks_uri"] if app.personality != "generic" else absolute(app)).json()
    for key in KeySet.import_key_set(keys).keys:
        try:
            jwt.decode(tokens["id_token"], key, algorithms=["RS256"])
        except (BadSignatureError, JoseError):
            continue
        return True
    return False


def absolute(app):
    return f"{app.sandbox.base_url}{app.found['jwks_uri']}"


def test_an_expired_token_is_refused_until_it_is_refreshed(control, app):
    tokens = app.tokens()
    assert app.reads_chart(tokens["access_token"]) == 200
    with control.fault("expired-token", count=1):
        assert app.reads_chart(tokens["access_token"]) == 401
    assert app.reads_chart(tokens["access_token"]) == 401
    fresh = app.refresh(tokens["refresh_token"]).json()
    assert app.reads_chart(fresh["access_token"]) == 200


def test_a_revoked_token_cannot_be_refreshed(control, app):
    tokens = app.tokens()
    with control.fault("revoked-token", count=1):
        assert app.reads_chart(tokens["access_token"]) == 401
    answer = app.refresh(tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_rejected_token_is_good_again_when_the_fault_is_off(control, app):
    tokens = app.tokens()
    with control.fault("rejected-token"):
        assert app.reads_chart(tokens["access_token"]) == 401
        fresh = app.refresh(tokens["refresh_token"]).json()
        assert app.reads_chart(fresh["access_token"]) == 401
    assert app.reads_chart(fresh["access_token"]) == 200


@pytest.mark.parametrize("silent", [False, True])
def test_scopes_are_trimmed_in_truth(control, hospital, silent):
    app = App(hospital, "generic")
    with control.fault("trimmed-scopes", drop="Observation", silent=silent):
        tokens = app.tokens(scope=READING)
    assert ("scope" in tokens) != silent
    if not silent:
        assert "Observation" not in tokens["scope"]
        assert "patient/Condition.rs" in tokens["scope"]
    assert app.reads_chart(tokens["access_token"]) == 403


def test_tokens_live_as_long_as_they_say(control, app):
    with control.fault("short-tokens", seconds=1):
        tokens = app.tokens()
    assert tokens["expires_in"] == 1
    time.sleep(1.05)
    assert app.reads_chart(tokens["access_token"]) == 401


@pytest.mark.parametrize("seconds", [-900, 900])
def test_a_wrong_clock_shows_in_the_date_and_the_id_token(control, app, seconds):
    with control.fault("clock-skew", seconds=seconds):
        answer = app.exchange(app.code())
    said = parsedate_to_datetime(answer.headers["date"]).timestamp()
    assert abs(said - time.time() - seconds) < 5
    assert abs(claims(answer.json())["iat"] - time.time() - seconds) < 5
    assert believed(app, answer.json())


def test_every_answer_says_the_time_once(hospital):
    answer = get(f"{hospital.base_url}/health")
    assert len(answer.headers.get_list("date")) == 1


@pytest.mark.parametrize("how", ["replaced", "both", "hidden"])
def test_keys_change_and_are_published_or_not(control, app, how):
    before = app.tokens()
    assert believed(app, before)
    with control.fault("rotated-keys", how=how):
        after = app.tokens()
        assert believed(app, after) == (how != "hidden")
        assert believed(app, before) == (how != "replaced")
    assert claims(after)["sub"] == claims(before)["sub"]
