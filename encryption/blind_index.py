"""Equality search over values that are stored encrypted: a keyed hash (HMAC-SHA256)."""

import hashlib
import hmac

from django.conf import settings


def blind_index(purpose: str, value: str) -> str:
    """Return 64 hex digits for ``value``; ``purpose`` keeps two kinds of index apart."""
    key = hmac.digest(settings.BLIND_INDEX_KEY.encode(), purpose.encode(), "sha256")
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
