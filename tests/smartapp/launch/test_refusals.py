"""Each launch that must be refused, against an EHR that would let it through."""

import hmac
import logging
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from pythonjsonlogger.json import JsonFormatter

from audit.models import AuditEvent
from smartapp.launch.refusals import REFUSALS
from smartapp.models import Ehr, Launch, PendingLaunch, ScopeJustification
from tests.smartapp.launch.lax_ehr import EC_KEY, OTHER_KEY, REMOVED, SIGNING_KEY, LaxEhr
from tests.smartapp.launch.walk import begin, code_of, come_back

pytestmark = pytest.mark.usefixtures("ehr")


def refused(response: Any, code: str) -> None:
    assert code_of(response) == code
    assert response.status_code == REFUSALS[code].status
    assert response["Cache-Control"] == "no-store"
    assert Launch.objects.count() == 0
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.type, last.code) == ("launch.refused", code)


# --- how it begins ---


@pytest.mark.parametrize(
    "issuer",
    [
        "https://evil.example.org/fhir",
        "{}/extra",
        "{}//",
        "{}?x=1",
        "{}#x",
        "http://user@127.0.0.1/fhir",
        "//127.0.0.1/fhir",
        "javascript:alert(1)",
    ],
)
def test_an_unregistered_issuer_is_refused_and_nothing_is_sent_to_it(
    client: Client, lax: LaxEhr, issuer: str
) -> None:
    response = client.get("/launch/", {"iss": issuer.format(lax.issuer), "launch": "x"})
    refused(response, "unknown_issuer")
    assert lax.asked == []


def test_an_issuer_in_another_case_is_refused(client: Client, lax: LaxEhr) -> None:
    refused(
        client.get("/launch/", {"iss": lax.base_url + "/FHIR", "launch": "x"}), "unknown_issuer"
    )


def test_an_issuer_that_was_switched_off_is_refused(client: Client, lax: LaxEhr, ehr: Ehr) -> None:
    ehr.is_active = False
    ehr.save()
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "unknown_issuer")
    refused(client.get("/launch/standalone/lax/"), "unknown_issuer")


def test_a_scope_that_nobody_approved_is_not_asked_for(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    ehr.scopes += " patient/Condition.rs"
    ehr.save()
    response = client.get("/launch/", {"iss": lax.issuer, "launch": "x"})
    refused(response, "scope_unapproved")
    assert AuditEvent.objects.latest("pk").detail["detail"] == "patient/Condition.rs"
    assert lax.asked == []
    assert "page Scopes" in response.content.decode()


def test_a_scope_given_up_or_waiting_anew_is_not_asked_for(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    rows = ScopeJustification.objects.filter(ehr=ehr, scope="patient/Observation.rs")
    rows.update(given_up_at=timezone.now())
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "scope_unapproved")
    rows.update(given_up_at=None, approved_at=None)
    refused(client.get("/launch/standalone/lax/"), "scope_unapproved")
    assert lax.asked == []


@pytest.mark.parametrize("query", ["", "iss=x", "launch=x", "iss=&launch="])
def test_a_launch_without_its_parameters_is_refused(client: Client, query: str) -> None:
    refused(client.get(f"/launch/?{query}"), "launch_incomplete")


def test_a_repeated_parameter_is_refused(client: Client, lax: LaxEhr) -> None:
    query = f"iss={lax.issuer}&iss=https://evil.example.org&launch=x"
    refused(client.get(f"/launch/?{query}"), "launch_incomplete")


@pytest.mark.parametrize("methods", [[], ["plain"], ["s256"]])
def test_an_ehr_that_lists_pkce_methods_without_s256_is_refused(
    client: Client, lax: LaxEhr, methods: list[str]
) -> None:
    lax.smart = {"code_challenge_methods_supported": methods}
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "pkce_unsupported")


def test_an_ehr_that_serves_backends_alone_opens_no_launch(client: Client, lax: LaxEhr) -> None:
    lax.smart = {"authorization_endpoint": REMOVED}
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "authorization_missing")


@pytest.mark.parametrize(
    "smart",
    [
        {"token_endpoint": "http://ehr.example.org/token"},
        {"token_endpoint": REMOVED},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://ehr.example.org/authorize"},
        {"jwks_uri": "ftp://ehr.example.org/jwks"},
        {"capabilities": "launch-ehr"},
    ],
)
def test_an_ehr_with_unsafe_or_missing_addresses_is_refused(
    client: Client, lax: LaxEhr, smart: dict[str, Any]
) -> None:
    lax.smart = smart
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "discovery_unreadable")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {}, b"<html>Sign in</html>"), "discovery_unreadable"),
        ((200, {}, b"[]"), "discovery_unreadable"),
        ((200, {}, b"x" * 1_000_001), "discovery_unreadable"),
        ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"), "discovery_unreadable"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "discovery_unreadable"),
        ((404, {}, b"{}"), "discovery_unreadable"),
        ((500, {}, b"{}"), "ehr_unavailable"),
        ((429, {}, b"{}"), "ehr_unavailable"),
    ],
)
def test_an_ehr_that_does_not_describe_itself_is_refused(
    client: Client, lax: LaxEhr, answer: tuple[int, dict[str, str], bytes], code: str
) -> None:
    lax.raw = {"/fhir/.well-known/smart-configuration": answer}
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), code)


def test_an_ehr_that_is_down_is_told_from_one_that_is_wrong(client: Client, ehr: Ehr) -> None:
    ehr.issuer = "http://127.0.0.1:9/fhir"
    ehr.save()
    refused(client.get("/launch/", {"iss": ehr.issuer, "launch": "x"}), "ehr_unavailable")


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


# --- the token answer ---


@pytest.mark.parametrize(
    "token",
    [
        {"access_token": REMOVED},
        {"access_token": ""},
        {"token_type": "mac"},
        {"token_type": REMOVED},
        {"expires_in": -5},
        {"expires_in": "soon"},
        {"patient": "../Patient/other"},
        {"patient": 7},
        {"encounter": "a b"},
        {"scope": ["a"]},
        {"need_patient_banner": "perhaps"},
    ],
)
def test_a_token_answer_of_the_wrong_shape_is_refused(
    client: Client, lax: LaxEhr, token: dict[str, Any]
) -> None:
    sent = begin(client, lax)
    lax.token = token
    refused(come_back(client, sent), "token_unreadable")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, {}, b'{"error":"invalid_grant"}'), "code_refused"),
        ((400, {}, b'{"error":"something of their own"}'), "code_refused"),
        ((401, {}, b'{"error":"invalid_client"}'), "client_rejected"),
        ((200, {}, b"<html>"), "token_unreadable"),
        ((200, {}, b'"text"'), "token_unreadable"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "ehr_unavailable"),
        ((503, {}, b""), "ehr_unavailable"),
    ],
)
def test_a_refused_code_is_refused(
    client: Client, lax: LaxEhr, answer: tuple[int, dict[str, str], bytes], code: str
) -> None:
    sent = begin(client, lax)
    lax.raw = {"/auth/token": answer}
    refused(come_back(client, sent), code)


# --- who, whom, what ---


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"nonce": "another"}, "id_token_nonce"),
        ({"nonce": REMOVED}, "id_token_nonce"),
        ({"aud": "another-client"}, "id_token_audience"),
        ({"aud": ["another-client"]}, "id_token_audience"),
        ({"aud": ["lax-client", "another-client"]}, "id_token_audience"),
        ({"aud": ["lax-client", "x"], "azp": "x"}, "id_token_audience"),
        ({"azp": "another-client"}, "id_token_audience"),
        ({"aud": REMOVED}, "id_token_audience"),
        ({"iss": "https://evil.example.org"}, "id_token_issuer"),
        ({"iss": REMOVED}, "id_token_issuer"),
        ({"exp": REMOVED}, "id_token_expired"),
        ({"iat": REMOVED}, "id_token_expired"),
        ({"exp": "later"}, "id_token_expired"),
        ({"sub": REMOVED}, "id_token_claims"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "id_token_access_token"),
        ({"fhirUser": REMOVED}, "fhir_user_missing"),
        ({"fhirUser": ""}, "fhir_user_missing"),
        ({"fhirUser": ["Practitioner/1"]}, "fhir_user_missing"),
        ({"fhirUser": "https://evil.example.org/fhir/Practitioner/1"}, "fhir_user_foreign"),
        ({"fhirUser": "{fhir}.evil.example.org/Practitioner/1"}, "fhir_user_foreign"),
        ({"fhirUser": "{fhir}/../x/Practitioner/1"}, "fhir_user_unreadable"),
        ({"fhirUser": "Practitioner/../Patient/1"}, "fhir_user_unreadable"),
        ({"fhirUser": "Practitioner/1/_history/2"}, "fhir_user_unreadable"),
        ({"fhirUser": "Device/1"}, "fhir_user_unreadable"),
        ({"fhirUser": "Patient/1"}, "not_a_clinician"),
        ({"fhirUser": "{fhir}/RelatedPerson/1"}, "not_a_clinician"),
        ({"fhirUser": "Person/clerk"}, "not_a_clinician"),
    ],
)
def test_a_wrong_claim_in_the_id_token_is_refused(
    client: Client, lax: LaxEhr, claims: dict[str, Any], code: str
) -> None:
    sent = begin(client, lax)
    lax.claims = {
        name: value.format(fhir=lax.issuer) if isinstance(value, str) else value
        for name, value in claims.items()
    }
    refused(come_back(client, sent), code)


@pytest.mark.parametrize(
    "times", [{"exp": -31}, {"iat": 60}, {"nbf": 60}], ids=["expired", "of tomorrow", "not yet"]
)
def test_an_id_token_of_another_time_is_refused(
    client: Client, lax: LaxEhr, times: dict[str, int]
) -> None:
    sent = begin(client, lax)
    lax.claims = {name: int(time.time()) + seconds for name, seconds in times.items()}
    refused(come_back(client, sent), "id_token_expired")


def test_clocks_may_differ_by_half_a_minute(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.claims = {"exp": int(time.time()) - 10, "iat": int(time.time()) + 10}
    assert come_back(client, sent).status_code == 302


def test_a_missing_id_token_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.token = {"id_token": REMOVED}
    refused(come_back(client, sent), "id_token_missing")


def test_a_signature_by_another_key_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.signing_key = OTHER_KEY
    refused(come_back(client, sent), "id_token_signature")


def _hs256(lax: LaxEhr) -> str:
    """The public key's own bytes, taken for a shared secret."""
    head, body, _ = jwt.encode({"alg": "RS256"}, {"iss": lax.server}, SIGNING_KEY).split(".")
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"lax-1"}').rstrip(b"=").decode()
    secret = SIGNING_KEY.as_pem(private=False)
    mac = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _altered(lax: LaxEhr) -> str:
    head, _, tail = lax.id_token().split(".")
    other = jwt.encode({"alg": "RS256"}, {"iss": lax.server}, SIGNING_KEY).split(".")[1]
    return f"{head}.{other}.{tail}"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _: "eyJhbGciOiJub25lIn0.e30.", "id_token_algorithm"),
        (_hs256, "id_token_algorithm"),
        (_altered, "id_token_signature"),
        (lambda _: "not a token", "id_token_unreadable"),
        (lambda _: "a.b.c.d.e", "id_token_unreadable"),
        (lambda _: "eyJhbGciOiJSUzI1NiJ9.W10.x", "id_token_signature"),
    ],
    ids=["none", "hs256", "altered", "text", "jwe", "bad signature"],
)
def test_a_forged_id_token_is_refused(
    client: Client, lax: LaxEhr, make: Callable[[LaxEhr], str], code: str
) -> None:
    sent = begin(client, lax)
    lax.raw_id_token = make(lax)
    refused(come_back(client, sent), code)


def test_a_key_id_the_ehr_does_not_publish_is_refused_after_looking_once_more(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    lax.header = {"kid": "another"}
    refused(come_back(client, sent), "id_token_key")
    assert len(lax.asked_of("/auth/jwks")) == 2


def test_a_token_without_a_key_id_is_refused_where_two_keys_might_fit(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    first = SIGNING_KEY.as_dict(private=False)
    lax.published = [first, {**OTHER_KEY.as_dict(private=False), "kid": "lax-2"}]
    lax.header = {"kid": REMOVED}
    refused(come_back(client, sent), "id_token_key")


def test_a_key_meant_for_encryption_does_not_verify_signatures(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.published = [{**SIGNING_KEY.as_dict(private=False), "use": "enc"}]
    refused(come_back(client, sent), "id_token_key")


@pytest.mark.parametrize("document", [b'{"keys": {}}', b'{"keys": ["x"]}', b"{}"])
def test_an_unreadable_key_set_is_refused(client: Client, lax: LaxEhr, document: bytes) -> None:
    sent = begin(client, lax)
    lax.raw = {"/auth/jwks": (200, {}, document)}
    assert code_of(come_back(client, sent)) in {"discovery_unreadable", "id_token_key"}
    assert Launch.objects.count() == 0


def test_a_broken_key_is_refused(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.published = [{"kty": "RSA", "kid": "lax-1", "n": "!", "e": "AQAB"}]
    refused(come_back(client, sent), "id_token_key")


def test_two_configurations_that_name_different_issuers_are_refused(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    lax.openid = {"issuer": "https://evil.example.org/auth"}
    refused(come_back(client, sent), "discovery_unreadable")


def test_a_launch_without_a_patient_is_refused(client: Client, lax: LaxEhr) -> None:
    for absent in (REMOVED, "", None):
        sent = begin(client, lax)
        lax.token = {"patient": absent}
        refused(come_back(client, sent), "patient_missing")


@pytest.mark.parametrize(
    "scope", ["", "launch openid fhirUser", "patient/Observation.c", "system/*.rs", "nonsense"]
)
def test_a_grant_of_nothing_is_refused_and_says_what_is_missing(
    client: Client, lax: LaxEhr, scope: str
) -> None:
    sent = begin(client, lax)
    lax.token = {"scope": scope}
    response = come_back(client, sent)
    assert "patient/Observation.rs" in response.content.decode()
    refused(response, "scopes_empty")


# --- where the browser may be sent ---


@pytest.mark.parametrize(
    "extra",
    [
        {"next": "https://evil.example.org"},
        {"redirect_uri": "https://evil.example.org"},
        {"target_link_uri": "https://evil.example.org"},
        {"return_to": "//evil.example.org"},
    ],
)
def test_no_parameter_moves_the_browser_elsewhere(
    client: Client, lax: LaxEhr, extra: dict[str, str]
) -> None:
    begun = client.get("/launch/", {"iss": lax.issuer, "launch": "x", **extra})
    assert begun["Location"].startswith(f"{lax.server}/authorize?")
    assert "evil" not in begun["Location"]
    sent = begin(client, lax)
    done = come_back(client, sent, **extra)
    assert done["Location"].startswith("/l/")
    assert "evil" not in done["Location"]


def test_an_ec_key_of_the_ehr_verifies_too(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.published = [EC_KEY.as_dict(private=False), SIGNING_KEY.as_dict(private=False)]
    lax.signing_key, lax.header = EC_KEY, {"alg": "ES384", "kid": "lax-ec"}
    assert come_back(client, sent).status_code == 302


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
