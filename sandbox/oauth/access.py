"""What a bearer token may do: the one question the FHIR side asks of this package."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from sandbox.oauth.models import Token
from sandbox.personalities import Personality


@dataclass(frozen=True, slots=True)
class Grant:
    """A live token: ``patient`` is an id, ``user`` a reference such as ``Practitioner/x``."""

    client_id: str
    scopes: frozenset[str]
    patient: str | None
    user: str | None
    expires_at: datetime


def grant_for(request: HttpRequest, personality: Personality) -> Grant | None:
    """The grant behind the request's bearer token; None without a live one of this personality."""
    token = Token.live(_bearer(request), personality.key)
    if token is None:
        return None
    return Grant(
        client_id=token.client_id,
        scopes=frozenset(token.scope.split()),
        patient=token.patient or None,
        user=token.user or None,
        expires_at=token.expires_at,
    )


def _bearer(request: HttpRequest) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""
