"""Settings from the environment, refused at start when they are wrong.

Every variable may be given as ``NAME_FILE``, the path of a file that holds the value, as
mounted secrets are.
"""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

env = FileAwareEnv()


class Environment:
    """The kinds of deployment, as ``COUNTERSIGN_ENVIRONMENT`` names them."""

    LOCAL = "local"
    PRODUCTION = "production"


def environment() -> str:
    """Return the kind of deployment; ``local`` makes its own secrets, ``production`` none."""
    name = env.str("COUNTERSIGN_ENVIRONMENT", Environment.LOCAL)
    if name not in {Environment.LOCAL, Environment.PRODUCTION}:
        raise ImproperlyConfigured(
            f"COUNTERSIGN_ENVIRONMENT is {name!r}; it must be 'local' or 'production'."
        )
    return name


def secret(name: str, *, data_dir: Path, size: int = 48) -> str:
    """Return a required secret; a local deployment makes one once and keeps it in ``data_dir``."""
    value = env.str(name, "")
    if value:
        return value
    if environment() == Environment.PRODUCTION:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set in production.")
    return _local_secret(name, data_dir=data_dir, size=size)


def _local_secret(name: str, *, data_dir: Path, size: int) -> str:
    folder = data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name.lower()
    if not path.exists():
        # Of two processes that start together one's link is first, and its file is whole by then.
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=folder) as new:
            new.write(base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
            new.flush()
            with suppress(FileExistsError):
                os.link(new.name, path)
    value = path.read_text(encoding="ascii").strip()
    if not value:
        raise ImproperlyConfigured(f"{path} is empty; delete it and start again.")
    return value


def encryption_keys(*, data_dir: Path) -> dict[str, str]:
    """Return encryption keys, newest first: ``{"kid": "base64 of 32 bytes"}``.

    ``COUNTERSIGN_ENCRYPTION_KEYS`` is a JSON object; its first key seals, all of them open.
    """
    text = env.str("COUNTERSIGN_ENCRYPTION_KEYS", "")
    if not text:
        key = secret("COUNTERSIGN_ENCRYPTION_KEY", data_dir=data_dir, size=32)
        return {"k1": key}
    try:
        keys = json.loads(text)
    except json.JSONDecodeError as error:
        raise ImproperlyConfigured("COUNTERSIGN_ENCRYPTION_KEYS is not a JSON object.") from error
    if not isinstance(keys, dict) or not keys:
        raise ImproperlyConfigured("COUNTERSIGN_ENCRYPTION_KEYS must be a non-empty JSON object.")
    return {str(kid): str(key) for kid, key in keys.items()}


def ledger_key(*, data_dir: Path) -> bytes:
    """Return the 32 bytes that checkpoints of the trail are signed with."""
    text = secret("COUNTERSIGN_LEDGER_KEY", data_dir=data_dir, size=32)
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("COUNTERSIGN_LEDGER_KEY must be 32 bytes in base64.")
    return key


def ledger_places(kinds: Iterable[str], *, data_dir: Path) -> list[str]:
    """Return the addresses that are given the trail's checkpoints, of these schemes only.

    A local deployment keeps them beside its data, where they protect from nobody who has the disk.
    """
    local = [] if environment() == Environment.PRODUCTION else [(data_dir / "ledger").as_uri()]
    places: list[str] = env.list("COUNTERSIGN_LEDGER_PLACES", local)
    for place in places:
        if place.partition(":")[0] not in set(kinds):
            raise ImproperlyConfigured(
                f"COUNTERSIGN_LEDGER_PLACES: {place!r} must begin with one of "
                + ", ".join(f"{kind}:" for kind in sorted(kinds))
                + "."
            )
    return places
