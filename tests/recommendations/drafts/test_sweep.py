"""What was dropped is taken up, or ended with its reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from recommendations.drafts import sweep as sweeping
from recommendations.drafts.sweep import sign_of_life, sweep
from recommendations.models import Draft, DraftProgress
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_alive() -> None:
    cache.clear()


def ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def aged(draft: Draft, seconds: float) -> Draft:
    Draft.objects.filter(pk=draft.pk).update(created_at=ago(seconds))
    return draft


def running(seconds_over: float, **fields: Any) -> Draft:
    return people.draft(state="running", lease_until=ago(seconds_over), **fields)


def test_a_running_draft_with_a_live_lease_is_left_alone(sent: list[str]) -> None:
    running(-5, attempts=3)
    assert sweep() == {"woken": 0, "failed": 0}
    assert sent == []


def test_a_running_draft_whose_lease_ran_out_is_sent_again(sent: list[str]) -> None:
    draft = running(1, attempts=1)
    assert sweep() == {"woken": 1, "failed": 0}
    assert sent == [str(draft.pk)]


def test_a_draft_that_was_just_sent_is_not_sent_again(sent: list[str]) -> None:
    running(1, attempts=1, sent_at=timezone.now())
    sweep()
    assert sent == []


def test_a_queued_draft_that_nobody_claimed_is_sent_again(sent: list[str]) -> None:
    draft = aged(people.draft(sent_at=ago(13)), 13)
    sweep()
    assert sent == [str(draft.pk)]


def test_a_draft_that_killed_its_workers_as_often_as_allowed_fails(sent: list[str]) -> None:
    draft = running(1, attempts=3)
    assert sweep() == {"woken": 0, "failed": 1}
    draft.refresh_from_db()
    assert (draft.state, draft.failure_code) == ("failed", "worker_lost")
    event = AuditEvent.objects.get(type="draft.failed")
    assert (event.code, event.outcome, event.launch_id) == (
        "worker_lost",
        "failed",
        draft.launch_id,
    )
    last = DraftProgress.objects.latest("id")
    assert last.detail == {"state": "failed", "code": "worker_lost"}


def test_a_draft_that_no_worker_took_up_in_time_fails_within_thirty_seconds(
    sent: list[str], settings: Any
) -> None:
    silent = 25.5
    draft = running(silent - settings.DRAFT_LEASE_SECONDS, attempts=1)
    sweep()
    draft.refresh_from_db()
    assert (draft.state, draft.failure_code) == ("failed", "worker_lost")


def test_a_queued_draft_fails_when_there_is_no_worker_at_all(sent: list[str]) -> None:
    draft = aged(people.draft(), 26)
    sweep()
    draft.refresh_from_db()
    assert (draft.state, draft.failure_code) == ("failed", "no_worker")


def test_a_queued_draft_waits_for_its_turn_while_a_worker_is_alive(sent: list[str]) -> None:
    draft = aged(people.draft(sent_at=timezone.now()), 300)
    sign_of_life()
    sweep()
    draft.refresh_from_db()
    assert draft.state == "queued"


@pytest.mark.parametrize("state", ["ready", "failed", "signed", "rejected"])
def test_drafts_that_are_done_are_left_alone(sent: list[str], state: str) -> None:
    aged(people.draft(state=state, attempts=3, lease_until=ago(100)), 300)
    assert sweep() == {"woken": 0, "failed": 0}


def test_one_draft_that_cannot_be_settled_does_not_keep_the_others_waiting(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = running(1, attempts=3)
    second = running(1, attempts=3, of=people.launch("p2"))
    really = sweeping.fail

    def fail(draft: Draft, code: str, **where: Any) -> bool:
        if draft.pk == first.pk:
            raise LedgerUnavailable
        return really(draft, code, **where)

    monkeypatch.setattr(sweeping, "fail", fail)
    assert sweep() == {"woken": 0, "failed": 1}
    assert Draft.objects.get(pk=second.pk).state == "failed"
    assert Draft.objects.get(pk=first.pk).state == "running"


def test_two_sweeps_at_once_end_a_draft_once(sent: list[str]) -> None:
    draft = running(1, attempts=3)
    stale = Draft.objects.select_related("launch__ehr", "launch__clinician").get(pk=draft.pk)
    assert sweep()["failed"] == 1
    assert sweeping._settle(stale) == ""
    assert AuditEvent.objects.filter(type="draft.failed").count() == 1
