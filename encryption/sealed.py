"""Model attributes kept encrypted in a ``BinaryField`` beside them.

The ciphertext is bound to its table, row and column, so a value copied to another row does not
open. The primary key must therefore be known before a value is set: use UUID or random keys.
"""

import json
from typing import Any, overload

from django.db import models

from encryption.keyring import open_sealed, seal


class _Sealed:
    """A descriptor over the ``BinaryField`` named ``column``; ``None`` stays ``None``."""

    def __init__(self, column: str) -> None:
        self.column = column

    def _context(self, row: models.Model) -> str:
        if row.pk is None:
            raise ValueError("A sealed attribute needs its row's primary key first.")
        return f"{row._meta.db_table}|{row.pk}|{self.column}"  # noqa: SLF001 - Django's public API

    def _open(self, row: models.Model) -> bytes | None:
        sealed = getattr(row, self.column)
        return None if sealed is None else open_sealed(sealed, context=self._context(row))

    def _seal(self, row: models.Model, plaintext: bytes | None) -> None:
        sealed = None if plaintext is None else seal(plaintext, context=self._context(row))
        setattr(row, self.column, sealed)


class SealedText(_Sealed):
    """An encrypted ``str``."""

    @overload
    def __get__(self, row: None, owner: type) -> "SealedText": ...
    @overload
    def __get__(self, row: models.Model, owner: type) -> str: ...
    def __get__(self, row: models.Model | None, owner: type) -> Any:
        """Decrypt; raise :class:`encryption.SealBroken`."""
        if row is None:
            return self
        plaintext = self._open(row)
        return None if plaintext is None else plaintext.decode()

    def __set__(self, row: models.Model, value: str | None) -> None:
        """Encrypt."""
        self._seal(row, None if value is None else value.encode())


class SealedJSON(_Sealed):
    """An encrypted JSON value."""

    def __get__(self, row: models.Model | None, owner: type) -> Any:
        """Decrypt and parse; raise :class:`encryption.SealBroken`."""
        if row is None:
            return self
        plaintext = self._open(row)
        return None if plaintext is None else json.loads(plaintext)

    def __set__(self, row: models.Model, value: Any) -> None:
        """Encode and encrypt."""
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        self._seal(row, None if value is None else text.encode())
