"""Backends that get no token: the EHR says no, two people have not agreed, the trail cannot be written."""

from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.ehrs.backends import register_backend
from smartapp.fhir.errors import EhrUnavailable
from smartapp.models import BackendClient, BackendToken, Ehr, ScopeJustification
from smartapp.tokens import backend
from smartapp.tokens.backend import BackendRefused
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.tokens.backend.buying import SCOPES, aged, bought, row


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
