"""Our signing keys: private halves sealed in the database, public halves published as a JWKS.

A key is published, then signs, then is withdrawn (``smartapp.ehrs.rotating``). Every process
reads the rows anew for each assertion, so all of them change keys at the same moment.
"""

from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from joserfc.jwk import ECKey, RSAKey

from smartapp.models import SigningKey

# SMART App Launch asks clients to be able to do both.
ALGORITHMS = ("ES384", "RS384")
PrivateKey = ECKey | RSAKey


def signing_key(algorithm: str) -> PrivateKey:
    """Return the key that signs by ``ES384`` or ``RS384`` now, making the first where none is.

    Two processes may each make one at the same moment; both are published, so either works.
    """
    row = live_keys(algorithm).filter(signing_from__isnull=False).first()
    return _opened(row or make_key(algorithm, signing=True))


def published_keys() -> dict[str, list[dict[str, Any]]]:
    """Return the JWKS document: every key not withdrawn, public halves only."""
    for algorithm in ALGORITHMS:
        if not live_keys(algorithm).exists():
            make_key(algorithm, signing=True)
    rows = SigningKey.objects.filter(retired_at=None).order_by("created_at", "kid")
    return {"keys": [_public(row) for row in rows]}


def live_keys(algorithm: str) -> QuerySet[SigningKey]:
    """Return the published keys of an algorithm: the one that signs first, one not yet used last.

    A key that signs has ``signing_from``; one that is only published has none.
    """
    live = SigningKey.objects.filter(retired_at=None, algorithm=algorithm)
    return live.order_by(F("signing_from").desc(nulls_last=True), "kid")


@transaction.atomic
def make_key(algorithm: str, *, signing: bool) -> SigningKey:
    """Make and publish a key; ``signing`` tells whether it is used from now on."""
    key: PrivateKey = (
        ECKey.generate_key("P-384") if algorithm == "ES384" else RSAKey.generate_key(3072)
    )
    row = SigningKey(kid=key.thumbprint(), algorithm=algorithm)
    row.private_key = key.as_pem(private=True).decode()
    row.signing_from = timezone.now() if signing else None
    row.save(force_insert=True)
    return row


def _opened(row: SigningKey) -> PrivateKey:
    return _imported(row.kid, row.algorithm, row.private_key)


# An RSA key is checked when it is read, for 90 ms: longer than all else of an assertion.
@lru_cache(maxsize=8)
def _imported(kid: str, algorithm: str, pem: str) -> PrivateKey:
    kind = ECKey if algorithm == "ES384" else RSAKey
    return kind.import_key(pem, {"kid": kid})


def _public(row: SigningKey) -> dict[str, Any]:
    described = {"kid": row.kid, "alg": row.algorithm, "use": "sig", "key_ops": ["verify"]}
    return {**_opened(row).as_dict(private=False), **described}
