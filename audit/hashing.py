"""How a row becomes its hash. Two rows are the same exactly when their canonical bytes are.

``hash = SHA-256(canonical JSON array of every stored value, its predecessor's hash last)``. The
sealed payload takes part by its salted commitment, so that a payload may be sealed anew under
another key, or erased by law, without breaking the chain.
"""

import hashlib
import json
from datetime import UTC, datetime

FORMAT = 1

# Every column that is hashed, in the order it is hashed. Never reorder: append with a new FORMAT.
HASHED = (
    "stream",
    "sequence",
    "type",
    "outcome",
    "code",
    "at",
    "actor",
    "actor_name",
    "launch_id",
    "draft_id",
    "patient_index",
    "ehr",
    "address",
    "request_id",
    "detail_json",
    "commitment",
    "previous_hash",
)
_AT = HASHED.index("at")
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode


def row_hash(values: list[object]) -> str:
    """Return the hash of a row, 64 hex digits; ``values`` are those of :data:`HASHED`."""
    moment = values[_AT]
    if isinstance(moment, datetime):
        values[_AT] = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_encode([FORMAT, *values]).encode()).hexdigest()


def commitment(plaintext: bytes) -> str:
    """Return what a row keeps of its payload, 64 hex digits; the plaintext holds the salt."""
    return hashlib.sha256(plaintext).hexdigest()


def payload_context(stream: str, sequence: int) -> str:
    """Return what a payload's seal is bound to: it opens in its own row only."""
    return f"audit_auditevent|{stream}|{sequence}|payload"
