"""The lax EHR, as it answers a refresh."""

import pytest

from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr


@pytest.fixture
def lax(lax: LaxEhr) -> LaxEhr:
    """Answers refreshes: no id_token, and no new refresh token."""
    lax.token = {"access_token": "second", "id_token": REMOVED, "patient": REMOVED}
    return lax
