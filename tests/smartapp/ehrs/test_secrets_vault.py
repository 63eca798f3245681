"""Secrets kept in Vault, over its real protocol; every refusal by its code, none with a secret."""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.secrets import keeper, resolve_secret, secret_figures, vault
from tests.smartapp.ehrs.vault_server import Vault, serve

pytestmark = pytest.mark.django_db
REFERENCE = "vault:kv/countersign/epic#client_secret"
PLACE = "kv/countersign/epic"
SECRET = "hunter2-of-the-vault"


@pytest.fixture(scope="module")
def _server() -> Iterator[Vault]:
    with serve() as running:
        yield running


@pytest.fixture
def store(_server: Vault, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    """A Vault with one secret, and a token for it in our environment."""
    _server.reset()
    keeper.forget_all()
    monkeypatch.setattr(vault, "_login", None)
    _server.put(PLACE, client_secret=SECRET, other="x")
    monkeypatch.setenv("VAULT_ADDR", _server.address)
    monkeypatch.setenv("VAULT_TOKEN", _server.token())
    yield _server
    keeper.forget_all()


@pytest.fixture
def role(store: Vault, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """The same, with an AppRole instead of a token."""
    store.roles["role-1"] = "secret-id-1"
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_ROLE_ID", "role-1")
    monkeypatch.setenv("VAULT_SECRET_ID", "secret-id-1")
    return store


def refusal(reference: str = REFERENCE) -> str:
    """The code of a refusal, after a look that its words hold no secret."""
    with pytest.raises(SecretUnavailable) as caught:
        resolve_secret(reference)
    said = str(caught.value) + repr(caught.value.__cause__)
    assert not any(word in said for word in (SECRET, "hvs.", "secret-id-1", "errors occurred"))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.code


def test_the_newest_version_is_read_with_a_token(store: Vault) -> None:
    assert resolve_secret(REFERENCE) == SECRET
    assert store.asked == ["/v1/kv/data/countersign/epic"]


def test_a_token_may_be_a_file_as_agents_write_them(
    store: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(store.token())
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_TOKEN_FILE", str(tmp_path / "token"))
    assert resolve_secret(REFERENCE) == SECRET


def test_an_approle_logs_in_once_for_many_secrets(role: Vault) -> None:
    role.put("kv/countersign/oracle", client_secret="another")
    assert resolve_secret(REFERENCE) == SECRET
    assert resolve_secret("vault:kv/countersign/oracle#client_secret") == "another"
    assert role.asked.count("/v1/auth/approle/login") == 1


def test_an_approle_may_be_mounted_elsewhere(role: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    role.approle_mount = "hospital"
    monkeypatch.setenv("VAULT_APPROLE_MOUNT", "hospital")
    assert resolve_secret(REFERENCE) == SECRET


def test_a_namespace_is_named(store: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    store.namespace = "clinic/it"
    assert refusal() == "secret_denied"
    monkeypatch.setenv("VAULT_NAMESPACE", "clinic/it")
    assert resolve_secret(REFERENCE) == SECRET


def test_a_login_that_ended_before_its_time_is_made_anew(role: Vault) -> None:
    resolve_secret(REFERENCE)
    role.tokens.clear()
    keeper.forget_all()
    assert resolve_secret(REFERENCE) == SECRET
    assert role.asked.count("/v1/auth/approle/login") == 2


def test_a_login_is_renewed_ahead_of_its_end(role: Vault) -> None:
    role.token_seconds = 1
    resolve_secret(REFERENCE)
    keeper.forget_all()
    time.sleep(0.85)
    resolve_secret(REFERENCE)
    assert role.asked.count("/v1/auth/approle/login") == 2


# --- kept, and fetched again ---


def test_it_is_kept_for_its_lifetime(store: Vault) -> None:
    for _ in range(3):
        resolve_secret(REFERENCE)
    assert len(store.asked) == 1


def test_a_renewed_secret_is_taken_up_ahead_of_the_old_ones_end(
    store: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "LIFETIME_SECONDS", 0.5)
    resolve_secret(REFERENCE)
    store.put(PLACE, client_secret="renewed")
    assert resolve_secret(REFERENCE) == SECRET, "still good, and not asked for"
    time.sleep(0.42)
    assert resolve_secret(REFERENCE) == "renewed"


def test_a_version_that_vault_will_delete_is_used_no_longer_than_that(store: Vault) -> None:
    version = store.secrets[PLACE][0]
    version.deleted = datetime.now(UTC) + timedelta(seconds=0.6)
    assert resolve_secret(REFERENCE) == SECRET
    time.sleep(0.65)
    assert refusal() == "secret_expired"


def test_a_store_that_is_down_costs_nothing_while_the_secret_is_good(
    store: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "LIFETIME_SECONDS", 1.0)
    resolve_secret(REFERENCE)
    store.sealed = True
    time.sleep(0.85)
    assert [resolve_secret(REFERENCE) for _ in range(3)] == [SECRET] * 3
    assert len(store.asked) == 2, "the store is given a moment"
    assert secret_figures()[0].failure == "secret_store_sealed"
    time.sleep(0.3)
    assert refusal() == "secret_store_sealed"
    store.sealed = False
    assert resolve_secret(REFERENCE) == SECRET
    assert secret_figures()[0].failure == ""


def test_its_age_is_what_vault_says(store: Vault) -> None:
    store.put(PLACE, age=timedelta(days=12, hours=3), client_secret=SECRET)
    resolve_secret(REFERENCE)
    (figure,) = secret_figures()
    assert (figure.reference, figure.days, figure.level) == (REFERENCE, 12, "")


# --- refusals ---


def test_a_sealed_vault(store: Vault) -> None:
    store.sealed = True
    assert refusal() == "secret_store_sealed"
    store.sealed, store.initialised = False, False
    assert refusal() == "secret_store_sealed"


def test_a_token_that_is_wrong_or_has_expired(
    store: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", store.token(seconds=-1))
    assert refusal() == "secret_denied"
    monkeypatch.setenv("VAULT_TOKEN", "hvs.nonsense")
    assert refusal() == "secret_denied"


def test_a_path_our_policy_does_not_cover(store: Vault) -> None:
    store.forbidden.add(PLACE)
    assert refusal() == "secret_denied"


def test_an_approle_that_vault_does_not_know(role: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    role.roles.clear()
    assert refusal() == "secret_denied"
    monkeypatch.delenv("VAULT_ROLE_ID")
    assert refusal() == "secret_denied"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("vault:kv/countersign/nothing#client_secret", "secret_missing"),
        ("vault:nowhere/countersign/epic#client_secret", "secret_missing"),
        ("vault:kv/countersign/epic#no_such_field", "secret_missing"),
    ],
)
def test_what_is_not_there(store: Vault, reference: str, code: str) -> None:
    assert refusal(reference) == code


def test_a_version_that_was_deleted_or_destroyed(store: Vault) -> None:
    store.secrets[PLACE][0].deleted = datetime.now(UTC) - timedelta(days=1)
    assert refusal() == "secret_expired"


@pytest.mark.parametrize("value", [17, "", ["a"], {"a": "b"}, True])
def test_a_field_that_is_no_text(store: Vault, value: Any) -> None:
    store.put(PLACE, client_secret=value)
    assert refusal() == "secret_unreadable"


@pytest.mark.parametrize(
    "raw",
    [
        (200, {}, b"<html>sign in</html>"),
        (200, {}, b'{"data":'),
        (200, {}, b"[]"),
        (200, {}, b"{}"),
        (200, {}, b'{"data":{"data":null}}'),
        (200, {}, b'{"data":{"data":[],"metadata":{}}}'),
        (204, {}, b""),
    ],
)
def test_an_answer_that_is_not_vaults(store: Vault, raw: Any) -> None:
    store.raw = raw
    assert refusal() == "secret_unreadable"


@pytest.mark.parametrize("status", [429, 500, 502, 472])
def test_a_vault_that_fails_to_answer(store: Vault, status: int) -> None:
    store.raw = (status, {}, b'{"errors":["internal"]}')
    assert refusal() == "secret_store_unreachable"


def test_a_redirect_is_not_followed_with_the_token(store: Vault) -> None:
    with serve() as other:
        other.tokens = store.tokens
        other.put(PLACE, client_secret="of another server")
        store.raw = (307, {"Location": f"{other.address}/v1/kv/data/countersign/epic"}, b"")
        assert refusal() == "secret_unreadable"
        assert other.asked == []


@pytest.mark.parametrize(
    "address", ["", "http://vault.example.org:8200", "ftp://127.0.0.1", "http://127.0.0.1:9"]
)
def test_an_address_that_is_unsafe_or_dead(
    store: Vault, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("VAULT_ADDR", address)
    assert refusal() == "secret_store_unreachable"
    assert store.asked == []


@pytest.mark.parametrize(
    "reference", ["vault:", "vault:kv", "vault:kv/#field", "vault:kv/path", "vault:kv/path#"]
)
def test_a_reference_that_names_no_mount_path_and_field(store: Vault, reference: str) -> None:
    assert refusal(reference) == "secret_reference_invalid"
    assert store.asked == []


def test_no_log_at_any_level_holds_a_secret(role: Vault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    resolve_secret(REFERENCE)
    keeper.forget_all()
    role.forbidden.add(PLACE)
    refusal()
    assert caplog.records
    logged = " ".join(str(vars(each)) for each in caplog.records)
    assert not any(word in logged for word in (SECRET, "hvs.", "secret-id-1"))
