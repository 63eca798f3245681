"""An EHR with a backend registration of its own, and its answers to a backend."""

import pytest

from smartapp.ehrs.backends import register_backend
from smartapp.models import Ehr
from tests.smartapp.approving import approve_all
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.tokens.backend.buying import SCOPES


@pytest.fixture
def lax(lax: LaxEhr) -> LaxEhr:
    """Answers a backend: no id_token, no patient."""
    lax.token = {"id_token": REMOVED, "patient": REMOVED, "scope": SCOPES, "expires_in": 570}
    return lax


@pytest.fixture
def ehr(ehr: Ehr) -> Ehr:
    """The lax EHR, with a backend registration of its own, its scopes approved."""
    register_backend(ehr, client_id="lax-backend", scopes=SCOPES)
    approve_all(ehr)
    return ehr
