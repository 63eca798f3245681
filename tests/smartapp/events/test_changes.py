"""A notification about a patient makes the next reading of that patient a fresh one."""

import time
from typing import Any

import httpx2
import pytest
from django.utils import timezone

from audit.events.base import Event
from smartapp.events import processing
from smartapp.events.intake import store
from smartapp.events.notices import Notice, Told
from smartapp.events.registering import register_sender
from smartapp.fhir import reader
from smartapp.fhir.transport import keeper, stack
from smartapp.fhir.transport.asked import Asked, CacheUse
from smartapp.fhir.transport.cache import Cache
from smartapp.models import Clinician, Ehr, Launch
from smartapp.models.launches import patient_index


@pytest.fixture
def launch(db: None) -> Launch:
    ehr = Ehr.objects.create(
        slug="far", name="Far General", issuer="https://ehr.example.org/fhir", vendor="generic",
        client_id="us", client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip
    clinician = Clinician.objects.create(ehr=ehr, fhir_user="Practitioner/1")
    launch = Launch(ehr=ehr, clinician=clinician, patient_index=patient_index(ehr, "p-1"))
    launch.context = {"patient": "p-1"}
    launch.save()
    return launch


@pytest.mark.parametrize(("patient", "is_fresh"), [("p-1", True), ("p-2", False)])
def test_what_was_read_before_is_read_anew(
    launch: Launch, monkeypatch: pytest.MonkeyPatch, patient: str, *, is_fresh: bool
) -> None:
    built: list[float] = []

    def build(**given: Any) -> httpx2.BaseTransport:
        built.append(given["not_before"])
        return httpx2.MockTransport(lambda _: httpx2.Response(200))

    monkeypatch.setattr(stack, "build", build)
    reader.reader_for(launch)
    before = time.time()
    sender, _ = register_sender(launch.ehr, name="visits", form="fhir", secret_ref="env:NONE")
    told = Told("Encounter", 1, focus="Encounter/1", patient_id=patient, body={})
    store(sender, [Notice("handshake", total=0), Notice("event-notification", (told,))])
    assert processing.drain(seconds=5) == 1
    reader.reader_for(launch)
    assert built[0] == 0
    assert (before <= built[1] <= timezone.now().timestamp()) is is_fresh


def test_an_answer_from_before_a_change_is_not_served_after_it() -> None:
    of, sent = f"launch-{time.time_ns()}", 0

    def ehr(_: httpx2.Request) -> httpx2.Response:
        nonlocal sent
        sent += 1
        return httpx2.Response(200, json={"resourceType": "Bundle", "type": "searchset"})

    def read(not_before: float = 0.0) -> CacheUse:
        inner = httpx2.MockTransport(ehr)
        scope = f"ehr|{of}|p1"
        kept = Cache(inner, scope=scope, seconds=60, launch=of, not_before=not_before)
        asked = Asked(deadline=time.monotonic() + 9, events=Nowhere())
        request = asked.attach(httpx2.Request("GET", "https://ehr.example.org/fhir/Condition"))
        kept.handle_request(request)
        keeper.afterwards(lambda: None).result()  # it is kept behind our back
        return asked.cache

    assert [read(), read()] == [CacheUse.NONE, CacheUse.HIT]
    changed = time.time()
    assert [read(changed), read(changed)] == [CacheUse.NONE, CacheUse.HIT]
    assert sent == 2


class Nowhere:
    def add(self, event: Event) -> None:
        """Keep nothing."""
