"""How we prove who we are at a token endpoint, seen from the EHR's side."""

import time
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from smartapp.ehrs.discovery import smart_configuration
from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.exchange import redeem_code, refresh, revoke
from smartapp.ehrs.keys import published_keys
from smartapp.models import Ehr
from tests.smartapp.launch.lax_ehr import REMOVED, Asked, LaxEhr


def redeem(ehr: Ehr, lax: LaxEhr) -> Asked:
    redeem_code(
        ehr,
        smart_configuration(ehr),
        code="code-1",
        verifier="v" * 43,
        redirect_uri="http://localhost:8000/launch/callback/lax/",
    )
    return lax.asked_of("/auth/token")[-1]


def with_key(ehr: Ehr, algorithm: str) -> Ehr:
    ehr.client_auth, ehr.signing_algorithm = Ehr.ClientAuth.KEY, algorithm
    ehr.save()
    return ehr


def assertion_of(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, verified against the key set we publish."""
    keys = KeySet.import_key_set(published_keys())
    registry = JWSRegistry(algorithms=["ES384", "RS384"])
    token = jwt.decode(asked.form["client_assertion"][0], keys, registry=registry)
    return token.header, token.claims


def test_a_public_client_names_itself_and_proves_nothing_else(ehr: Ehr, lax: LaxEhr) -> None:
    asked = redeem(ehr, lax)
    assert asked.form["client_id"] == ["lax-client"]
    assert "Authorization" not in asked.headers
    assert "client_secret" not in asked.form


def test_a_shared_secret_goes_form_encoded_into_a_basic_header(
    ehr: Ehr, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "sp ace:co/lon+plus%ü"
    monkeypatch.setenv("LAX_SECRET", secret)
    ehr.client_auth, ehr.client_secret_ref = Ehr.ClientAuth.SECRET, "env:LAX_SECRET"
    ehr.client_id = "lax:client"
    ehr.save()
    asked = redeem(ehr, lax)
    client_id, _, sent = (
        b64decode(asked.headers["Authorization"].split()[1]).decode().partition(":")
    )
    assert (unquote_plus(client_id), unquote_plus(sent)) == ("lax:client", secret)
    assert "client_id" not in asked.form
    assert "client_secret" not in asked.form


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_signed_assertion_is_as_smart_wants_it(ehr: Ehr, lax: LaxEhr, algorithm: str) -> None:
    asked = redeem(with_key(ehr, algorithm), lax)
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert asked.form["client_assertion_type"] == [kind]
    assert "Authorization" not in asked.headers
    assert "client_id" not in asked.form
    header, claims = assertion_of(asked)
    assert header["alg"] == algorithm
    assert header["typ"] == "JWT"
    assert header["kid"]
    assert claims["iss"] == claims["sub"] == "lax-client"
    assert claims["aud"] == f"{lax.server}/token"
    assert claims["exp"] - time.time() <= 300


def test_no_two_assertions_share_an_identifier(ehr: Ehr, lax: LaxEhr) -> None:
    ehr = with_key(ehr, "ES384")
    seen = {assertion_of(redeem(ehr, lax))[1]["jti"] for _ in range(3)}
    assert len(seen) == 3


def test_a_refresh_is_authenticated_the_same_way(ehr: Ehr, lax: LaxEhr) -> None:
    lax.token = {"id_token": REMOVED}
    refresh(with_key(ehr, "ES384"), "refresh-1")
    asked = lax.asked_of("/auth/token")[-1]
    assert asked.form["refresh_token"] == ["refresh-1"]
    assert assertion_of(asked)[1]["sub"] == "lax-client"


def test_revoking_never_puts_the_private_key_in_a_header(ehr: Ehr, lax: LaxEhr) -> None:
    assert revoke(with_key(ehr, "RS384"), "refresh-1", kind="refresh_token")
    (asked,) = lax.asked_of("/auth/revoke")
    assert "Authorization" not in asked.headers
    assert asked.form["token"] == ["refresh-1"]
    assert asked.form["token_type_hint"] == ["refresh_token"]
    assert assertion_of(asked)[1]["aud"] == f"{lax.server}/token"


def test_an_ehr_without_revocation_is_not_asked(ehr: Ehr, lax: LaxEhr) -> None:
    lax.smart = {"revocation_endpoint": REMOVED}
    assert not revoke(ehr, "refresh-1", kind="refresh_token")
    assert lax.asked_of("/auth/revoke") == []


def test_a_secret_that_cannot_be_found_stops_before_anything_is_sent(
    ehr: Ehr, lax: LaxEhr, tmp_path: Path
) -> None:
    ehr.client_auth, ehr.client_secret_ref = Ehr.ClientAuth.SECRET, f"file:{tmp_path}/absent"
    with pytest.raises(SecretUnavailable):
        redeem(ehr, lax)
    assert lax.asked_of("/auth/token") == []
