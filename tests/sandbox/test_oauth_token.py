"""The token endpoint: codes, refreshing, and everything that it refuses."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.conftest import Sandbox, start_sandbox
from tests.sandbox.smart import OBSERVATIONS, App, get, post

PERSONALITIES = ("epic", "oracle", "generic")


@pytest.fixture(params=PERSONALITIES)
def app(request: pytest.FixtureRequest, sandbox: Sandbox) -> App:
    return App(sandbox, request.param)


@pytest.fixture
def generic(sandbox: Sandbox) -> App:
    return App(sandbox, "generic")


@pytest.fixture(scope="module")
def hasty() -> Iterator[Sandbox]:
    """A hospital whose codes and tokens die within a second."""
    running, process = start_sandbox(
        "http://localhost:8000", SANDBOX_CODE_SECONDS="1", SANDBOX_TOKEN_SECONDS="1"
    )
    yield running
    process.terminate()
    process.wait(timeout=10)


def refused(answer: httpx2.Response, error: str, status: int = 400) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert "access_token" not in answer.json()


def test_a_code_buys_a_token_that_reads_the_chart(app: App) -> None:
    answer = app.exchange(app.code())
    tokens = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == {"epic": 3600, "oracle": 570, "generic": 900}[app.personality]
    assert app.reads_chart(tokens["access_token"]) == 200


def test_a_replayed_code_is_refused_and_ends_the_tokens_it_bought(app: App) -> None:
    code = app.code()
    tokens = app.exchange(code).json()
    assert app.reads_chart(tokens["access_token"]) == 200
    refused(app.exchange(code), "invalid_grant")
    assert app.reads_chart(tokens["access_token"]) == 401
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": "http://localhost:8000/elsewhere/"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
    ],
)
def test_a_wrong_exchange_is_refused_and_burns_the_code(
    generic: App, wrong: dict, error: str
) -> None:
    code = generic.code()
    refused(generic.exchange(code, **wrong), error)
    refused(generic.exchange(code), "invalid_grant")


def test_a_code_is_burnt_by_another_client(sandbox: Sandbox, generic: App) -> None:
    code = generic.code()
    thief = App(sandbox, "generic", "countersign-secret", verifier=generic.verifier)
    refused(thief.exchange(code), "invalid_grant")
    refused(generic.exchange(code), "invalid_grant")


def test_a_code_of_another_personality_is_unknown(sandbox: Sandbox, generic: App) -> None:
    epic = App(sandbox, "epic", verifier=generic.verifier)
    refused(epic.exchange(generic.code()), "invalid_grant")


def test_a_code_is_too_old_after_its_time(hasty: Sandbox) -> None:
    app = App(hasty, "generic")
    code = app.code()
    time.sleep(1.1)
    refused(app.exchange(code), "invalid_grant")


def test_a_code_presented_many_times_at_once_buys_at_most_one_token(generic: App) -> None:
    code = generic.code()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: generic.exchange(code), range(8)))
    bought = [each.json() for each in answers if each.status_code == 200]
    assert len(bought) == 1
    assert {each.status_code for each in answers} == {200, 400}
    # Seven replays were seen: the one token is worth nothing either.
    assert generic.reads_chart(bought[0]["access_token"]) == 401


def test_a_made_up_code_is_refused(app: App) -> None:
    refused(app.exchange("made-up"), "invalid_grant")
    refused(app.post("token", {"grant_type": "authorization_code"}), "invalid_request")


def test_an_unknown_grant_type_is_refused(app: App) -> None:
    refused(app.exchange(app.code(), grant_type="password"), "unsupported_grant_type")


def test_a_secret_is_checked_and_asked_for(sandbox: Sandbox) -> None:
    app = App(sandbox, "oracle", "countersign-secret")
    assert app.tokens()["access_token"]
    fields = {
        "grant_type": "authorization_code",
        "code": app.code(),
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
    }
    where = app.endpoint("token")
    wrong = post(where, data=fields, auth=("countersign-secret", "guess"))
    refused(wrong, "invalid_client", 401)
    assert wrong.headers["www-authenticate"].startswith("Basic")
    refused(post(where, data=fields | {"client_id": app.client_id}), "invalid_client", 401)
    in_body = fields | {"client_id": app.client_id, "client_secret": "guess"}
    refused(post(where, data=in_body), "invalid_request")


def test_a_public_client_cannot_pose_with_a_secret(sandbox: Sandbox) -> None:
    app = App(sandbox, "generic")
    fields = {"grant_type": "authorization_code", "code": app.code()}
    pair = ("countersign-public", "sandbox-secret-not-for-production")
    refused(post(app.endpoint("token"), data=fields, auth=pair), "invalid_client", 401)


def test_a_wrong_secret_is_not_forgiven_for_naming_the_public_client(generic: App) -> None:
    fields = {"grant_type": "authorization_code", "code": generic.code()}
    where = generic.endpoint("token")
    wrong = ("countersign-secret", "guess")
    answer = post(where, data=fields | {"client_id": "countersign-public"}, auth=wrong)
    refused(answer, "invalid_client", 401)


def test_a_form_that_names_another_client_is_refused(sandbox: Sandbox) -> None:
    app = App(sandbox, "generic", "countersign-secret")
    refused(app.exchange(app.code(), client_id="countersign-public"), "invalid_client", 401)


def test_parameters_in_the_address_are_refused(generic: App) -> None:
    fields = {"grant_type": "authorization_code", "client_id": generic.client_id}
    where = f"{generic.endpoint('token')}?code={generic.code()}"
    refused(post(where, data=fields), "invalid_request")


def test_a_repeated_field_is_refused(generic: App) -> None:
    code = generic.code()
    body = f"grant_type=authorization_code&client_id={generic.client_id}&code={code}&code={code}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = post(generic.endpoint("token"), content=body, headers=headers)
    refused(answer, "invalid_request")


def test_json_is_refused(generic: App) -> None:
    answer = post(generic.endpoint("token"), json={"grant_type": "authorization_code"})
    refused(answer, "invalid_request")


@pytest.mark.parametrize("header", ["Basic !!!", "Basic /////w==", "Bearer x", "Basic Zm9v"])
def test_an_unreadable_authorization_header_is_refused(generic: App, header: str) -> None:
    fields = {"grant_type": "authorization_code", "code": "x"}
    answer = post(generic.endpoint("token"), data=fields, headers={"Authorization": header})
    refused(answer, "invalid_client", 401)


def test_get_is_not_for_tokens(generic: App) -> None:
    assert get(generic.endpoint("token")).status_code == 405


def test_an_expired_token_reads_nothing_and_a_refresh_brings_a_live_one(hasty: Sandbox) -> None:
    app = App(hasty, "oracle")
    tokens = app.tokens()
    assert tokens["expires_in"] == 1
    assert app.reads_chart(tokens["access_token"]) == 200
    time.sleep(1.1)
    assert app.reads_chart(tokens["access_token"]) == 401
    again = app.refresh(tokens["refresh_token"]).json()
    assert app.reads_chart(again["access_token"]) == 200


def test_a_made_up_token_and_one_of_another_hospital_read_nothing(sandbox: Sandbox) -> None:
    epic, generic = App(sandbox, "epic"), App(sandbox, "generic")
    assert generic.reads_chart("made-up") == 401
    assert generic.reads_chart(epic.tokens()["access_token"]) == 401


# Refreshing


def test_oracle_keeps_the_first_refresh_token_and_sends_no_other(sandbox: Sandbox) -> None:
    app = App(sandbox, "oracle")
    first = app.tokens()
    for _ in range(2):
        again = app.refresh(first["refresh_token"]).json()
        assert "refresh_token" not in again
        assert again["access_token"] != first["access_token"]
        assert app.reads_chart(again["access_token"]) == 200


def test_epic_rolls_the_refresh_token_and_lets_the_old_one_die_alone(sandbox: Sandbox) -> None:
    app = App(sandbox, "epic")
    first = app.tokens()
    second = app.refresh(first["refresh_token"]).json()
    refused(app.refresh(first["refresh_token"]), "invalid_grant")
    assert app.reads_chart(second["access_token"]) == 200
    assert app.refresh(second["refresh_token"]).status_code == 200


def test_generic_ends_the_family_when_an_old_refresh_token_is_used(generic: App) -> None:
    first = generic.tokens()
    second = generic.refresh(first["refresh_token"]).json()
    refused(generic.refresh(first["refresh_token"]), "invalid_grant")
    assert generic.reads_chart(second["access_token"]) == 401
    refused(generic.refresh(second["refresh_token"]), "invalid_grant")


def test_of_many_refreshes_at_once_one_wins(sandbox: Sandbox) -> None:
    app = App(sandbox, "epic")
    refresh_token = app.tokens()["refresh_token"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.refresh(refresh_token).status_code, range(8)))
    assert sorted(answers) == [200, *[400] * 7]


def test_a_refresh_keeps_the_context(app: App) -> None:
    first = app.tokens()
    again = app.refresh(first["refresh_token"]).json()
    assert again["scope"] == first["scope"]
    assert (again["patient"], again["encounter"]) == (first["patient"], first["encounter"])


def test_a_refresh_may_narrow_the_scope_and_never_widen_it(app: App) -> None:
    first = app.tokens()
    wider = f"{first['scope']} {OBSERVATIONS[app.personality].replace('Observation', 'Condition')}"
    refused(app.refresh(first["refresh_token"], scope=wider), "invalid_scope")
    narrowed = app.refresh(first["refresh_token"], scope="openid").json()
    assert narrowed["scope"] == "openid"
    assert app.reads_chart(narrowed["access_token"]) == 403


def test_a_refresh_token_is_its_own_clients_only(sandbox: Sandbox, generic: App) -> None:
    refresh_token = generic.tokens()["refresh_token"]
    other = App(sandbox, "generic", "countersign-secret")
    refused(other.refresh(refresh_token), "invalid_grant")
    assert generic.refresh(refresh_token).status_code == 200


def test_without_a_lasting_scope_there_is_no_refresh_token(app: App) -> None:
    scope = f"launch openid {OBSERVATIONS[app.personality]}"
    assert "refresh_token" not in app.tokens(scope=scope)


def test_a_made_up_refresh_token_is_refused(app: App) -> None:
    refused(app.refresh("made-up"), "invalid_grant")


# Introspection and revocation


def test_a_token_tells_its_own_client_what_it_is_good_for(sandbox: Sandbox) -> None:
    app = App(sandbox, "generic", "countersign-secret")
    tokens = app.tokens()
    told = app.post("introspection", {"token": tokens["access_token"]}).json()
    assert told["active"] is True
    assert told["scope"] == tokens["scope"]
    assert told["client_id"] == "countersign-secret"
    assert told["patient"] == tokens["patient"]
    assert told["exp"] - told["iat"] == 900


def test_a_token_tells_another_client_and_the_public_nothing(
    sandbox: Sandbox, generic: App
) -> None:
    tokens = generic.tokens()
    other = App(sandbox, "generic", "countersign-secret")
    told = other.post("introspection", {"token": tokens["access_token"]}).json()
    assert told == {"active": False}
    refused(generic.post("introspection", {"token": tokens["access_token"]}), "invalid_client", 401)


def test_a_revoked_access_token_ends_alone(app: App) -> None:
    tokens = app.tokens()
    assert app.post("revocation", {"token": tokens["access_token"]}).status_code == 200
    assert app.reads_chart(tokens["access_token"]) == 401
    assert app.refresh(tokens["refresh_token"]).status_code in (200, 400)


def test_a_revoked_refresh_token_takes_its_family_along(app: App) -> None:
    tokens = app.tokens()
    assert app.post("revocation", {"token": tokens["refresh_token"]}).status_code == 200
    assert app.reads_chart(tokens["access_token"]) == 401
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


def test_nobody_revokes_another_clients_token(sandbox: Sandbox, generic: App) -> None:
    tokens = generic.tokens()
    other = App(sandbox, "generic", "countersign-secret")
    refused(other.post("revocation", {"token": tokens["access_token"]}), "invalid_grant")
    assert generic.reads_chart(tokens["access_token"]) == 200


def test_revoking_what_does_not_exist_succeeds_as_rfc_7009_says(generic: App) -> None:
    assert generic.post("revocation", {"token": "made-up"}).status_code == 200
