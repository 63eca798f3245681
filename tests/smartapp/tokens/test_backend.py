"""A backend's token: bought once, shared by all, bought anew ahead of its expiry, never refreshed."""

import base64
import io
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from audit.models import AuditEvent
from smartapp.ehrs.backends import register_backend
from smartapp.ehrs.keys import published_keys
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import EhrUnavailable, FhirError
from smartapp.fhir.transport.auth import Auth
from smartapp.models import BackendClient, BackendToken, Ehr, ScopeJustification
from smartapp.tokens import backend
from smartapp.tokens.backend import BackendRefused
from tests.smartapp.approving import approve_all
from tests.smartapp.launch.lax_ehr import REMOVED, Asked, LaxEhr
from tests.smartapp.tokens.many import answered_last, together

SCOPES = "system/Patient.rs system/Observation.rs"


@pytest.fixture
def lax(lax: LaxEhr) -> LaxEhr:
    """Answers a backend: no id_token, no patient."""
    lax.token = {"id_token": REMOVED, "patient": REMOVED, "scope": SCOPES, "expires_in": 570}
    return lax


@pytest.fixture
def ehr(ehr: Ehr) -> Ehr:
    """The lax EHR, with a backend registration of its own, its scopes approved."""
    register_backend(ehr, client_id="lax-backend", scopes=SCOPES)
    approve_all(ehr)
    return ehr


def bought(lax: LaxEhr) -> list[Asked]:
    return lax.asked_of("/auth/token")


def row() -> BackendToken:
    return BackendToken.objects.get()


def aged(*, lifetime: float, left: float) -> None:
    """Make the token in the database one of ``lifetime`` seconds with ``left`` to go."""
    now = timezone.now()
    BackendToken.objects.update(
        issued_at=now + timedelta(seconds=left - lifetime),
        expires_at=now + timedelta(seconds=left),
    )


def assertion(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, verified against the key set we publish."""
    keys = KeySet.import_key_set(published_keys())
    registry = JWSRegistry(algorithms=["ES384", "RS384"])
    token = jwt.decode(asked.form["client_assertion"][0], keys, registry=registry)
    return token.header, token.claims


# --- how it is asked for ---


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_it_is_bought_with_a_signed_assertion(
    ehr: Ehr, lax: LaxEhr, settings: Any, algorithm: str
) -> None:
    register_backend(ehr, client_id="lax-backend", scopes=SCOPES, signing_algorithm=algorithm)
    backend.current(ehr)
    (asked,) = bought(lax)
    assert asked.form["grant_type"] == ["client_credentials"]
    assert asked.form["scope"] == [SCOPES]
    assert not {"client_id", "client_secret", "refresh_token"} & asked.form.keys()
    assert "Authorization" not in asked.headers
    header, claims = assertion(asked)
    assert (header["alg"], header["typ"]) == (algorithm, "JWT")
    assert header["kid"] in {key["kid"] for key in published_keys()["keys"]}
    assert header["jku"] == f"{settings.BASE_URL}/.well-known/jwks.json"
    assert claims["iss"] == claims["sub"] == "lax-backend"
    assert claims["aud"] == f"{lax.server}/token"
    assert 0 < claims["exp"] - time.time() <= 300


def test_the_key_sets_address_is_left_out_where_the_ehr_holds_the_keys(
    ehr: Ehr, lax: LaxEhr
) -> None:
    register_backend(ehr, client_id="lax-backend", scopes=SCOPES, names_key_set=False)
    backend.current(ehr)
    assert "jku" not in assertion(bought(lax)[0])[0]


def test_an_ehr_that_serves_backends_alone_needs_no_page_to_authorize(
    ehr: Ehr, lax: LaxEhr
) -> None:
    lax.smart = {"authorization_endpoint": REMOVED}
    assert backend.current(ehr).generation == 1


def test_no_two_assertions_share_an_identifier(ehr: Ehr, lax: LaxEhr) -> None:
    for generation in range(3):
        backend.renew_now(ehr, generation)
    assert len({assertion(asked)[1]["jti"] for asked in bought(lax)}) == 3


def test_a_secret_is_used_where_the_ehr_insists(
    ehr: Ehr, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKEND_SECRET", "open sesame")
    register_backend(
        ehr,
        client_id="lax-backend",
        scopes=SCOPES,
        client_auth="client_secret_basic",
        client_secret_ref="env:BACKEND_SECRET",
    )
    backend.current(ehr)
    (asked,) = bought(lax)
    pair = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
    assert pair == "lax-backend:open+sesame"
    assert not {"client_secret", "client_assertion"} & asked.form.keys()


# --- how it is kept and renewed ---


def test_it_is_bought_once_and_kept_sealed(ehr: Ehr, lax: LaxEhr) -> None:
    lax.token |= {"access_token": "the-night-is-ours"}
    first = backend.current(ehr)
    assert first.access_token == "the-night-is-ours"
    assert backend.current(ehr).access_token == "the-night-is-ours"
    assert len(bought(lax)) == 1
    assert b"night" not in bytes(row().access_token_sealed)
    assert "night" not in repr(first)
    event = AuditEvent.objects.get(type="token.backend_issued")
    assert (event.stream, event.actor, event.ehr) == ("system", "system", "lax")
    assert event.detail == {
        "generation": 1,
        "lifetime_seconds": 570,
        "client_auth": "private_key_jwt",
        "scopes_granted": SCOPES.split(),
        "scopes_withheld": [],
    }


@pytest.mark.parametrize(
    ("lifetime", "left", "due"),
    [
        (570, 61, False),
        (570, 59, True),
        (3600, 61, False),
        (3600, 59, True),
        (3, 1.2, False),
        (3, 0.5, True),
    ],
)
def test_it_is_bought_anew_ahead_of_expiry_whatever_its_life(
    ehr: Ehr, lax: LaxEhr, lifetime: float, left: float, *, due: bool
) -> None:
    old = backend.current(ehr).access_token
    aged(lifetime=lifetime, left=left)
    assert (backend.current(ehr).access_token != old) is due
    assert len(bought(lax)) == (2 if due else 1)


def test_a_refresh_token_is_neither_kept_nor_used(ehr: Ehr, lax: LaxEhr) -> None:
    lax.token |= {"refresh_token": "never-asked-for"}
    backend.current(ehr)
    aged(lifetime=570, left=1)
    backend.current(ehr)
    assert [asked.form["grant_type"] for asked in bought(lax)] == [["client_credentials"]] * 2
    assert not any("refresh_token" in asked.form for asked in bought(lax))


def test_what_was_not_granted_is_told(ehr: Ehr, lax: LaxEhr) -> None:
    lax.token |= {"scope": "system/Patient.rs"}
    assert backend.current(ehr).granted_scopes == "system/Patient.rs"
    event = AuditEvent.objects.get(type="token.backend_issued")
    assert event.detail["scopes_withheld"] == ["system/Observation.rs"]


@pytest.mark.parametrize(("given", "granted"), [(REMOVED, SCOPES), ("", "")])
def test_no_scope_in_the_answer_means_all_and_an_empty_one_none(
    ehr: Ehr, lax: LaxEhr, given: Any, granted: str
) -> None:
    lax.token |= {"scope": given}
    assert backend.current(ehr).granted_scopes == granted


def test_a_registration_that_changed_does_not_use_the_token_of_the_old_one(
    ehr: Ehr, lax: LaxEhr
) -> None:
    old = backend.current(ehr).access_token
    register_backend(ehr, client_id="another", scopes=SCOPES)
    assert backend.current(ehr).access_token != old
    assert assertion(bought(lax)[-1])[1]["sub"] == "another"


# --- refusals ---


def test_an_ehr_without_a_backend_registration_is_not_asked(ehr: Ehr, lax: LaxEhr) -> None:
    BackendClient.objects.all().delete()
    with pytest.raises(BackendRefused, match="backend_refused") as caught:
        backend.current(ehr)
    assert caught.value.reason == "not_registered"
    assert lax.asked == []


@pytest.mark.parametrize("switched_off", ["backend", "ehr"])
def test_what_is_switched_off_gives_no_token_though_one_is_kept(
    ehr: Ehr, lax: LaxEhr, switched_off: str
) -> None:
    backend.current(ehr)
    (Ehr if switched_off == "ehr" else BackendClient).objects.update(is_active=False)
    with pytest.raises(BackendRefused):
        backend.current(ehr)


@pytest.mark.parametrize("reason", ["invalid_client", "unauthorized_client", "invalid_scope"])
def test_a_refusal_is_told_once_and_not_asked_for_again_at_once(
    ehr: Ehr, lax: LaxEhr, reason: str
) -> None:
    body = f'{{"error":"{reason}","error_description":"SECRET-DETAIL"}}'
    lax.raw = {"/auth/token": (400, {}, body.encode())}
    for _ in range(3):
        with pytest.raises(BackendRefused) as caught:
            backend.current(ehr)
        assert caught.value.reason == reason
        assert f"({reason})" in str(caught.value)
        assert "SECRET-DETAIL" not in str(caught.value)
    assert len(bought(lax)) == 1, "ten thousand patients would ask ten thousand times"
    event = AuditEvent.objects.get(type="token.backend_unavailable")
    assert (event.outcome, event.code) == ("refused", reason)


def unapprove(ehr: Ehr, scope: str) -> None:
    ScopeJustification.objects.filter(ehr=ehr, scope=scope).update(approved_at=None)


def test_what_two_people_have_not_agreed_to_is_not_asked_for(ehr: Ehr, lax: LaxEhr) -> None:
    unapprove(ehr, "system/Observation.rs")
    for _ in range(3):
        with pytest.raises(BackendRefused, match="page Scopes, one administrator") as caught:
            backend.current(ehr)
        assert caught.value.reason == "scope_unapproved"
    assert lax.asked == []
    event = AuditEvent.objects.get(type="token.backend_unavailable")
    assert (event.outcome, event.code, event.ehr) == ("refused", "scope_unapproved", "lax")
    assert event.detail["unapproved"] == ["system/Observation.rs"]
    ScopeJustification.objects.update(approved_at=timezone.now())
    BackendToken.objects.update(refreshing_until=timezone.now())  # the pause is over
    assert backend.current(ehr).generation == 1


def test_a_token_in_hand_is_used_to_its_end_and_no_further_once_an_approval_is_gone(
    ehr: Ehr, lax: LaxEhr
) -> None:
    old = backend.current(ehr).access_token
    unapprove(ehr, "system/Patient.rs")
    aged(lifetime=570, left=30)
    assert backend.current(ehr).access_token == old
    aged(lifetime=570, left=-1)
    with pytest.raises(BackendRefused):
        backend.current(ehr)
    assert len(bought(lax)) == 1


def test_a_backend_that_gave_up_its_last_scope_asks_for_nothing(ehr: Ehr, lax: LaxEhr) -> None:
    BackendClient.objects.update(scopes="")
    with pytest.raises(BackendRefused, match="connect_backend") as caught:
        backend.current(ehr)
    assert caught.value.reason == "not_registered"
    assert lax.asked == []


def test_a_refusal_is_forgotten_when_its_pause_is_over(ehr: Ehr, lax: LaxEhr) -> None:
    lax.raw = {"/auth/token": (401, {}, b'{"error":"invalid_client"}')}
    with pytest.raises(BackendRefused):
        backend.current(ehr)
    lax.raw = {}
    BackendToken.objects.update(refreshing_until=timezone.now())
    assert backend.current(ehr).generation == 1
    assert row().failure == ""


def test_a_refusal_while_the_old_token_is_good_costs_nothing(ehr: Ehr, lax: LaxEhr) -> None:
    old = backend.current(ehr).access_token
    aged(lifetime=570, left=30)
    lax.raw = {"/auth/token": (401, {}, b'{"error":"invalid_client"}')}
    assert [backend.current(ehr).access_token for _ in range(3)] == [old] * 3
    assert len(bought(lax)) == 2
    aged(lifetime=570, left=-1)
    with pytest.raises(BackendRefused):
        backend.current(ehr)


@pytest.mark.parametrize(
    "answer",
    [(503, {}, b""), (200, {}, b"<html>"), (200, {}, b'{"token_type":"bearer"}')],
)
def test_a_fault_that_may_pass_is_told_once_and_tried_again_soon(
    ehr: Ehr, lax: LaxEhr, waits: list[float], answer: Any
) -> None:
    lax.raw = {"/auth/token": answer}
    for _ in range(2):
        with pytest.raises(EhrUnavailable):
            backend.current(ehr)
    assert waits == []
    assert len(bought(lax)) == 1
    assert AuditEvent.objects.filter(type="token.backend_unavailable").count() == 1
    BackendToken.objects.update(refreshing_until=None)
    with pytest.raises(EhrUnavailable):
        backend.current(ehr)
    assert len(bought(lax)) == 2
    assert AuditEvent.objects.filter(type="token.backend_unavailable").count() == 1
    lax.raw = {}
    BackendToken.objects.update(refreshing_until=None)
    assert backend.current(ehr).generation == 1


def test_a_secret_that_cannot_be_had_stops_before_anything_is_sent(ehr: Ehr, lax: LaxEhr) -> None:
    auth = {"client_auth": "client_secret_basic", "client_secret_ref": "env:NOT_SET_ANYWHERE"}
    register_backend(ehr, client_id="lax-backend", scopes=SCOPES, **auth)
    with pytest.raises(BackendRefused) as caught:
        backend.current(ehr)
    assert caught.value.reason.startswith("secret_")
    assert bought(lax) == []


def test_when_the_trail_cannot_be_written_the_token_is_not_kept(
    ehr: Ehr, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("smartapp.tokens.backend.record", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        backend.current(ehr)
    assert (row().generation, row().refreshing_until) == (0, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ""},
        {"scopes": "patient/Patient.rs"},
        {"scopes": "system/Patient.everything"},
        {"scopes": "openid system/Patient.rs"},
        {"client_id": ""},
        {"client_auth": "public"},
        {"client_auth": "client_secret_basic"},
        {"client_auth": "client_secret_basic", "client_secret_ref": "hunter2"},
        {"signing_algorithm": "RS256"},
    ],
)
def test_a_wrong_registration_is_refused(ehr: Ehr, wrong: dict[str, str]) -> None:
    good = {"client_id": "lax-backend", "scopes": SCOPES}
    with pytest.raises(ValueError, match=r".") as caught:
        register_backend(ehr, **{**good, **wrong})
    assert "hunter2" not in str(caught.value)
    assert BackendClient.objects.get().scopes == SCOPES


def test_the_command_registers_and_says_where_the_keys_are(ehr: Ehr) -> None:
    said = io.StringIO()
    options = {"client_id": "night", "scopes": SCOPES, "algorithm": "RS384", "no_jku": True}
    call_command("connect_backend", "lax", stdout=said, **options)
    client = BackendClient.objects.get()
    assert (client.client_id, client.signing_algorithm) == ("night", "RS384")
    assert not client.names_key_set
    assert "/.well-known/jwks.json" in said.getvalue()
    assert "until these scopes" not in said.getvalue()
    call_command("connect_backend", "lax", stdout=said, **options | {"scopes": "system/Group.rs"})
    assert "until these scopes are approved: system/Group.rs." in said.getvalue()
    assert "/administration/scopes/lax/" in said.getvalue()
    with pytest.raises(CommandError, match="connect_ehr first"):
        call_command("connect_backend", "nowhere", **options)
    with pytest.raises(CommandError, match=r"not a system/ scope"):
        call_command("connect_backend", "lax", client_id="night", scopes="user/*.rs")


def test_a_sandboxs_backend_is_approved_by_nobody_and_says_so(ehr: Ehr) -> None:
    said = io.StringIO()
    Ehr.objects.update(environment_label="Sandbox")
    command = ["connect_backend", "lax", "--client-id", "night", "--scopes", "system/Group.rs"]
    call_command(*command, stdout=said)
    assert "seeded for the demonstration" in said.getvalue()
    kept = ScopeJustification.objects.get(scope="system/Group.rs")
    assert (kept.seeded, kept.is_approved, kept.approver) == (True, True, None)
    assert "Work without a clinician" in kept.justification


@pytest.mark.parametrize("why", ["no_label", "approved_by_people"])
def test_nowhere_else_is_a_backend_approved_by_its_registration(ehr: Ehr, why: str) -> None:
    if why == "approved_by_people":
        Ehr.objects.update(environment_label="Sandbox")
        ScopeJustification.objects.update(seeded=False, approved_at=None)
    said = io.StringIO()
    command = ["connect_backend", "lax", "--client-id", "night", "--scopes", "system/Group.rs"]
    call_command(*command, stdout=said)
    assert "until these scopes are approved: system/Group.rs" in said.getvalue()
    assert not ScopeJustification.objects.filter(scope="system/Group.rs").exists()


# --- many at once, and the bearer ---


def test_sixteen_threads_without_a_token_buy_one(committed: Ehr, lax: LaxEhr) -> None:
    lax.token_delay = 0.2
    results = together(16, lambda: backend.current(committed).access_token)
    assert len(set(results)) == 1
    assert len(results) == 16
    assert len(bought(lax)) == 1


def test_while_one_buys_the_others_use_the_old_one_and_do_not_wait(
    committed: Ehr, lax: LaxEhr
) -> None:
    old = backend.current(committed).access_token
    aged(lifetime=570, left=30)
    results = answered_last(lax, 8, lambda: backend.current(committed).access_token)
    assert results[:7] == [old] * 7
    assert results[7] != old
    assert len(bought(lax)) == 2


def test_sixteen_threads_of_a_refused_backend_learn_it_from_one_request(
    committed: Ehr, lax: LaxEhr
) -> None:
    lax.raw = {"/auth/token": (401, {}, b'{"error":"invalid_client"}')}
    assert together(16, lambda: backend.current(committed).access_token) == ["BackendRefused"] * 16
    assert len(bought(lax)) == 1


class Ehr401(httpx2.BaseTransport):
    """Accepts one token only."""

    def __init__(self, accepted: Callable[[], str]) -> None:
        self.accepted = accepted
        self.refused = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.headers["Authorization"] == f"Bearer {self.accepted()}":
            return httpx2.Response(200)
        self.refused += 1
        return httpx2.Response(401)


def test_a_bearer_asks_the_database_only_when_its_token_is_due(
    ehr: Ehr, lax: LaxEhr, django_assert_num_queries: Any
) -> None:
    bearer = BackendBearer(ehr)
    first = bearer.token()
    with django_assert_num_queries(0):
        assert bearer.token() == first
    assert bearer.granted_scopes() == SCOPES


def test_a_bearer_outlives_its_tokens(ehr: Ehr, lax: LaxEhr) -> None:
    lax.token |= {"expires_in": 1}
    bearer = BackendBearer(ehr)
    first = bearer.token()
    time.sleep(0.9)
    assert bearer.token() != first


def test_a_revoked_token_is_replaced_once_for_all_threads(committed: Ehr, lax: LaxEhr) -> None:
    bearer = BackendBearer(committed)
    bearer.token()
    server = Ehr401(lambda: row().access_token if row().generation > 1 else "none yet")
    client = httpx2.Client(transport=Auth(server, bearer=bearer))

    def call() -> str:
        return str(client.get("https://ehr.example.org/fhir/Patient/1").status_code)

    assert together(12, call) == ["200"] * 12
    assert len(bought(lax)) == 2


def test_an_ehr_that_refuses_every_token_is_not_asked_for_another_by_every_call(
    ehr: Ehr, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = BackendBearer(ehr)
    client = httpx2.Client(transport=Auth(Ehr401(lambda: "no such token"), bearer=bearer))
    errors = []
    for _ in range(4):
        with pytest.raises(FhirError) as caught:
            client.get("https://ehr.example.org/fhir/Patient/1")
        errors.append((caught.value.code, getattr(caught.value, "reason", "")))
        assert "Check in the EHR" in str(caught.value)
        assert "Open the app" not in str(caught.value), "nobody sits in front of it by night"
    assert errors == [("backend_refused", "token_refused")] * 4
    assert len(bought(lax)) == 2
    monkeypatch.setattr("smartapp.fhir.bearers._PAUSE_SECONDS", 0.0)
    with pytest.raises(FhirError):
        client.get("https://ehr.example.org/fhir/Patient/1")
    assert len(bought(lax)) == 3
