"""Where a launch begins: what the browser takes to the EHR's authorization page."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import transaction

from audit import context
from audit.events.launch import LaunchStarted
from audit.recorder import record
from smartapp.ehrs.client import authorization_client
from smartapp.ehrs.discovery import smart_configuration
from smartapp.launch import pending
from smartapp.launch.refusals import LaunchRefused
from smartapp.models import Ehr
from smartapp.scopes.approvals import unapproved

_LAUNCH_SCOPES = {"launch", "launch/patient", "launch/encounter"}


@dataclass(frozen=True, slots=True, repr=False)
class Authorization:
    """A request to authorize: ``url`` alone says all; ``action``
    and ``fields`` are for a form."""

    url: str
    action: str
    by_post: bool
    cookie: tuple[str, str]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The parameters, as a form's hidden fields; the endpoint's own stay in ``action``."""
        own = _parameters(self.action)
        return _parameters(self.url)[len(own) :]


def _parameters(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def redirect_uri(ehr: Ehr) -> str:
    """Return the callback registered with this EHR: one each, so that no answer is mixed up."""
    return f"{settings.BASE_URL}/launch/callback/{ehr.slug}/"


@transaction.atomic
def _store(ehr: Ehr, launch: str | None, scopes: str) -> pending.Begun:
    with context.bind(ehr=ehr.slug):
        pending.sweep()
        begun = pending.begin(ehr=ehr, launch=launch, scopes=scopes)
        asked = tuple(scopes.split())
        record(LaunchStarted(standalone=launch is None, scopes_requested=asked))
    return begun


def begin(*, ehr: Ehr, launch: str | None) -> Authorization:
    """Begin an EHR launch, or a standalone one where ``launch`` is ``None``.

    Raises :class:`LaunchRefused` where a scope is not approved, and
    ``smartapp.ehrs.errors.EhrError`` when the EHR cannot be asked how.
    """
    scopes = asked_scopes(ehr, standalone=launch is None)
    missing = unapproved(ehr, scopes.split())
    if missing:
        raise LaunchRefused("scope_unapproved", ehr=ehr, detail=" ".join(missing)[:500])
    configuration = smart_configuration(ehr)
    endpoint = configuration.require_authorization()
    begun = _store(ehr, launch, scopes)
    return Authorization(
        url=_url(ehr, endpoint, begun, scopes=scopes, launch=launch),
        action=endpoint,
        by_post="authorize-post" in configuration.capabilities,
        cookie=(pending.cookie_name(begun.state), begun.browser),
    )


def asked_scopes(ehr: Ehr, *, standalone: bool) -> str:
    """Return the registered scopes with ``launch``, or ``launch/patient`` where we ask for one."""
    kept = [scope for scope in ehr.scopes.split() if scope not in _LAUNCH_SCOPES]
    return " ".join(["launch/patient" if standalone else "launch", *kept])


def _url(
    ehr: Ehr,
    endpoint: str,
    begun: pending.Begun,
    *,
    scopes: str,
    launch: str | None,
) -> str:
    extras = {} if launch is None else {"launch": launch}
    with authorization_client(ehr) as client:
        url, _ = client.create_authorization_url(
            endpoint,
            state=begun.state,
            code_verifier=begun.verifier,
            nonce=begun.nonce,
            redirect_uri=redirect_uri(ehr),
            scope=scopes,
            # The EHR compares it with its FHIR base, so it must be written as the EHR writes it.
            aud=ehr.issuer,
            **extras,
        )
    return str(url)
