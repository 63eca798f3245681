"""Our signing keys: private halves sealed in the database, public halves published as a JWKS."""

from typing import Any

from django.db import transaction
from joserfc.jwk import ECKey, RSAKey

from smartapp.models import SigningKey

# SMART App Launch asks clients to be able to do both.
ALGORITHMS = ("ES384", "RS384")
PrivateKey = ECKey | RSAKey


def signing_key(algorithm: str) -> PrivateKey:
    """Return the newest live key for ``ES384`` or ``RS384``, making the first when there is none.

    Two processes may each make one at the same moment; both are published, so either works.
    """
    row = _live().filter(algorithm=algorithm).order_by("-created_at", "kid").first()
    return _opened(row or _make(algorithm))


def published_keys() -> dict[str, list[dict[str, Any]]]:
    """Return the JWKS document: every key not retired, public halves only."""
    present = set(_live().values_list("algorithm", flat=True))
    for algorithm in ALGORITHMS:
        if algorithm not in present:
            _make(algorithm)
    return {"keys": [_public(row) for row in _live().order_by("created_at", "kid")]}


def _live() -> Any:
    return SigningKey.objects.filter(retired_at=None)


@transaction.atomic
def _make(algorithm: str) -> SigningKey:
    key: PrivateKey = (
        ECKey.generate_key("P-384") if algorithm == "ES384" else RSAKey.generate_key(3072)
    )
    row = SigningKey(kid=key.thumbprint(), algorithm=algorithm)
    row.private_key = key.as_pem(private=True).decode()
    row.save(force_insert=True)
    return row


def _opened(row: SigningKey) -> PrivateKey:
    kind = ECKey if row.algorithm == "ES384" else RSAKey
    return kind.import_key(row.private_key, {"kid": row.kid})


def _public(row: SigningKey) -> dict[str, Any]:
    described = {"kid": row.kid, "alg": row.algorithm, "use": "sig", "key_ops": ["verify"]}
    return {**_opened(row).as_dict(private=False), **described}
