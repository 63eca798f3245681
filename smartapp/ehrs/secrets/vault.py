"""Secrets of HashiCorp Vault or OpenBao: the key-value engine, version 2, through hvac.

Set as for Vault's own tools: ``VAULT_ADDR``, ``VAULT_NAMESPACE``, ``VAULT_CACERT``; and either
``VAULT_TOKEN`` or an AppRole, ``VAULT_ROLE_ID`` with ``VAULT_SECRET_ID`` (and
``VAULT_APPROLE_MOUNT`` where it is not "approle"). Each may be a file: ``VAULT_TOKEN_FILE``.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import hvac
import requests
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from hvac import exceptions

from smartapp.ehrs.addresses import is_safe
from smartapp.ehrs.errors import (
    SecretDenied,
    SecretExpired,
    SecretMissing,
    SecretStoreSealed,
    SecretStoreUnreachable,
    SecretUnreadable,
)
from smartapp.ehrs.secrets.fetched import LIFETIME_SECONDS, Fetched
from smartapp.env import env

_TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True, repr=False)
class _Login:
    """A token of Vault's that an AppRole bought, and until when it is used."""

    address: tuple[str, str, str]
    token: str
    until: float  # monotonic seconds


_login: _Login | None = None
_lock = threading.Lock()


def from_vault(place: str, field: str) -> Fetched:
    """Read ``field`` of the newest version at ``MOUNT/PATH``; raise a ``SecretUnavailable``."""
    mount, _, path = place.partition("/")
    with _asking(place):
        answer = _read(mount, path)
    data = _member(answer, "data", place)
    metadata = _member(data, "metadata", place)
    lifetime = _lifetime(metadata, place)
    value = _member(data, "data", place).get(field)
    if value is None:
        raise SecretMissing(f"The secret at 'vault:{place}' has no field {field!r}.")
    if not isinstance(value, str) or not value:
        raise SecretUnreadable(f"The field {field!r} at 'vault:{place}' is not a text.")
    return Fetched(value, made_at=_moment(metadata.get("created_time")), lifetime_seconds=lifetime)


def _read(mount: str, path: str) -> Any:
    client = _client()
    given = env.str("VAULT_TOKEN", "")
    client.token = given or _logged_in(client)
    try:
        return _version(client, mount, path)
    except exceptions.Forbidden:
        if given:
            raise
        # What an AppRole bought may have ended before its time: once more with a new one.
        client.token = _logged_in(client, anew=True)
        return _version(client, mount, path)


def _version(client: Any, mount: str, path: str) -> Any:
    return client.secrets.kv.v2.read_secret_version(
        path=path, mount_point=mount, raise_on_deleted_version=True
    )


def _client() -> Any:
    address = env.str("VAULT_ADDR", "")
    if not address or not is_safe(address):
        raise SecretStoreUnreachable("VAULT_ADDR must be set, to an https address.")
    return hvac.Client(
        url=address,
        # Given apart, so that hvac looks for no token in a person's home.
        token="",
        verify=env.str("VAULT_CACERT", "") or True,
        namespace=env.str("VAULT_NAMESPACE", "") or None,
        timeout=_TIMEOUT_SECONDS,
        # A redirect would take the token to whatever address it names.
        allow_redirects=False,
    )


def _logged_in(client: Any, *, anew: bool = False) -> str:
    """Return a token of Vault's for our AppRole, kept until the last fifth of its life."""
    global _login  # noqa: PLW0603 - one for all threads
    role = env.str("VAULT_ROLE_ID", "")
    if not role:
        raise SecretDenied("Set VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID.")
    address = (client.url, env.str("VAULT_NAMESPACE", ""), role)
    with _lock:
        kept = _login
        if kept and not anew and kept.address == address and time.monotonic() < kept.until:
            return kept.token
        answer = client.auth.approle.login(
            role_id=role,
            secret_id=env.str("VAULT_SECRET_ID", ""),
            use_token=False,
            mount_point=env.str("VAULT_APPROLE_MOUNT", "approle"),
        )
        auth = _member(answer, "auth", "auth")
        token, seconds = auth.get("client_token"), auth.get("lease_duration")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise SecretUnreadable("Vault's answer to the login could not be understood.")
        # A lease of zero seconds never ends.
        until = time.monotonic() + (seconds * 0.8 if seconds else LIFETIME_SECONDS)
        _login = _Login(address, token, until)
        return token


def _lifetime(metadata: dict[str, Any], place: str) -> float:
    """Return for how many seconds a version may be used, before Vault deletes it."""
    ends = _moment(metadata.get("deletion_time"))
    if metadata.get("destroyed") is True or (ends and ends <= timezone.now()):
        raise SecretExpired(f"The newest version at 'vault:{place}' was deleted or has ended.")
    left = (ends - timezone.now()).total_seconds() if ends else LIFETIME_SECONDS
    return min(left, LIFETIME_SECONDS)


def _member(answer: object, name: str, place: str) -> dict[str, Any]:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        raise SecretUnreadable(f"Vault's answer at {place!r} could not be understood.")
    return found


def _moment(value: object) -> datetime | None:
    """Read an instant of Vault's, which has nanoseconds; "" is none."""
    if not isinstance(value, str) or not value:
        return None
    whole, _, fraction = value.removesuffix("Z").partition(".")
    try:
        return parse_datetime(f"{whole}.{fraction[:6] or '0'}+00:00")
    except ValueError:
        return None


@contextmanager
def _asking(place: str) -> Iterator[None]:
    """Turn hvac's errors, which repeat Vault's words, into ours, which do not."""
    try:
        yield
    except (exceptions.Forbidden, exceptions.Unauthorized):
        raise SecretDenied(f"Vault does not let us read {place!r}, or our login ended.") from None
    except exceptions.InvalidPath as error:
        raise _absent(error, place) from None
    except (exceptions.VaultDown, exceptions.VaultNotInitialized):
        raise SecretStoreSealed("Vault is sealed, or not initialised: unseal it.") from None
    except exceptions.InvalidRequest:
        raise SecretDenied(f"Vault refused the request for {place!r} or the login.") from None
    except (exceptions.VaultError, requests.RequestException):
        raise SecretStoreUnreachable("Vault could not be reached, or failed to answer.") from None


def _absent(error: Any, place: str) -> Exception:
    """Tell a version that was deleted, or ran out, from a place where nothing ever was."""
    answer = error.json if isinstance(error.json, dict) else {}
    data = answer.get("data")
    metadata = data.get("metadata") if isinstance(data, dict) else None
    if isinstance(metadata, dict) and metadata.get("deletion_time"):
        return SecretExpired(f"The newest version at 'vault:{place}' was deleted or has ended.")
    return SecretMissing(f"Vault has nothing at {place!r}.")
