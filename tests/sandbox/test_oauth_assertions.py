"""Clients that sign: private_key_jwt at the token endpoint, and backend services."""

import base64
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.conftest import Sandbox, start_sandbox
from tests.sandbox.smart import ASSERTION_TYPE, App, KeyServer, key_server, post


@pytest.fixture(scope="module")
def published() -> Iterator[tuple[KeyServer, Sandbox]]:
    """A hospital that fetches the app's keys from us."""
    with key_server() as (keys, address):
        running, process = start_sandbox(address)
        yield keys, running
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def app(published: tuple[KeyServer, Sandbox]) -> App:
    keys, sandbox = published
    return App(sandbox, "generic", "countersign-key", keys)


@pytest.fixture
def backend(published: tuple[KeyServer, Sandbox]) -> App:
    keys, sandbox = published
    return App(sandbox, "generic", "countersign-backend", keys)


def ask(app: App, assertion: dict[str, str], **fields: str) -> httpx2.Response:
    """Present an assertion with an invented code: what is judged first is the client."""
    form = {"grant_type": "authorization_code", "code": "x", **assertion, **fields}
    return post(app.endpoint("token"), data=form)


def trusted(answer: httpx2.Response) -> bool:
    """Whether the client was believed; only then is the invented code looked at."""
    assert answer.status_code in (400, 401), answer.text
    assert answer.json()["error"] in ("invalid_grant", "invalid_client"), answer.text
    return bool(answer.json()["error"] == "invalid_grant")


@pytest.mark.parametrize("personality", ["epic", "oracle", "generic"])
@pytest.mark.parametrize("alg", ["RS384", "ES384"])
def test_a_signed_assertion_buys_a_token_by_both_algorithms(
    published: tuple[KeyServer, Sandbox], personality: str, alg: str
) -> None:
    keys, sandbox = published
    app = App(sandbox, personality, "countersign-key", keys)
    fields = {
        "grant_type": "authorization_code",
        "code": app.code(),
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
    }
    answer = app.post("token", fields, alg=alg)
    assert answer.status_code == 200, answer.text
    assert app.reads_chart(answer.json()["access_token"]) == 200
    assert app.refresh(answer.json()["refresh_token"]).status_code == 200


def test_an_assertion_is_good_once(app: App) -> None:
    assertion = app.assertion()
    assert trusted(ask(app, assertion))
    assert not trusted(ask(app, assertion))
    assert not trusted(ask(app, app.assertion() | assertion))


def test_an_assertion_presented_many_times_at_once_is_good_once(app: App) -> None:
    assertion = app.assertion()
    with ThreadPoolExecutor(8) as pool:
        believed = list(pool.map(lambda _: trusted(ask(app, assertion)), range(8)))
    assert believed.count(True) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": "soon"},
        {"aud": "https://elsewhere.example/token"},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"sub": "somebody"},
        {"sub": None},
        {"sub": 7},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"sub": "countersign-public", "iss": "countersign-public"},
        {"sub": "countersign-secret", "iss": "countersign-secret"},
    ],
    ids=str,
)
def test_a_wrong_claim_is_not_believed(app: App, claims: dict) -> None:
    assert not trusted(ask(app, app.assertion(**claims)))


@pytest.mark.parametrize("seconds", [-60, 3600])
def test_an_assertion_past_its_end_or_far_from_it_is_not_believed(app: App, seconds: int) -> None:
    assert not trusted(ask(app, app.assertion(exp=int(time.time()) + seconds)))


def test_the_fhir_base_and_the_issuer_are_no_audience(app: App) -> None:
    assert not trusted(ask(app, app.assertion(aud=app.issuer)))
    assert not trusted(ask(app, app.assertion(aud=app.found["issuer"])))


@pytest.mark.parametrize(
    "header", [{"kid": None}, {"kid": "unknown"}, {"typ": ""}, {"typ": "at+jwt"}], ids=str
)
def test_a_wrong_header_is_not_believed(app: App, header: dict) -> None:
    assert not trusted(ask(app, app.assertion(header=header)))


@pytest.mark.parametrize("alg", ["RS256", "PS384"])
def test_other_algorithms_are_not_believed(app: App, alg: str) -> None:
    assert app.keys
    assert not trusted(ask(app, app.assertion(alg, key=app.keys.rs384)))


def test_no_algorithm_at_all_is_not_believed(app: App) -> None:
    genuine = app.assertion()["client_assertion"]
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT","kid":"ec-1"}').rstrip(b"=")
    unsigned = f"{head.decode()}.{genuine.split('.')[1]}."
    assertion = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": unsigned}
    assert not trusted(ask(app, assertion))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.e30", "é.é.é"])
def test_garbage_is_not_believed(app: App, text: str) -> None:
    assertion = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    assert not trusted(ask(app, assertion))


def test_somebody_elses_key_under_a_known_kid_is_not_believed(app: App) -> None:
    assert not trusted(ask(app, app.assertion(key=ECKey.generate_key("P-384", {"kid": "ec-1"}))))
    forged = RSAKey.generate_key(2048, {"kid": "rsa-1"})
    assert not trusted(ask(app, app.assertion("RS384", key=forged)))
    crossed = RSAKey.generate_key(2048, {"kid": "ec-1"})
    assert not trusted(ask(app, app.assertion("RS384", key=crossed)))


def test_the_keys_are_kept_and_an_unknown_one_is_looked_up_again(app: App) -> None:
    assert app.keys
    assert trusted(ask(app, app.assertion()))
    asked = app.keys.asked
    assert trusted(ask(app, app.assertion()))
    assert app.keys.asked == asked
    newer = ECKey.generate_key("P-384", {"kid": "ec-2"})
    app.keys.keys.append(newer)
    assert trusted(ask(app, app.assertion(key=newer)))
    assert app.keys.asked > asked
    app.keys.keys.remove(newer)


def test_a_client_that_publishes_its_private_key_is_not_believed(app: App) -> None:
    assert app.keys
    leaked = ECKey.generate_key("P-384", {"kid": "leaked"})
    app.keys.extra.append(dict(leaked.as_dict(private=True)))
    assert not trusted(ask(app, app.assertion(key=leaked)))
    app.keys.extra.clear()
    assert trusted(ask(app, app.assertion()))


def test_a_client_whose_keys_cannot_be_fetched_is_not_believed(sandbox: Sandbox) -> None:
    app = App(sandbox, "generic", "countersign-key", KeyServer())
    assert not trusted(ask(app, app.assertion()))


def test_a_signing_client_must_sign(app: App) -> None:
    form = {"grant_type": "authorization_code", "code": app.code(), "client_id": app.client_id}
    assert not trusted(post(app.endpoint("token"), data=form))
    wrong_type = app.assertion() | {"client_assertion_type": "urn:example:other"}
    assert not trusted(ask(app, wrong_type))


def test_an_assertion_beside_another_clients_id_is_not_believed(app: App) -> None:
    assert not trusted(ask(app, app.assertion(), client_id="countersign-public"))


def test_two_ways_of_authenticating_at_once_are_refused(app: App) -> None:
    form = {"grant_type": "authorization_code", "code": "x", **app.assertion()}
    pair = ("countersign-secret", "sandbox-secret-not-for-production")
    answer = post(app.endpoint("token"), data=form, auth=pair)
    assert answer.json()["error"] == "invalid_request"


def test_a_signing_client_learns_of_its_tokens_and_ends_them(app: App) -> None:
    tokens = app.tokens()
    told = app.post("introspection", {"token": tokens["refresh_token"]}).json()
    assert told["active"] is True
    assert app.post("revocation", {"token": tokens["refresh_token"]}).status_code == 200
    assert app.post("introspection", {"token": tokens["access_token"]}).json() == {"active": False}


# Backend services


def buy(backend: App, scope: str | None, **claims: object) -> httpx2.Response:
    fields = {"grant_type": "client_credentials", "scope": scope}
    return backend.post("token", fields, **claims)


def test_a_backend_buys_five_minutes_of_system_scopes_and_no_refresh(backend: App) -> None:
    tokens = buy(backend, "system/Patient.rs system/Observation.rs openid").json()
    assert tokens["scope"] == "system/Patient.rs system/Observation.rs"
    assert tokens["expires_in"] == 300
    assert "refresh_token" not in tokens
    assert "patient" not in tokens
    assert backend.reads_chart(tokens["access_token"]) == 200


@pytest.mark.parametrize("scope", [None, "", "patient/Observation.rs", "openid", "user/*.rs"])
def test_a_backend_without_system_scopes_gets_nothing(backend: App, scope: str | None) -> None:
    assert buy(backend, scope).json()["error"] == "invalid_scope"


def test_a_launched_client_is_no_backend(app: App) -> None:
    answer = app.post("token", {"grant_type": "client_credentials", "scope": "system/*.rs"})
    assert answer.json()["error"] == "unauthorized_client"


def test_a_launched_clients_secret_buys_no_system_scopes(sandbox: Sandbox) -> None:
    secret = App(sandbox, "generic", "countersign-secret")
    answer = secret.post("token", {"grant_type": "client_credentials", "scope": "system/*.rs"})
    assert answer.json()["error"] == "unauthorized_client"


def test_the_backend_that_has_a_secret_buys_with_it_and_with_no_other(sandbox: Sandbox) -> None:
    url = App(sandbox, "oracle", "countersign-secret").endpoint("token")
    form = {"grant_type": "client_credentials", "scope": "system/Patient.rs"}
    right = ("countersign-backend-secret", "sandbox-secret-not-for-production")
    answer = post(url, data=form, auth=right).json()
    assert (answer["scope"], answer["expires_in"]) == ("system/Patient.rs", 570)
    assert "refresh_token" not in answer
    refused = post(url, data=form, auth=(right[0], "wrong"))
    assert refused.json()["error"] == "invalid_client"
    unproven = post(url, data={**form, "client_id": right[0]})
    assert unproven.json()["error"] == "invalid_client"


@pytest.mark.parametrize(("personality", "life"), [("epic", 3600), ("oracle", 570)])
def test_a_backends_token_lives_as_long_as_the_vendors_do(
    published: tuple[KeyServer, Sandbox], personality: str, life: int
) -> None:
    keys, sandbox = published
    scope = "system/Patient.read" if personality == "epic" else "system/Patient.rs"
    answer = buy(App(sandbox, personality, "countersign-backend", keys), scope)
    assert answer.json()["expires_in"] == life


def test_a_key_set_named_in_the_header_must_be_the_registered_one(backend: App) -> None:
    registered = f"{backend.sandbox.app_url}/.well-known/jwks.json"
    fields = {"grant_type": "client_credentials", "scope": "system/Patient.rs"}
    assert backend.post("token", fields, header={"jku": registered}).status_code == 200
    foreign = backend.post("token", fields, header={"jku": "https://elsewhere.example/jwks"})
    assert foreign.json()["error"] == "invalid_client"


def test_a_backend_exchanges_no_code(backend: App) -> None:
    fields = {"grant_type": "authorization_code", "code": "x"}
    assert backend.post("token", fields).json()["error"] == "unauthorized_client"
