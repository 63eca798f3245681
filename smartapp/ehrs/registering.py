"""Registering an EHR, checked as strictly as what an EHR sends."""

from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from smartapp.ehrs.addresses import is_safe
from smartapp.ehrs.secrets import SCHEMES
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


@transaction.atomic
def register(registration: Registration) -> tuple[Ehr, bool]:
    """Create or change the EHR of this slug; tell whether it is new.

    Raises ``ValueError`` with a sentence for the person who registers.
    """
    _check(registration)
    found = Ehr.objects.select_for_update().filter(slug=registration.slug).first()
    ehr = found or Ehr(slug=registration.slug)
    for name, value in asdict(registration).items():
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
    scheme = registration.client_secret_ref.partition(":")[0]
    if registration.client_auth == Ehr.ClientAuth.SECRET and scheme not in SCHEMES:
        raise ValueError("A shared secret needs a reference: env:NAME or file:/path.")


def _check_ancestor(origin: str) -> None:
    """Nothing but an origin: a space or a semicolon would rewrite the policy it is put into."""
    parts = urlsplit(origin)
    bare = f"{parts.scheme}://{parts.netloc}"
    if not is_safe(origin) or origin != bare or set(origin) & set(" ;,*'"):
        raise ValueError(f"{origin!r} is not an origin such as https://ehr.example.org.")
