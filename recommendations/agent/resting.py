"""A model that keeps failing is left alone for a while, by all processes: counted in their cache.

Without it every draft would first wait for what cannot answer. After the rest one draft tries
again; where it fails too, the next rest begins at once, and the first answer ends all counting.
"""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)

_COUNTED_SECONDS = 15 * 60  # after which a failure is forgotten
# Failures that tell of the model's service, rather than of one chart or one answer.
COUNTED = frozenset(
    {
        "model_unavailable",
        "model_overloaded",
        "model_throttled",
        "stream_broken",
        "deadline_passed",
        "credentials_rejected",
        "account_problem",
        "request_rejected",
    }
)


def is_resting(model_id: str) -> bool:
    """Whether the model is left alone just now."""
    try:
        return cache.get(_key(model_id, "resting")) is not None
    except Exception as error:  # a cache that is away keeps nobody from a model
        _missed(error)
        return False


def failed(model_id: str, code: str) -> None:
    """Count a draft that the model could not make; at the limit its rest begins."""
    if code not in COUNTED:
        return
    try:
        count = int(cache.get(_key(model_id, "failures"), 0)) + 1
        cache.set(_key(model_id, "failures"), count, _COUNTED_SECONDS)
        if count >= settings.MODEL_REST_AFTER:
            cache.set(_key(model_id, "resting"), 1, settings.MODEL_REST_SECONDS)
            logger.warning("model_rests", extra={"model": model_id, "code": code, "count": count})
    except Exception as error:  # as above
        _missed(error)


def answered(model_id: str) -> None:
    """The model made a draft."""
    try:
        cache.delete_many([_key(model_id, "failures"), _key(model_id, "resting")])
    except Exception as error:  # as above
        _missed(error)


def _key(model_id: str, what: str) -> str:
    named = f"{settings.MODEL_PROVIDER} {settings.MODEL_REGION} {model_id}"
    return f"model-{what}:{hashlib.sha256(named.encode()).hexdigest()[:24]}"


def _missed(error: Exception) -> None:
    logger.warning("model_rest_not_counted", extra={"error": type(error).__name__})
