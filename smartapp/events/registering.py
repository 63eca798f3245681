"""Registering a sender of notifications, checked before it is kept."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from smartapp.ehrs.errors import SecretReferenceInvalid
from smartapp.ehrs.secrets import check_reference
from smartapp.models import Ehr, EventSubscription

_REFERENCE = re.compile(r"Subscription/[A-Za-z0-9\-.]{1,64}")


def address(subscription: EventSubscription) -> str:
    """Return where the sender is to send."""
    return f"{settings.BASE_URL}/events/{subscription.pk}/"


@transaction.atomic
def register_sender(
    ehr: Ehr,
    *,
    name: str,
    form: str,
    secret_ref: str,
    second_secret_ref: str = "",
    reference: str = "",
    is_active: bool = True,
) -> tuple[EventSubscription, bool]:
    """Create or change the sender of this name at ``ehr``; tell whether it is new.

    Raises ``ValueError`` with a sentence for the person who registers.
    """
    for each in filter(None, (secret_ref, second_secret_ref)):
        try:
            check_reference(each)
        except SecretReferenceInvalid as error:
            raise ValueError(str(error)) from None
    if reference and not _REFERENCE.fullmatch(reference):
        raise ValueError("The reference must be Subscription/ID, as the EHR calls it.")
    rows = EventSubscription.objects.select_for_update().filter(ehr=ehr, name=name)
    found = rows.first()
    sender = found or EventSubscription(ehr=ehr, name=name)
    sender.form, sender.reference, sender.is_active = form, reference, is_active
    sender.secret_ref, sender.second_secret_ref = secret_ref, second_secret_ref
    try:
        sender.full_clean()
    except ValidationError as error:
        raise ValueError("; ".join(error.messages)) from None
    sender.save()
    return sender, found is None
