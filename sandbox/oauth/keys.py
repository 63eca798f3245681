"""The hospital's own signing key, and the public keys that clients publish."""

import threading
import time
from functools import cache
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

_FRESH_SECONDS = 60
_TIMEOUT_SECONDS = 3


@cache
def signing_key() -> RSAKey:
    """The RS256 key of this process; a restart makes another, so clients must look again."""
    return RSAKey.generate_key(2048, auto_kid=True)


def published(*, named: bool) -> dict[str, Any]:
    """The hospital's JWK Set; unnamed keys carry neither ``kid`` nor ``alg``, as some EHRs' do."""
    key = dict(signing_key().as_dict(private=False), use="sig")
    if named:
        key["alg"] = "RS256"
    else:
        key.pop("kid", None)
    return {"keys": [key]}


class PublishedKeys:
    """A client's JWK Set, fetched from its address and kept for a minute."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._keys: dict[str, RSAKey | ECKey] = {}
        self._fetched_at = float("-inf")

    def find(self, kid: str) -> RSAKey | ECKey | None:
        """The key of that id; an unknown id is looked up again before it is refused."""
        with self._lock:
            stale = time.monotonic() - self._fetched_at > _FRESH_SECONDS
            if stale or kid not in self._keys:
                self._keys = _fetch(self._url)
                self._fetched_at = time.monotonic()
            return self._keys.get(kid)


@cache
def published_at(url: str) -> PublishedKeys:
    """The one cache of keys for that address."""
    return PublishedKeys(url)


def _fetch(url: str) -> dict[str, RSAKey | ECKey]:
    """Key by id; nothing when the set is unreachable, unreadable or shows a private key.

    Redirects are not followed: Epic refuses them too.
    """
    try:
        answer = httpx2.get(url, timeout=_TIMEOUT_SECONDS, headers={"Accept": "application/json"})
        answer.raise_for_status()
        document = answer.json()
        if any("d" in key for key in document["keys"]):
            return {}
        named = [key for key in document["keys"] if key.get("kid")]
        keys = KeySet.import_key_set({"keys": named}).keys
    except (httpx2.HTTPError, JoseError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {key.kid: key for key in keys if key.kid and isinstance(key, RSAKey | ECKey)}
