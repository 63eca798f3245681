"""Acts that other libraries perform, taken into the trail by their signals."""

import json
from typing import Any, Literal

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from audit.context import bind
from audit.events.base import Event, Outcome
from audit.events.staff import ConfigurationChanged, SignedIn, SignedOut, SignInRefused
from audit.models import ConfigurationChange
from audit.recorder import record

_Action = Literal["created", "changed", "deleted"]
_ACTIONS: dict[int, _Action] = {0: "created", 1: "changed", 2: "deleted"}


@receiver(post_save, sender=ConfigurationChange)
def _configuration_changed(instance: ConfigurationChange, **_: Any) -> None:
    """Append each entry of django-auditlog, in the transaction of the change itself."""
    changes = {name: _sides(change) for name, change in (instance.changes or {}).items()}
    record(
        ConfigurationChanged(
            model=f"{instance.content_type.app_label}.{instance.content_type.model}",
            object_pk=str(instance.object_pk),
            action=_ACTIONS[instance.action],
            fields=tuple(sorted(changes)),
            change_id=instance.pk,
            changes=changes,
        )
    )


def _sides(change: Any) -> list[str]:
    if isinstance(change, (list, tuple)):
        return ["" if side in {None, "None"} else str(side) for side in change]
    # Many-to-many: {"type": "m2m", "operation": "add", "objects": [...]}
    return [json.dumps(change, sort_keys=True)]


@receiver(user_logged_in)
def _signed_in(user: Any, **_: Any) -> None:
    _record_for(user, SignedIn())


@receiver(user_logged_out)
def _signed_out(user: Any, **_: Any) -> None:
    if user is not None:
        _record_for(user, SignedOut())


@receiver(user_login_failed)
def _sign_in_refused(credentials: dict[str, Any], **_: Any) -> None:
    name = credentials.get("username") or credentials.get("email") or credentials.get("login") or ""
    with transaction.atomic():
        record(
            SignInRefused(
                outcome=Outcome.REFUSED, code="bad_credentials", name_given=str(name)[:200]
            )
        )


def _record_for(user: Any, event: Event) -> None:
    name = user.get_full_name() or user.get_username()
    with bind(actor=f"staff|{user.pk}", actor_name=name), transaction.atomic():
        record(event)
