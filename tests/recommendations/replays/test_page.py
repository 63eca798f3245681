"""The reviewers' page: an old draft made again, and who may see it."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from recommendations.drafts.services import request_draft
from recommendations.models import Draft
from smartapp.models import Launch
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import made
from tests.recommendations.panel.pages import words
from tests.recommendations.releases.conftest import administrator
from tests.recommendations.replays.test_replay import _another

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]


@pytest.fixture
def draft(launch: Launch, model: StandIn) -> Draft:
    return made(request_draft(launch=launch, document="progress_note"))


@pytest.fixture
def lena() -> Client:
    client = Client()
    client.force_login(administrator("lena", role="compliance"))
    return client


def address(draft_id: object) -> str:
    return reverse("trail-replay", args=[draft_id])


def test_a_reviewer_sees_that_every_byte_came_out_as_it_was(draft: Draft, lena: Client) -> None:
    decision = lena.get(reverse("trail-decision", args=[draft.pk]))
    assert address(draft.pk) in decision.content.decode()
    said = words(lena.get(address(draft.pk)))
    assert "Every request came out byte for byte as it was sent." in said
    assert said.count("The same, byte for byte") == 2
    number = draft.statements.count()
    assert f"All {number} statements are judged the same today." in said
    row = AuditEvent.objects.get(type="trail.draft_replayed")
    assert (row.actor_name, row.detail["printed"]) == ("Lena", True)
    assert row.patient_index == draft.patient_index


def test_statements_that_are_judged_otherwise_stand_beside_those_of_then(
    draft: Draft, lena: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.replays.replaying.settle", _another)
    said = words(lena.get(address(draft.pk)))
    assert "Words of today." in said
    assert all(each.text in said for each in draft.statements.all())


def test_what_differs_and_what_is_gone_is_told(draft: Draft, lena: Client) -> None:
    Draft.objects.filter(pk=draft.pk).update(release={**draft.release, "sha256": "0" * 64})
    said = words(lena.get(address(draft.pk)))
    assert "Not everything came out as it was." in said
    assert "release_unavailable" in said
    unread = people.draft(document="previsit_summary")
    answer = lena.get(address(unread.pk))
    assert answer.status_code == 409
    assert "nothing_read" in words(answer)
    vain = AuditEvent.objects.get(type="trail.refused", code="nothing_read")
    assert (vain.actor_name, vain.detail["page"]) == ("Lena", "trail-replay")
    assert lena.get(address(uuid4())).status_code == 404


def test_nobody_else_gets_in_and_nothing_is_shown_without_its_row(
    draft: Draft, lena: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    grace = Client()
    grace.force_login(administrator("grace"))
    assert grace.get(address(draft.pk)).status_code == 403
    assert Client().get(address(draft.pk)).status_code == 302
    assert not AuditEvent.objects.filter(type="trail.draft_replayed").exists()

    def refuse(*_: object) -> None:
        raise LedgerUnavailable("The trail is away.")

    monkeypatch.setattr("recommendations.replays.recording.record", refuse)
    answer = lena.get(address(draft.pk))
    assert answer.status_code == 503
    assert "byte for byte" not in words(answer)
