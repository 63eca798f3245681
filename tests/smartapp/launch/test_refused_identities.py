"""Who, whom, what: id tokens and grants that are refused, of an EHR that gave them."""

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt

from smartapp.models import Launch
from tests.smartapp.launch.lax_ehr import EC_KEY, OTHER_KEY, REMOVED, SIGNING_KEY, LaxEhr, merged
from tests.smartapp.launch.refused import refused
from tests.smartapp.launch.walk import begin, code_of, come_back

pytestmark = pytest.mark.usefixtures("ehr")


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


@pytest.mark.parametrize("name", ["lax-1", REMOVED])
def test_a_key_that_the_ehr_changed_under_the_same_name_is_asked_for_anew(
    client: Client, lax: LaxEhr, name: str
) -> None:
    def published(key: Any) -> list[dict[str, Any]]:
        return [merged(key.as_dict(private=False), {"kid": name})]

    lax.header = {"kid": name}
    lax.published = published(SIGNING_KEY)
    assert come_back(client, begin(client, lax)).status_code == 302
    lax.signing_key, lax.published = OTHER_KEY, published(OTHER_KEY)
    assert come_back(client, begin(client, lax)).status_code == 302
    assert len(lax.asked_of("/auth/jwks")) == 2
    # A forger does not have the EHR asked again and again.
    lax.signing_key = SIGNING_KEY
    assert code_of(come_back(client, begin(client, lax))) == "id_token_signature"
    assert len(lax.asked_of("/auth/jwks")) == 2


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


def test_an_ec_key_of_the_ehr_verifies_too(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.published = [EC_KEY.as_dict(private=False), SIGNING_KEY.as_dict(private=False)]
    lax.signing_key, lax.header = EC_KEY, {"alg": "ES384", "kid": "lax-ec"}
    assert come_back(client, sent).status_code == 302
