"""A notification about a patient makes the next reading of that patient a fresh one."""

import time
from typing import Any

import httpx2
import pytest
from django.utils import timezone

from smartapp.events import processing
from smartapp.events.intake import store
from smartapp.events.notices import Notice, Told
from smartapp.events.registering import register_sender
from smartapp.fhir import reader
from smartapp.fhir.transport import stack
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
