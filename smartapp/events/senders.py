"""Who may send: subscriptions and their secrets, remembered by this process for a few seconds.

A subscription that is switched off, or a secret that is replaced, holds within that time.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.secrets import resolve_secret
from smartapp.events.errors import NotificationRefused
from smartapp.models import EventSubscription

REMEMBERED_SECONDS = 5.0
_MOST = 1000


@dataclass(frozen=True, slots=True, repr=False)
class Sender:
    """A subscription with the secrets it may prove itself by: one, or two during a rotation."""

    subscription: EventSubscription
    secrets: tuple[str, ...]


class Senders:
    """Looks senders up for one thread."""

    def __init__(
        self,
        *,
        look_up: "Callable[[uuid.UUID], Sender | None]",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._known: dict[uuid.UUID, tuple[float, Sender | None]] = {}

    def of(self, subscription_id: uuid.UUID) -> Sender:
        """Return the sender; raise ``unknown_subscription`` or ``secret_unavailable``."""
        until, sender = self._known.get(subscription_id, (0.0, None))
        if self._clock() >= until:
            sender = self._look_up(subscription_id)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[subscription_id] = self._clock() + REMEMBERED_SECONDS, sender
        if sender is None:
            raise NotificationRefused("unknown_subscription")
        return sender


def looked_up(subscription_id: uuid.UUID) -> Sender | None:
    """Look a sender up; raise ``secret_unavailable``. May write how old its secrets are."""
    subscription = (
        EventSubscription.objects.select_related("ehr")
        .filter(pk=subscription_id, is_active=True, ehr__is_active=True)
        .first()
    )
    if subscription is None:
        return None
    references = [
        each for each in (subscription.secret_ref, subscription.second_secret_ref) if each
    ]
    secrets = []
    for reference in references:
        try:
            secrets.append(resolve_secret(reference))
        except SecretUnavailable:
            continue  # told by the room of secrets; the other one may do
    if not secrets:
        raise NotificationRefused("secret_unavailable")
    return Sender(subscription, tuple(secrets))
