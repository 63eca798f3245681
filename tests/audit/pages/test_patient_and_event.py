"""One patient's events, asked for without an address that names them; and one event."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from audit import append_only
from audit.models import AuditEvent
from tests.audit import story
from tests.audit.pages.looking import address, newest, shown

# --- One patient


def test_a_patients_id_is_posted_once_and_stands_in_no_address(reviewer):
    answer = reviewer.post(
        reverse("trail-patient") + "?kind=read",
        {"ehr": "northfield", "patient_id": "Patient/eQ81-774"},
    )
    assert answer.status_code == 302
    assert "eQ81" not in answer["Location"]
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query == {"kind": ["read"], "patient": [story.PATIENT]}
    row = newest()
    assert (row.type, row.detail["found"]) == ("trail.patient_sought", True)
    assert row.patient_index == story.PATIENT
    assert {line.type for line in shown(reviewer.get(answer["Location"]))} == {"fhir.requested"}


@pytest.mark.parametrize(
    "posted",
    [{"ehr": "nowhere", "patient_id": "x"}, {"ehr": "northfield", "patient_id": ""}],
    ids=str,
)
def test_a_patient_that_cannot_be_asked_for_is_refused(reviewer, posted):
    assert reviewer.post(reverse("trail-patient"), posted).status_code == 400
    assert (newest().type, newest().code) == ("trail.refused", "patient_invalid")


def test_a_patient_nobody_opened_has_no_events(reviewer):
    answer = reviewer.post(reverse("trail-patient"), {"ehr": "northfield", "patient_id": "other"})
    assert newest().detail["found"] is False
    page = reviewer.get(answer["Location"])
    # The search for them is itself an event about them.
    assert {row.type for row in shown(page)} == {"trail.patient_sought"}


# --- One event


def test_an_event_is_shown_with_its_sealed_fields_and_its_chain(reviewer):
    row = AuditEvent.objects.get(type="draft.signed")
    text = reviewer.get(address("event")).content.decode()
    assert story.NOTE in text
    assert row.hash in text
    assert row.previous_hash in text
    assert "Holds" in text


def test_an_event_with_nothing_under_its_seal_says_so_and_raises_no_alarm(reviewer):
    reviewer.get(reverse("trail"))
    row = newest()
    assert (row.type, row.detail["asked"]) == ("trail.searched", [])
    text = reviewer.get(reverse("trail-event", args=[row.pk])).content.decode()
    assert "It was opened, and nothing was in it." in text
    assert "Nothing of it could be opened" not in text


def test_a_tampered_event_is_shown_as_such(reviewer):
    append_only.remove(connection)
    AuditEvent.objects.filter(type="draft.signed").update(actor_name="Someone Else")
    text = reviewer.get(address("event")).content.decode()
    assert "Does not hold" in text


@pytest.mark.parametrize("name", ["trail-event", "trail-decision"])
def test_what_does_not_exist_is_not_found_in_words(reviewer, name):
    key = 10**12 if name == "trail-event" else uuid4()
    answer = reviewer.get(reverse(name, args=[key]))
    assert answer.status_code == 404
    assert "nothing at this address" in answer.content.decode()
    row = newest()
    assert (row.type, row.code, row.detail["page"]) == ("trail.refused", "not_found", name)
    assert row.actor_name == "Lena Brandt"
