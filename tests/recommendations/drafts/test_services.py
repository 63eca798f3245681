"""Asking for a draft."""

from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from recommendations.drafts.services import request_draft
from recommendations.errors import LaunchEnded, UnknownDocument
from recommendations.models import Draft, DraftProgress
from tests.recommendations.drafts import people
from tests.recommendations.drafts.conftest import called

pytestmark = pytest.mark.django_db


def test_a_request_makes_a_queued_draft_its_event_and_one_message(
    sent: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    launch = people.launch()
    with django_capture_on_commit_callbacks(execute=True):
        draft = request_draft(launch=launch, document="progress_note")
        assert sent == []  # nothing goes out before the row is there for good
    called()
    assert draft.state == Draft.State.QUEUED
    assert draft.patient_index == launch.patient_index
    assert sent == [str(draft.pk)]
    event = AuditEvent.objects.get(type="draft.requested")
    assert (event.launch_id, event.draft_id) == (launch.pk, str(draft.pk))
    assert event.actor == "https://ehr.invalid/fhir|Practitioner/1"
    assert DraftProgress.objects.get(draft=draft).detail == {"state": "queued"}


@pytest.mark.parametrize("state", [Draft.State.QUEUED, Draft.State.RUNNING])
def test_a_document_under_way_is_not_drafted_twice(
    sent: list[str], state: str, django_capture_on_commit_callbacks: Any
) -> None:
    draft = people.draft(state=state)
    with django_capture_on_commit_callbacks(execute=True):
        again = request_draft(launch=draft.launch, document="progress_note")
    called()
    assert again.pk == draft.pk
    assert sent == []
    assert not AuditEvent.objects.filter(type__startswith="draft.").exists()


@pytest.mark.parametrize("state", ["ready", "failed", "signed", "rejected"])
def test_a_document_that_is_done_can_be_drafted_again(sent: list[str], state: str) -> None:
    draft = people.draft(state=state)
    again = request_draft(launch=draft.launch, document="progress_note")
    assert again.pk != draft.pk


def test_two_documents_of_one_launch_are_drafted_at_once(sent: list[str]) -> None:
    draft = people.draft(state=Draft.State.RUNNING)
    other = request_draft(launch=draft.launch, document="previsit_summary")
    assert other.pk != draft.pk


def test_an_unknown_document_is_refused(sent: list[str]) -> None:
    with pytest.raises(UnknownDocument):
        request_draft(launch=people.launch(), document="discharge_letter")
    assert not Draft.objects.exists()


def test_a_launch_that_has_ended_drafts_nothing_more(sent: list[str]) -> None:
    launch = people.launch()
    launch.ended_at = timezone.now()
    launch.save()
    with pytest.raises(LaunchEnded):
        request_draft(launch=launch, document="progress_note")
    assert not Draft.objects.exists()
