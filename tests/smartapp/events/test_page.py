"""The administrators' page of senders and dead letters, and the memory that is let go."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.events import changes, handlers, letters, processing, sweeping
from smartapp.events.handlers import Incoming
from smartapp.events.intake import Stored, store
from smartapp.events.notices import Notice, Told
from smartapp.events.registering import register_sender
from smartapp.models import (
    Ehr,
    EventProgress,
    EventSubscription,
    InboundEvent,
    PatientChange,
    StaffUser,
)
from smartapp.models.launches import patient_index


@pytest.fixture
def sender(db: None) -> EventSubscription:
    ehr = Ehr.objects.create(
        slug="far", name="Far General", issuer="https://ehr.example.org/fhir", vendor="generic",
        client_id="us", client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip
    sender, _ = register_sender(ehr, name="encounters", form="fhir", secret_ref="env:NONE")
    return sender


def told(number: int, patient: str = "p-1") -> Told:
    return Told("Encounter", number, focus=f"Encounter/{number}", patient_id=patient, body={})


def bury(sender: EventSubscription) -> InboundEvent:
    store(sender, [Notice("handshake", total=0), Notice("event-notification", (told(1),))])
    InboundEvent.objects.update(state="dead", ended_at=timezone.now(), code="handler_failed:X")
    return InboundEvent.objects.get()


@pytest.fixture
def administrator(client: Client, db: None) -> Client:
    user = StaffUser.objects.create_user("ada", password="a long password", role="administrator")
    client.force_login(user)
    return client


def test_the_page_shows_senders_and_dead_letters_and_nothing_of_a_patient(
    administrator: Client, sender: EventSubscription
) -> None:
    bury(sender)
    page = administrator.get("/events/").content.decode()
    assert "handler_failed:X" in page
    assert "Far General" in page
    assert "p-1" not in page
    assert "Encounter/1" not in page


def test_a_replayed_letter_is_processed_and_a_discarded_one_forgotten(
    administrator: Client, sender: EventSubscription
) -> None:
    letter = bury(sender)
    assert administrator.post(f"/events/dead/{letter.pk}/replay/").status_code == 302
    assert processing.drain(seconds=5) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.body_sealed) == ("done", None)
    # What is not dead is neither replayed nor discarded.
    administrator.post(f"/events/dead/{letter.pk}/discard/")
    administrator.post(f"/events/dead/{uuid.uuid4()}/replay/")
    assert AuditEvent.objects.filter(type="notification.replayed").count() == 1
    assert not AuditEvent.objects.filter(type="notification.discarded").exists()
    InboundEvent.objects.update(state="dead")
    administrator.post(f"/events/dead/{letter.pk}/discard/")
    assert InboundEvent.objects.get().state == "discarded"
    row = AuditEvent.objects.get(type="notification.discarded")
    assert row.actor.startswith("staff|")


@pytest.mark.parametrize("role", ["compliance", ""])
def test_the_page_is_for_administrators(
    client: Client, sender: EventSubscription, role: str
) -> None:
    letter = bury(sender)
    client.force_login(StaffUser.objects.create_user("eve", password="a long one", role=role))
    assert client.get("/events/").status_code == 403
    assert client.post(f"/events/dead/{letter.pk}/replay/").status_code == 403
    assert InboundEvent.objects.get().state == "dead"


@override_settings(EVENTS_REMEMBERED_DAYS=7)
def test_after_seven_days_the_row_goes_and_the_number_stays_known(
    sender: EventSubscription,
) -> None:
    notices = [Notice("handshake", total=0), Notice("event-notification", (told(1), told(2)))]
    store(sender, notices)
    assert processing.drain(seconds=5) == 2
    assert sweeping.forget_old() == 0
    InboundEvent.objects.update(ended_at=timezone.now() - timedelta(days=7, minutes=1))
    assert sweeping.forget_old() == 2
    assert EventProgress.objects.get().forgotten == 2
    assert store(sender, notices[1:]) == [Stored(0, 2)]


def test_a_dead_letter_is_never_forgotten(sender: EventSubscription) -> None:
    bury(sender)
    InboundEvent.objects.update(ended_at=timezone.now() - timedelta(days=70))
    assert sweeping.forget_old() == 0


def test_a_restarted_count_begins_at_one_again(sender: EventSubscription) -> None:
    store(sender, [Notice("handshake", total=0), Notice("event-notification", (told(1),))])
    assert letters.restart(sender) == 1
    assert store(sender, [Notice("event-notification", (told(1),))]) == [Stored(1, 0)]
    assert InboundEvent.objects.filter(released=True).count() == 2


def test_a_change_is_marked_once_and_only_forward(sender: EventSubscription) -> None:
    store(sender, [Notice("handshake", total=0), Notice("event-notification", (told(1),))])
    row = InboundEvent.objects.get()
    handlers.handle(row)
    index = patient_index(sender.ehr, "p-1")
    first = PatientChange.latest(sender.ehr, index)
    assert first == row.received_at
    row.received_at -= timedelta(hours=1)
    handlers.handle(row)
    assert PatientChange.latest(sender.ehr, index) == first
    assert PatientChange.latest(sender.ehr, patient_index(sender.ehr, "p-2")) is None


def test_what_a_failed_handler_wrote_is_taken_back(
    sender: EventSubscription, settings: Any
) -> None:
    settings.EVENTS_MAX_ATTEMPTS = 1
    store(sender, [Notice("handshake", total=0), Notice("event-notification", (told(1),))])

    def fail(incoming: Incoming) -> None:
        changes.mark_changed(incoming)
        raise RuntimeError

    handlers.register("Encounter", fail)
    try:
        processing.drain(seconds=5)
    finally:
        handlers.unregister("Encounter", fail)
    assert InboundEvent.objects.get().state == "dead"
    assert PatientChange.latest(sender.ehr, patient_index(sender.ehr, "p-1")) is None
    assert AuditEvent.objects.filter(type="notification.dead").count() == 1


@pytest.mark.parametrize("bad", [{"secret_ref": "the secret itself"}, {"reference": "s1"}])
def test_a_sender_is_checked_before_it_is_kept(
    sender: EventSubscription, bad: dict[str, str]
) -> None:
    wish = {"name": "new", "form": "fhir", "secret_ref": "env:X", **bad}
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its sentence is for people
        register_sender(sender.ehr, **wish)
    assert "the secret itself" not in str(caught.value)
    assert EventSubscription.objects.count() == 1
