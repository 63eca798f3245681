"""Registering EHRs: by the commands, and what is refused."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import AuditEvent
from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.keys import published_keys, signing_key
from smartapp.ehrs.registering import Registration, register
from smartapp.ehrs.secrets import resolve_secret
from smartapp.models import Ehr, SigningKey
from tests.conftest import ISSUER_PATHS

GOOD = Registration(
    slug="north",
    name="Northfield",
    issuer="https://ehr.example.org/fhir",
    vendor="generic",
    client_id="us",
    client_auth="public",
    scopes="launch openid fhirUser patient/Patient.rs",
    frame_ancestors=["https://ehr.example.org"],
)


@pytest.mark.django_db
def test_an_ehr_is_registered_once_and_changed_after(db: None) -> None:
    ehr, new = register(replace(GOOD, issuer=GOOD.issuer + "/"))
    assert new
    assert ehr.issuer == GOOD.issuer
    again, new = register(replace(GOOD, name="Northfield General"))
    assert not new
    assert (again.pk, Ehr.objects.get().name) == (ehr.pk, "Northfield General")
    assert AuditEvent.objects.filter(type="config.changed").count() >= 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://ehr.example.org/fhir"},
        {"issuer": "https://ehr.example.org/fhir?x=1"},
        {"issuer": "ehr.example.org"},
        {"frame_ancestors": ["https://ehr.example.org; script-src *"]},
        {"frame_ancestors": ["https://ehr.example.org/path"]},
        {"frame_ancestors": ["*"]},
        {"frame_ancestors": ["https://*"]},
        {"frame_ancestors": ["http://ehr.example.org"]},
        {"scopes": "launch patient/Patient.everything"},
        {"client_auth": "client_secret_basic"},
        {"client_auth": "client_secret_basic", "client_secret_ref": "hunter2"},
        {"client_auth": "client_secret_post"},
        {"slug": "not a slug"},
        {"client_id": ""},
    ],
)
def test_a_wrong_registration_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        register(replace(GOOD, **wrong))
    assert not Ehr.objects.exists()


@pytest.mark.django_db
def test_two_ehrs_cannot_share_an_issuer() -> None:
    register(GOOD)
    with pytest.raises(ValueError, match="Another EHR"):
        register(replace(GOOD, slug="south", issuer=GOOD.issuer + "/"))


@pytest.mark.django_db
def test_connect_sandbox_registers_three_hospitals_and_can_run_again() -> None:
    for _ in range(2):
        call_command("connect_sandbox", base_url="http://127.0.0.1:8123/", stdout=io.StringIO())
    registered = {each.slug: each for each in Ehr.objects.all()}
    assert {slug: each.issuer for slug, each in registered.items()} == {
        slug: f"http://127.0.0.1:8123{path}" for slug, path in ISSUER_PATHS.items()
    }
    assert {each.client_auth for each in registered.values()} == set(Ehr.ClientAuth.values)
    assert all(each.frame_ancestors == ["http://127.0.0.1:8123"] for each in registered.values())
    assert "patient/Observation.read" in registered["epic"].scopes.split()
    assert "patient/Observation.rs" in registered["oracle"].scopes.split()


@pytest.mark.django_db
def test_connect_ehr_registers_with_the_usual_scopes() -> None:
    options = ["north", "--name=N", "--issuer=https://n.example.org/r4", "--vendor=epic"]
    credentials = ["--client-id=us", "--auth=private_key_jwt", "--scope-syntax=v1"]
    call_command("connect_ehr", *options, *credentials, stdout=io.StringIO())
    assert "patient/Condition.read" in Ehr.objects.get().scopes.split()
    with pytest.raises(CommandError, match="issuer must be"):
        call_command(
            "connect_ehr", *options[:2], "--issuer=http://x.org", *options[3:], *credentials
        )


@pytest.mark.django_db
def test_a_secret_is_found_by_its_reference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("A_SECRET", "from the environment")
    (tmp_path / "mounted").write_text("from a file\n")
    assert resolve_secret("env:A_SECRET") == "from the environment"
    assert resolve_secret(f"file:{tmp_path}/mounted") == "from a file"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "reference", ["", "hunter2", "env:", "env:NOT_SET_ANYWHERE", "file:/nowhere", "vault:a/b"]
)
def test_a_reference_that_leads_nowhere_is_refused(reference: str) -> None:
    with pytest.raises(SecretUnavailable) as caught:
        resolve_secret(reference)
    assert "hunter2" not in str(caught.value)


@pytest.mark.django_db
def test_the_key_set_holds_public_halves_of_both_kinds(client: Client) -> None:
    response = client.get("/.well-known/jwks.json")
    assert response["Cache-Control"] == "public, max-age=900"
    keys = response.json()["keys"]
    assert sorted(key["alg"] for key in keys) == ["ES384", "RS384"]
    private = {"d", "p", "q", "dp", "dq", "qi", "k"}
    assert not any(private & set(key) for key in keys)
    assert all(key["kid"] and key["use"] == "sig" for key in keys)


@pytest.mark.django_db
def test_a_key_is_made_once_and_kept_sealed() -> None:
    first = signing_key("ES384")
    assert signing_key("ES384").kid == first.kid
    assert b"PRIVATE" not in bytes(SigningKey.objects.get().private_key_sealed)


@pytest.mark.django_db
def test_a_new_key_signs_while_the_old_one_is_still_published() -> None:
    old = signing_key("ES384").kid
    SigningKey.objects.update(retired_at="2020-01-01T00:00:00Z")
    new = signing_key("ES384").kid
    SigningKey.objects.update(retired_at=None)
    assert signing_key("ES384").kid == new
    assert {old, new} <= {key["kid"] for key in published_keys()["keys"]}
