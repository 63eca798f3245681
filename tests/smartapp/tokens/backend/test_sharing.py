"""Many askers, one purchase; and the bearer that a transport asks."""

import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import FhirError
from smartapp.fhir.transport.auth import Auth
from smartapp.models import Ehr
from smartapp.tokens import backend
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.tokens.backend.buying import SCOPES, aged, bought, row
from tests.smartapp.tokens.many import answered_last, together


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
