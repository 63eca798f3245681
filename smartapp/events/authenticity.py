"""Whether a notification is its sender's: a shared secret in a header, or a signature.

Each is held against both secrets of a subscription, in a time that does not tell how much fitted.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings

from smartapp.events.errors import NotificationRefused

TIMESTAMP = "x-countersign-timestamp"
SIGNATURE = "x-countersign-signature"
_SECONDS = re.compile(r"[0-9]{1,12}")


def check_bearer(headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """Raise ``not_authentic`` unless ``Authorization: Bearer`` carries one of ``secrets``."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    digest = hashlib.sha256(given.strip().encode()).digest()
    fits = [hmac.compare_digest(digest, hashlib.sha256(s.encode()).digest()) for s in secrets]
    if scheme.lower() != "bearer" or not any(fits):
        raise NotificationRefused("not_authentic")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return ``v1=`` and the HMAC-SHA256, in hex, over the time, a dot and the body."""
    message = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def check_signature(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    *,
    clock: Callable[[], float] = time.time,
) -> None:
    """Raise ``not_authentic``, or ``stale_timestamp`` for what was signed long ago or ahead.

    A sender may give several signatures, separated by commas, while it changes its secret.
    """
    timestamp = headers.get(TIMESTAMP, "")
    given = [each.strip().encode() for each in headers.get(SIGNATURE, "").split(",")[:4]]
    if not _SECONDS.fullmatch(timestamp):
        raise NotificationRefused("not_authentic")
    wanted = [sign(secret, timestamp, body).encode() for secret in secrets]
    fits = [hmac.compare_digest(one, other) for one in given for other in wanted]
    if not any(fits):
        raise NotificationRefused("not_authentic")
    # After the signature: the time of a forger is nobody's clock.
    if abs(clock() - int(timestamp)) > settings.EVENTS_TOLERANCE_SECONDS:
        raise NotificationRefused("stale_timestamp")
