"""Registering a backend: what is refused, what the command says, and who approves."""

import io

import pytest
from django.core.management import CommandError, call_command

from smartapp.ehrs.backends import register_backend
from smartapp.models import BackendClient, Ehr, ScopeJustification
from tests.smartapp.tokens.backend.buying import SCOPES


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
