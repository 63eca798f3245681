"""Launches that end between the EHR's tokens and the patient page: the tokens go back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pythonjsonlogger.json import JsonFormatter
from redis import ConnectionError as RedisGone

from audit.models import AuditEvent
from smartapp.fhir.transport import shelves
from smartapp.launch import opening
from smartapp.models import Launch, TokenSet
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.launch.walk import begin, code_of, come_back, open_launch

pytestmark = pytest.mark.usefixtures("ehr")

PATIENT = "p-who-is-not-to-be-logged"
FULL = {
    "sqlite": """CREATE TRIGGER disk_full BEFORE INSERT ON {}
        BEGIN SELECT RAISE(ABORT, 'disk full'); END""",
    "postgresql": """CREATE TRIGGER disk_full BEFORE INSERT ON {}
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
}
GONE = {"sqlite": "DROP TRIGGER disk_full", "postgresql": "DROP TRIGGER disk_full ON {}"}


@contextmanager
def full(table: str) -> Iterator[None]:
    """Let the database take no row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(FULL[connection.vendor].format(table))
        yield
        cursor.execute(GONE[connection.vendor].format(table))


def revoked(lax: LaxEhr) -> list[tuple[str, str]]:
    asked = lax.asked_of("/auth/revoke")
    return [(each.form["token"][0], each.form["token_type_hint"][0]) for each in asked]


def trail() -> list[tuple[str, str, str]]:
    kinds = ["token.revoked", "launch.opened", "launch.refused"]
    rows = AuditEvent.objects.filter(type__in=kinds).order_by("pk")
    return [(row.type, row.code, row.ehr) for row in rows]


def came_back(client: Client, lax: LaxEhr, **token: Any) -> Any:
    lax.token = {"patient": PATIENT, "access_token": "access", "refresh_token": "refresh", **token}
    return come_back(client, begin(client, lax))


@pytest.mark.parametrize("table", ["smartapp_launch", "smartapp_tokenset", "smartapp_clinician"])
def test_a_launch_that_is_not_stored_gives_its_token_back_and_says_what_to_do(
    client: Client, lax: LaxEhr, table: str
) -> None:
    with full(table):
        response = came_back(client, lax)
    assert (response.status_code, code_of(response)) == (503, "launch_not_stored")
    assert "Open the app again" in response.content.decode()
    assert revoked(lax) == [("refresh", "refresh_token")]
    assert trail() == [("token.revoked", "", "lax"), ("launch.refused", "launch_not_stored", "lax")]
    assert AuditEvent.objects.get(type="token.revoked").detail["confirmed"] is True
    assert (Launch.objects.count(), TokenSet.objects.count()) == (0, 0)
    open_launch(Client(), lax)  # and the next one opens


def test_without_a_refresh_token_the_access_token_goes_back(client: Client, lax: LaxEhr) -> None:
    with full("smartapp_launch"):
        came_back(client, lax, refresh_token=REMOVED)
    assert revoked(lax) == [("access", "access_token")]


def test_an_ehr_without_revocation_is_not_asked_and_the_trail_says_so(
    client: Client, lax: LaxEhr
) -> None:
    lax.smart = {"revocation_endpoint": REMOVED}
    with full("smartapp_launch"):
        assert code_of(came_back(client, lax)) == "launch_not_stored"
    assert revoked(lax) == []
    assert AuditEvent.objects.get(type="token.revoked").detail["confirmed"] is False


def test_an_ehr_that_fails_to_revoke_changes_nothing_of_the_page(
    client: Client, lax: LaxEhr
) -> None:
    lax.raw = {"/auth/revoke": (500, {}, b"")}
    with full("smartapp_launch"):
        assert code_of(came_back(client, lax)) == "launch_not_stored"
    assert AuditEvent.objects.get(type="token.revoked").detail["confirmed"] is False


def test_a_cache_that_fails_after_the_token_gives_it_back_without_being_asked_again(
    client: Client, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = cache.get

    def get(key: str, *rest: Any, **more: Any) -> Any:
        if lax.asked_of("/auth/token"):
            raise RedisGone
        return found(key, *rest, **more)

    monkeypatch.setattr(cache, "get", get)
    monkeypatch.setattr("smartapp.launch.views.refuse_a_flood", lambda *_: None)  # counts in it too
    assert code_of(came_back(client, lax)) == "launch_not_stored"
    assert revoked(lax) == [("refresh", "refresh_token")]
    assert trail()[0] == ("token.revoked", "", "lax")


def test_a_trail_that_takes_no_row_lets_no_launch_open_and_the_token_goes_back_all_the_same(
    client: Client, lax: LaxEhr, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    sent = begin(client, lax)
    lax.token = {"patient": PATIENT, "refresh_token": "refresh"}
    with full("audit_auditevent"), caplog.at_level(logging.WARNING):
        response = come_back(client, sent)
    assert response.status_code == 500
    assert "tell your help desk" in response.content.decode()
    assert revoked(lax) == [("refresh", "refresh_token")]
    (told,) = [each for each in caplog.records if each.message == "token_revoked_untold"]
    assert (told.confirmed, told.ehr) == (True, "lax")
    assert Launch.objects.count() == 0


def test_a_mistake_of_ours_gives_the_token_back_too(
    client: Client, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slip(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(opening, "difference", lambda *_, **__: slip())
    client.raise_request_exception = False
    assert came_back(client, lax).status_code == 500
    assert revoked(lax) == [("refresh", "refresh_token")]
    assert trail() == [("token.revoked", "", "lax")]


@pytest.mark.parametrize(
    ("token", "claims", "code"),
    [
        ({"patient": REMOVED}, {}, "patient_missing"),
        ({"scope": "launch openid"}, {}, "scopes_empty"),
        ({"id_token": REMOVED}, {}, "id_token_missing"),
        ({}, {"fhirUser": "Patient/1"}, "not_a_clinician"),
        ({}, {"nonce": "another"}, "id_token_nonce"),
    ],
)
def test_a_launch_that_is_refused_after_the_token_came_gives_it_back(
    client: Client, lax: LaxEhr, token: dict[str, Any], claims: dict[str, Any], code: str
) -> None:
    lax.claims = claims
    assert code_of(came_back(client, lax, **token)) == code
    assert revoked(lax) == [("refresh", "refresh_token")]
    assert trail() == [("token.revoked", "", "lax"), ("launch.refused", code, "lax")]


def test_a_launch_that_opens_gives_nothing_back(client: Client, lax: LaxEhr) -> None:
    assert came_back(client, lax).status_code == 302
    assert revoked(lax) == []


def test_what_was_read_for_a_launch_that_was_not_stored_is_not_kept(
    client: Client, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared: list[str] = []
    monkeypatch.setattr(shelves.shared(), "clear", cleared.append)
    with full("smartapp_launch"):
        came_back(client, lax)
    assert len(cleared) == 1


def test_neither_patient_nor_token_is_logged(
    client: Client, lax: LaxEhr, caplog: pytest.LogCaptureFixture
) -> None:
    with full("smartapp_launch"), caplog.at_level(logging.DEBUG, logger="smartapp"):
        came_back(client, lax)
    lines = "\n".join(JsonFormatter().format(each) for each in caplog.records)
    assert "launch_not_stored" in lines
    assert PATIENT not in lines
    assert "refresh" not in lines.replace("refresh_token", "")
