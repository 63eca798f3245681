"""The registrations of the sandbox's three hospitals, one for each way of authenticating."""

from collections.abc import Iterable, Mapping
from functools import partial

from smartapp.ehrs.registering import Registration
from smartapp.models import Ehr
from smartapp.scopes import asked_for


def sandbox_registrations(
    base_url: str, *, secret_ref: str, resources: Mapping[str, Iterable[str]]
) -> list[Registration]:
    """Return registrations for a sandbox at ``base_url``; it alone may frame the panel.

    ``resources`` are the resource scopes to ask for, by vendor.
    """
    base = base_url.rstrip("/")
    sandboxed = partial(Registration, frame_ancestors=[base], environment_label="Sandbox")
    return [
        sandboxed(
            slug="epic",
            name="Sandbox (Epic-like)",
            issuer=f"{base}/epic/interconnect/api/FHIR/R4",
            vendor="epic",
            client_id="countersign-key",
            client_auth=Ehr.ClientAuth.KEY,
            scopes=asked_for(resources["epic"], lasting="offline_access"),
        ),
        sandboxed(
            slug="oracle",
            name="Sandbox (Oracle-like)",
            issuer=f"{base}/oracle/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d",
            vendor="oracle_health",
            client_id="countersign-secret",
            client_auth=Ehr.ClientAuth.SECRET,
            client_secret_ref=secret_ref,
            scopes=asked_for(resources["oracle_health"], lasting="online_access"),
        ),
        sandboxed(
            slug="generic",
            name="Sandbox (generic)",
            issuer=f"{base}/generic/fhir",
            vendor="generic",
            client_id="countersign-public",
            client_auth=Ehr.ClientAuth.PUBLIC,
            scopes=asked_for(resources["generic"], lasting="offline_access"),
        ),
    ]
