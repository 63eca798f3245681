"""What a backend's token was bought with, how it stands, and how it grows old."""

from datetime import timedelta

from django.utils import timezone

from smartapp.models import BackendToken
from tests.smartapp.launch.lax_ehr import Asked, LaxEhr

SCOPES = "system/Patient.rs system/Observation.rs"


def bought(lax: LaxEhr) -> list[Asked]:
    return lax.asked_of("/auth/token")


def row() -> BackendToken:
    return BackendToken.objects.get()


def aged(*, lifetime: float, left: float) -> None:
    """Make the token in the database one of ``lifetime`` seconds with ``left`` to go."""
    now = timezone.now()
    BackendToken.objects.update(
        issued_at=now + timedelta(seconds=left - lifetime),
        expires_at=now + timedelta(seconds=left),
    )
