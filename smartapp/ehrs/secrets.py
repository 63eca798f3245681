"""Client secrets by reference: the database says where a secret is, never what it is."""

import os
from pathlib import Path

from smartapp.ehrs.errors import SecretUnavailable

SCHEMES = ("env", "file")


def resolve_secret(reference: str) -> str:
    """Return the secret that ``env:NAME`` or ``file:/path`` points to.

    Raises :class:`SecretUnavailable`, whose message names the reference and never the value.
    """
    scheme, separator, place = reference.partition(":")
    if not separator or scheme not in SCHEMES or not place:
        # Not shown: it may be the secret itself, pasted where its reference belongs.
        raise SecretUnavailable("A secret is given by reference: env:NAME or file:/path.")
    value = os.environ.get(place, "") if scheme == "env" else _from_file(Path(place))
    if not value:
        raise SecretUnavailable(f"The secret at {reference!r} is empty or absent.")
    return value


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise SecretUnavailable(f"The secret at 'file:{path}' cannot be read.") from None
