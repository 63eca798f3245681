"""AES-256-GCM under named keys: ``v1.<kid>.<nonce 12 bytes><ciphertext and tag>``."""

import base64
import binascii
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_VERSION = b"v1"
_NONCE_SIZE = 12


class SealBroken(Exception):
    """A sealed value does not open: altered, moved to another row, or its key is gone."""

    code = "seal_broken"


@lru_cache(maxsize=8)
def _ciphers(keys: tuple[tuple[str, str], ...]) -> dict[str, AESGCM]:
    ciphers = {}
    for kid, text in keys:
        try:
            key = base64.urlsafe_b64decode(text)
        except (binascii.Error, ValueError) as error:
            raise ImproperlyConfigured(f"Encryption key {kid!r} is not base64.") from error
        if len(key) != 32 or "." in kid:
            raise ImproperlyConfigured(
                f"Encryption key {kid!r} must be 32 bytes in base64, its name without dots."
            )
        ciphers[kid] = AESGCM(key)
    return ciphers


def _keyring() -> dict[str, AESGCM]:
    return _ciphers(tuple(settings.ENCRYPTION_KEYS.items()))


def seal(plaintext: bytes, *, context: str) -> bytes:
    """Encrypt under the newest key; ``context`` (table|row|column) must be given to open it."""
    kid, cipher = next(iter(_keyring().items()))
    nonce = os.urandom(_NONCE_SIZE)
    body = cipher.encrypt(nonce, plaintext, context.encode())
    return b".".join((_VERSION, kid.encode(), nonce + body))


def open_sealed(sealed: bytes, *, context: str) -> bytes:
    """Decrypt what :func:`seal` made for the same context; raise :class:`SealBroken`."""
    try:
        version, kid, body = bytes(sealed).split(b".", 2)
        cipher = _keyring()[kid.decode()]
    except (ValueError, KeyError, UnicodeDecodeError):
        raise SealBroken("The value was sealed under a key this server does not have.") from None
    if version != _VERSION:
        raise SealBroken("The value was sealed in a form this version does not know.")
    try:
        return cipher.decrypt(body[:_NONCE_SIZE], body[_NONCE_SIZE:], context.encode())
    except InvalidTag:
        raise SealBroken("The value was altered, or belongs to another row.") from None
