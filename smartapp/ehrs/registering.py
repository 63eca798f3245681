"""Registering an EHR, checked as strictly as what an EHR sends."""

from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from smartapp.ehrs.addresses import is_safe
from smartapp.ehrs.errors import SecretReferenceInvalid
from smartapp.ehrs.secrets import check_reference
from smartapp.models import Ehr
from smartapp.scopes import parse

_PLAIN_SCOPES = {"launch", "openid", "fhirUser", "online_access", "offline_access", "profile"}


@dataclass(frozen=True, slots=True)
class Registration:
    """All that an EHR's registration consists of; fields as in ``Ehr``."""

    slug: str
    name: str
    issuer: str
    vendor: str
    client_id: str
    client_auth: str
    scopes: str
    client_secret_ref: str = ""
    signing_algorithm: str = "ES384"
    frame_ancestors: list[str] = field(default_factory=list)
    environment_label: str = ""
    jurisdiction: str = ""
    profile_overrides: dict[str, Any] | None = None  # None: as they are


@transaction.atomic
def register(registration: Registration) -> tuple[Ehr, bool]:
    """Create or change the EHR of this slug; tell whether it is new.

    Raises ``ValueError`` with a sentence for the person who registers.
    """
    _check(registration)
    found = Ehr.objects.select_for_update().filter(slug=registration.slug).first()
    ehr = found or Ehr(slug=registration.slug)
    for name, value in asdict(registration).items():
        if value is not None:
            setattr(ehr, name, value)
    ehr.issuer = ehr.issuer.removesuffix("/")
    try:
        ehr.full_clean(exclude=["issuer"])
    except ValidationError as error:
        raise ValueError("; ".join(error.messages)) from None
    ehr.save()
    return ehr, found is None


def _check(registration: Registration) -> None:
    if not is_safe(registration.issuer) or urlsplit(registration.issuer).query:
        raise ValueError("The issuer must be an https address without a query or a fragment.")
    base = registration.issuer.removesuffix("/")
    others = Ehr.objects.exclude(slug=registration.slug)
    if others.filter(issuer__in=[base, base + "/"]).exists():
        raise ValueError("Another EHR is registered with this issuer.")
    for origin in registration.frame_ancestors:
        _check_ancestor(origin)
    for scope in registration.scopes.split():
        if scope not in _PLAIN_SCOPES and parse(scope) is None:
            raise ValueError(f"{scope!r} is not a scope of SMART.")
    if registration.client_auth == Ehr.ClientAuth.SECRET:
        check_secret_reference(registration.client_secret_ref)


def check_secret_reference(reference: str) -> None:
    """Raise ``ValueError``, which does not show it, for what is no reference to a secret."""
    try:
        check_reference(reference)
    except SecretReferenceInvalid as error:
        raise ValueError(str(error)) from None


def _check_ancestor(origin: str) -> None:
    """Nothing but an origin: a space or a semicolon would rewrite the policy it is put into."""
    parts = urlsplit(origin)
    bare = f"{parts.scheme}://{parts.netloc}"
    if not is_safe(origin) or origin != bare or set(origin) & set(" ;,*'"):
        raise ValueError(f"{origin!r} is not an origin such as https://ehr.example.org.")
