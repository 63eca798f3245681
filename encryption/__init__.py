"""Encryption at rest: sealed model attributes and blind indexes.

In: plain values and the row they belong to. Out: ciphertext bound to that row, and equality
indexes that tell nothing without the key. Never: a key in a database, a log or an exception.
"""

from encryption.blind_index import blind_index
from encryption.keyring import SealBroken, open_sealed, seal
from encryption.sealed import SealedJSON, SealedText

__all__ = ["SealBroken", "SealedJSON", "SealedText", "blind_index", "open_sealed", "seal"]
