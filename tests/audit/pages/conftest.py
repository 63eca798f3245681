"""A story in the trail, and a reviewer who may read it."""

import pytest
from django.core.cache import cache

from smartapp.models import Ehr
from tests.audit import story
from tests.audit.pages.looking import staff


@pytest.fixture(autouse=True)
def _no_flood_from_another_test():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def told(db):
    """The story, in the trail, and the EHR it happened in."""
    Ehr.objects.create(
        slug="northfield", name="Northfield General", issuer=story.ISSUER, vendor="epic",
        client_id="abc", client_auth="public", scopes="launch",
    )  # fmt: skip
    story.tell()


@pytest.fixture
def reviewer(client, told):
    """A browser in which a compliance reviewer is signed in."""
    client.force_login(staff("compliance", first_name="Lena", last_name="Brandt"))
    return client
