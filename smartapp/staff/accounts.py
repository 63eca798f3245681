"""Making accounts for staff."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from smartapp.models import StaffUser


def new_password() -> str:
    """Return a password that nobody has to invent (120 bits)."""
    return secrets.token_urlsafe(15)


@transaction.atomic
def add_staff(*, username: str, role: str, password: str) -> StaffUser:
    """Create an account; raise ``ValueError`` with a sentence when one of them will not do."""
    if StaffUser.objects.filter(username__iexact=username).exists():
        raise ValueError(f"There is an account named {username!r} already.")
    user = StaffUser(username=username, role=StaffUser.Role(role))
    user.set_password(password)
    try:
        validate_password(password, user)
        user.full_clean()
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None
    user.save()
    return user
