"""Connecting the sandbox's hospitals, their scopes approved in a way that says by whom."""

from django.db import transaction

from smartapp.administration import destinations
from smartapp.administration.purposes import reasons
from smartapp.ehrs.registering import register
from smartapp.ehrs.sandboxes import sandbox_registrations
from smartapp.fhir.vendors import load, names, profile_of
from smartapp.fhir.vendors.needs import usual_resources
from smartapp.models import Ehr
from smartapp.scopes.approvals import asked_of, is_seeded, seed


@transaction.atomic
def connect_sandboxes(base_url: str, *, secret_ref: str) -> list[tuple[Ehr, bool]]:
    """Register the three hospitals of a sandbox; return each, and whether it is new."""
    resources = {name: usual_resources(load(name)) for name in names()}
    connected = []
    for registration in sandbox_registrations(base_url, secret_ref=secret_ref, resources=resources):
        ehr, created = register(registration)
        _seed(ehr)
        destinations.seed(ehr)
        connected.append((ehr, created))
    return connected


def seed_backend(ehr: Ehr) -> bool:
    """Approve the scopes of a sandbox's backend like its other scopes; tell whether it is one."""
    if not is_seeded(ehr):
        return False
    _seed(ehr)
    return True


def _seed(ehr: Ehr) -> None:
    seed(ehr, reasons(profile_of(ehr), asked_of(ehr)))
