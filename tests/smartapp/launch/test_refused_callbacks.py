"""Callbacks that are refused: a state that is not this browser's, an EHR that says no."""

import logging
import uuid

import pytest
from django.test import Client
from pythonjsonlogger.json import JsonFormatter

from audit.models import AuditEvent
from smartapp.models import Ehr, PendingLaunch
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.launch.refused import refused
from tests.smartapp.launch.walk import begin, come_back

pytestmark = pytest.mark.usefixtures("ehr")


# --- the state and the browser ---


def test_a_state_nobody_gave_out_is_refused(client: Client, lax: LaxEhr) -> None:
    begin(client, lax)
    refused(come_back(client, {"state": "guessed"}), "state_unknown")
    assert lax.asked_of("/auth/token") == []


def test_a_missing_state_is_refused(client: Client, lax: LaxEhr) -> None:
    begin(client, lax)
    refused(client.get("/launch/callback/lax/", {"code": "x"}), "state_missing")


def test_a_replayed_state_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.token = {"patient": REMOVED}
    come_back(client, sent)
    lax.token = {}
    refused(come_back(client, sent), "state_replayed")
    assert len(lax.asked_of("/auth/token")) == 1


def test_a_state_in_a_browser_without_its_cookie_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    refused(come_back(Client(), sent), "launch_cookie_missing")


def test_a_state_of_one_browser_is_refused_in_another_and_still_good_in_the_first(
    client: Client, lax: LaxEhr
) -> None:
    other = Client()
    theirs = begin(other, lax)
    mine = begin(client, lax)
    name = next(n for n in other.cookies if n.startswith("__Host-p"))
    their_name = name
    my_name = next(n for n in client.cookies if n.startswith("__Host-p"))
    # The attacker even knows the name under which the cookie is looked for.
    client.cookies[their_name] = client.cookies[my_name].value
    refused(come_back(client, theirs), "state_mismatch")
    assert lax.asked_of("/auth/token") == []
    lax.nonce = theirs["nonce"]
    assert come_back(other, theirs).status_code == 302
    lax.nonce = mine["nonce"]
    assert come_back(client, mine).status_code == 302


def test_an_answer_at_the_callback_of_another_ehr_is_refused_and_its_code_sent_nowhere(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    ehr.pk, ehr.slug = uuid.uuid4(), "hostile"
    ehr.issuer = "https://hostile.example.org/fhir"
    ehr.save(force_insert=True)
    sent = begin(client, lax)
    assert sent["redirect_uri"].endswith("/launch/callback/lax/")
    refused(come_back(client, sent, at="hostile"), "callback_mismatch")
    row = AuditEvent.objects.latest("pk")
    assert (row.ehr, row.detail["detail"]) == ("lax", "hostile")
    assert lax.asked_of("/auth/token") == []
    # Whoever mixed them up has seen the state, so it is good at the right address no more either.
    refused(come_back(client, sent), "state_replayed")
    assert lax.asked_of("/auth/token") == []


def test_an_error_at_the_callback_of_another_ehr_is_no_word_of_the_one_we_asked(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    answer = come_back(client, sent, at="nobody", code=None, error="access_denied")
    refused(answer, "callback_mismatch")
    assert AuditEvent.objects.latest("pk").detail["detail"] == "unknown"


def test_a_stranger_cannot_spoil_a_state_at_another_callback(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    refused(come_back(Client(), sent, at="hostile"), "launch_cookie_missing")
    assert come_back(client, sent).status_code == 302


def test_there_is_no_callback_for_all(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    assert client.get("/launch/callback/", {"code": "c", "state": sent["state"]}).status_code == 404


def test_a_state_older_than_ten_minutes_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    row = PendingLaunch.objects.get()
    assert 599 <= (row.expires_at - row.created_at).total_seconds() <= 601
    PendingLaunch.objects.update(expires_at=row.created_at)
    refused(come_back(client, sent), "state_expired")


# --- what the EHR says instead of a code ---


def test_a_clinicians_no_is_told_as_such(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    refused(come_back(client, sent, code=None, error="access_denied"), "consent_denied")


def test_an_error_of_the_ehr_is_refused_and_its_words_are_not_shown(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    response = come_back(
        client, sent, code=None, error="server_error", error_description="<b>Halloway</b>"
    )
    assert "Halloway" not in response.content.decode()
    refused(response, "ehr_refused")


def test_an_error_without_a_state_is_refused(client: Client) -> None:
    refused(client.get("/launch/callback/lax/", {"error": "invalid_request"}), "ehr_refused")


def test_an_error_after_the_same_launch_was_used_says_that_it_was_reused(
    client: Client, lax: LaxEhr
) -> None:
    come_back(client, begin(client, lax), code=None, error="server_error")
    sent = begin(client, lax)
    refused(come_back(client, sent, code=None, error="invalid_request"), "launch_reused")


def test_a_callback_without_a_code_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    refused(come_back(client, sent, code=None), "code_refused")
    assert lax.asked_of("/auth/token") == []


# --- RFC 9207 ---


@pytest.mark.parametrize("wrong", ["https://evil.example.org/auth", "{fhir}", ""])
def test_an_answer_from_another_authorization_server_is_refused(
    client: Client, lax: LaxEhr, wrong: str
) -> None:
    sent = begin(client, lax)
    refused(come_back(client, sent, iss=wrong.format(fhir=lax.issuer)), "issuer_mismatch")
    assert lax.asked_of("/auth/token") == []


def test_an_answer_without_iss_is_refused_where_the_server_promised_one(
    client: Client, lax: LaxEhr
) -> None:
    lax.smart = {"authorization_response_iss_parameter_supported": True}
    refused(come_back(client, begin(client, lax)), "issuer_mismatch")


def test_a_refused_callback_leaves_no_code_and_no_state_in_the_log(
    client: Client, lax: LaxEhr, caplog: pytest.LogCaptureFixture
) -> None:
    sent = begin(client, lax)
    lax.claims = {"fhirUser": "Person/clerk"}
    come_back(client, sent, code="the-secret-code")
    formatter = next(
        each.formatter
        for each in logging.getLogger().handlers
        if isinstance(each.formatter, JsonFormatter)
    )
    logged = "".join(formatter.format(record) for record in caplog.records)
    assert "/launch/callback/" in logged
    assert "the-secret-code" not in logged
    assert sent["state"] not in logged
