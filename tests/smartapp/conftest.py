"""Fixtures of the door: a lax EHR, and its registration."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from smartapp.models import Ehr
from tests.smartapp.approving import approve_all
from tests.smartapp.launch.lax_ehr import LaxEhr, serve


@pytest.fixture(scope="session")
def _lax_server() -> Iterator[LaxEhr]:
    lax, server = serve()
    yield lax
    server.shutdown()
    server.server_close()


@pytest.fixture
def lax(_lax_server: LaxEhr) -> LaxEhr:
    """An EHR that lets everything through, its answers set back to good ones."""
    _lax_server.reset()
    cache.clear()
    return _lax_server


@pytest.fixture
def ehr(db: None, lax: LaxEhr) -> Ehr:
    """The lax EHR's registration, as a public client; its scopes are approved."""
    lax_ehr = Ehr.objects.create(
        slug="lax",
        name="Lax General",
        issuer=lax.issuer,
        vendor="generic",
        client_id="lax-client",
        client_auth=Ehr.ClientAuth.PUBLIC,
        scopes="launch openid fhirUser patient/Patient.rs patient/Observation.rs",
        frame_ancestors=["https://ehr.example.org"],
    )
    approve_all(lax_ehr)
    return lax_ehr
