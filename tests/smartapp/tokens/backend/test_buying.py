"""A backend's token: asked for with an assertion or a secret, kept sealed, bought anew ahead of its expiry."""

import base64
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from audit.models import AuditEvent
from smartapp.ehrs.backends import register_backend
from smartapp.ehrs.keys import published_keys
from smartapp.models import Ehr
from smartapp.tokens import backend
from tests.smartapp.launch.lax_ehr import REMOVED, Asked, LaxEhr
from tests.smartapp.tokens.backend.buying import SCOPES, aged, bought, row


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
