"""Secrets of this machine: the environment, and files that a platform mounts."""

import os
from pathlib import Path

from smartapp.ehrs.errors import SecretMissing, SecretUnreadable
from smartapp.ehrs.secrets.fetched import Fetched


def from_environment(name: str) -> Fetched:
    """Read ``env:NAME``; raise :class:`SecretMissing`."""
    value = os.environ.get(name, "")
    if not value:
        raise SecretMissing(f"The environment variable {name!r} is empty or absent.")
    return Fetched(value)


def from_file(place: str) -> Fetched:
    """Read ``file:/path``, without the line's end; raise ``SecretMissing``, ``SecretUnreadable``.

    A file's date is no age: platforms write all of them anew when they start a container.
    """
    try:
        value = Path(place).read_text(encoding="utf-8").rstrip("\r\n")
    except FileNotFoundError:
        raise SecretMissing(f"There is no file {place!r}.") from None
    except (OSError, UnicodeDecodeError):
        raise SecretUnreadable(f"The file {place!r} cannot be read as text.") from None
    if not value:
        raise SecretMissing(f"The file {place!r} is empty.")
    return Fetched(value)
