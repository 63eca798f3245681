"""What members of staff do to their second factor, taken into the trail by allauth's signals."""

from typing import Any, Literal

from allauth.mfa import signals
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from audit.context import bind
from audit.events.base import Outcome
from audit.events.staff import SecondFactorChanged, SignInRefused
from audit.recorder import record


@receiver(signals.authenticator_added)
def _added(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _changed(user, authenticator, "added")
    if authenticator.type == Authenticator.Type.TOTP:
        # Adding one takes a code of it, so this session has shown it.
        post_authentication(request, authenticator)


@receiver(signals.authenticator_removed)
def _removed(user: Any, authenticator: Any, **_: Any) -> None:
    _changed(user, authenticator, "removed")


@receiver(signals.authenticator_reset)
def _renewed(user: Any, authenticator: Any, **_: Any) -> None:
    _changed(user, authenticator, "renewed")


@receiver(signals.authentication_failed)
def _failed(user: Any, **_: Any) -> None:
    name = user.get_username()
    with transaction.atomic():
        record(SignInRefused(outcome=Outcome.REFUSED, code="bad_second_factor", name_given=name))


def _changed(user: Any, authenticator: Any, change: Literal["added", "removed", "renewed"]) -> None:
    name = user.get_full_name() or user.get_username()
    with bind(actor=f"staff|{user.pk}", actor_name=name), transaction.atomic():
        record(SecondFactorChanged(change=change, kind=str(authenticator.type)))
