"""Changing a signing key in three stages, so that no assertion is ever refused for it.

1. ``publish``: the new key stands beside the old one in our key set; EHRs come to know it.
2. ``sign``: the new key signs, from one moment on, in every process.
3. ``withdraw``: the old key leaves the key set, and its private half is destroyed.

Between the stages we wait: EHRs keep a key set for a while before they look again.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from audit.events.configuration import KeyRotated
from audit.recorder import record
from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.keys import live_keys, make_key
from smartapp.models import SigningKey

DEFAULT_WAIT = timedelta(hours=24)


class Stage(StrEnum):
    """What can be done next to an algorithm's keys."""

    PUBLISH = "publish"
    SIGN = "sign"
    WITHDRAW = "withdraw"


class RotationRefused(EhrError):
    """The stage asked for is not the next one, or its time has not come; nothing was changed."""

    code = "key_rotation_refused"


def next_stage(algorithm: str) -> Stage:
    """Return the stage that comes next for ``ES384`` or ``RS384``."""
    signing, waiting = _keys(algorithm)
    if waiting:
        return Stage.SIGN
    return Stage.WITHDRAW if len(signing) > 1 else Stage.PUBLISH


@transaction.atomic
def rotate(algorithm: str, stage: Stage, *, wait: timedelta = DEFAULT_WAIT) -> list[SigningKey]:
    """Carry out one stage and return the keys it changed; raise :class:`RotationRefused`.

    ``wait`` is how long the stage before must have lasted; zero for a key that has leaked.
    """
    # Two people at once: the second waits here, and then finds another stage to be next.
    list(live_keys(algorithm).select_for_update())
    due = next_stage(algorithm)
    if stage is not due:
        raise RotationRefused(f"The next stage for {algorithm} is {due.value!r}.")
    if stage is Stage.PUBLISH:
        changed = [_published(algorithm)]
    elif stage is Stage.SIGN:
        changed = [_signing(algorithm, wait)]
    else:
        changed = _withdrawn(algorithm, wait)
    for key in changed:
        record(KeyRotated(kid=key.kid, algorithm=algorithm, stage=stage.value))
    return changed


def _keys(algorithm: str) -> tuple[list[SigningKey], list[SigningKey]]:
    """Return the keys that sign or signed, newest first, and those only published."""
    rows = list(live_keys(algorithm))
    signing = [row for row in rows if row.signing_from is not None]
    return signing, [row for row in rows if row.signing_from is None]


def _published(algorithm: str) -> SigningKey:
    signing, _ = _keys(algorithm)
    # Where there was none, there is nothing to wait for.
    return make_key(algorithm, signing=not signing)


def _signing(algorithm: str, wait: timedelta) -> SigningKey:
    _, (key, *_) = _keys(algorithm)
    _require(key.created_at + wait, "The new key is published too short a time for every EHR")
    key.signing_from = timezone.now()
    key.save()
    return key


def _withdrawn(algorithm: str, wait: timedelta) -> list[SigningKey]:
    (newest, *old), _ = _keys(algorithm)
    since = newest.signing_from or newest.created_at
    _require(since + wait, "The new key signs too short a time to be sure that every EHR takes it")
    for key in old:
        key.retired_at = timezone.now()
        # Nothing will be signed with it again: what is gone cannot leak.
        key.private_key = ""
        key.save()
    return old


def _require(moment: datetime, why: str) -> None:
    if timezone.now() < moment:
        raise RotationRefused(f"{why}; try again after {moment:%Y-%m-%d %H:%M} UTC.")
