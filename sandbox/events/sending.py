"""Sending notifications: proven by a secret or a signature, with the gaps and repeats asked for."""

import hashlib
import hmac
import random
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from sandbox.events.bundles import bundle, webhook
from sandbox.events.subscriptions import Event, Subscription
from sandbox.fhir.shapes import dumps

_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Manner:
    """How to send: where, proven how, which numbers not at all or twice, how many at once.

    ``age`` seconds lie between the signature's time and now.
    """

    to: str
    secret: str
    skip: frozenset[int] = frozenset()
    repeat: frozenset[int] = frozenset()
    batch: int = 1
    shuffle: bool = False
    age: float = 0


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return ``v1=`` and the HMAC-SHA256, in hex, over the time, a dot and the body."""
    message = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def send(about: Subscription, kind: str, events: list[Event], manner: Manner) -> list[Any]:
    """Send and return, for each POST, the numbers in it, the status (0: none) and the time."""
    posts = _posts(about, kind, events, manner)
    if manner.shuffle:
        random.Random(1).shuffle(posts)  # noqa: S311 - the same disorder every time
    with httpx2.Client(timeout=_TIMEOUT_SECONDS) as client:
        return [_sent(client, about, numbers, body, manner) for numbers, body in posts]


def _posts(
    about: Subscription, kind: str, events: list[Event], manner: Manner
) -> list[tuple[list[int], bytes]]:
    kept = [event for event in events if event.number not in manner.skip]
    if about.form == "webhook":
        groups = [[event] for event in kept]
        made = [([one[0].number], dumps(webhook(about, one[0]))) for one in groups]
    elif kind == "event-notification":
        groups = [kept[n : n + manner.batch] for n in range(0, len(kept), manner.batch)]
        made = [([e.number for e in one], dumps(bundle(about, kind, one))) for one in groups]
    else:
        made = [([], dumps(bundle(about, kind, [])))]
    # A repeat is the very same message again, as a sender repeats what it thinks was lost.
    return [post for post in made for _ in range(2 if manner.repeat & set(post[0]) else 1)]


def _sent(
    client: httpx2.Client, about: Subscription, numbers: list[int], body: bytes, manner: Manner
) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        status = client.post(
            manner.to, content=body, headers=_headers(about, body, manner)
        ).status_code
    except httpx2.TransportError:
        status = 0
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    return {"numbers": numbers, "status": status, "ms": milliseconds}


def _headers(about: Subscription, body: bytes, manner: Manner) -> dict[str, str]:
    if about.form == "webhook":
        timestamp = str(int(time.time() - manner.age))
        return {
            "Content-Type": "application/json",
            "X-Countersign-Timestamp": timestamp,
            "X-Countersign-Signature": sign(manner.secret, timestamp, body),
        }
    proof = {"Authorization": f"Bearer {manner.secret}"} if manner.secret else {}
    return {"Content-Type": "application/fhir+json", **proof}
