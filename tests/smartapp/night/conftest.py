"""An EHR that is scripted, a token in hand, and a worker that works in this thread."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.core.cache import cache
from django.utils import timezone

from smartapp.ehrs.backends import register_backend
from smartapp.fhir.transport import wire
from smartapp.models import BackendToken, Ehr, Night
from smartapp.night import claims, waking
from smartapp.night.working import Working
from tests.smartapp.approving import approve_all
from tests.smartapp.night.hospital import Hospital
from tests.smartapp.night.scopes import scopes_of


@pytest.fixture
def ehr(db: None) -> Ehr:
    """The scripted EHR, its backend registered and its token in hand."""
    cache.clear()
    found = Ehr.objects.create(
        slug="nightly", name="Nightly General", vendor="generic", client_id="us",
        issuer=f"https://{uuid.uuid4().hex}.example.org/fhir", scopes="launch",
        client_auth=Ehr.ClientAuth.PUBLIC,
    )  # fmt: skip
    scopes = scopes_of("generic")
    client, _ = register_backend(found, client_id="backend", scopes=scopes)
    approve_all(found)
    now = timezone.now()
    token = BackendToken(
        client=client, generation=1, issued_at=now, expires_at=now + timedelta(hours=1),
        granted_scopes=scopes,
    )  # fmt: skip
    token.access_token = "night-token"
    token.save()
    return found


@pytest.fixture
def hospital(ehr: Ehr, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Hospital:
    """What answers at the EHR's address."""
    settings.NIGHT_LEASE_SECONDS = 10
    script = Hospital(ehr.issuer)
    monkeypatch.setattr(wire, "shared", lambda _: wire.Wire(httpx2.MockTransport(script)))
    return script


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Whom a message was sent for; no broker is needed."""
    sent: list[object] = []
    monkeypatch.setattr(waking, "wake", sent.append)
    monkeypatch.setattr(waking, "wake_one", sent.append)
    return sent


@pytest.fixture
def work() -> Callable[[Night], Working]:
    """Take up everybody who is due, one after another."""

    def take_up(night: Night) -> Working:
        working = Working(night, seconds=60)
        while not working.stopped and (row := claims.claim(night)) is not None:
            working.take_up(row)
        return working

    return take_up
