"""One worker at a time owns a draft."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from recommendations.drafts.heart import Heartbeat, beat
from recommendations.drafts.lease import Lease, claim, hold
from recommendations.errors import LeaseLost
from recommendations.models import Draft
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db


def claimed(draft: Draft) -> Lease:
    lease = claim(draft.pk)
    assert lease is not None
    return lease


def expire(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_waiting_draft_can_be_claimed_once() -> None:
    draft = people.draft()
    assert claimed(draft) == Lease(draft.pk, 1, 1)
    assert claim(draft.pk) is None
    draft.refresh_from_db()
    assert draft.state == Draft.State.RUNNING
    assert draft.lease_until is not None
    assert draft.lease_until > timezone.now()


def test_a_draft_whose_lease_ran_out_can_be_claimed_by_another() -> None:
    draft = people.draft()
    first = claimed(draft)
    expire(draft)
    second = claimed(draft)
    assert (second.fencing, second.attempt) == (first.fencing + 1, 2)


@pytest.mark.parametrize("state", ["ready", "failed", "signed", "rejected"])
def test_a_draft_that_is_done_cannot_be_claimed(state: str) -> None:
    assert claim(people.draft(state=state).pk) is None


def test_a_draft_is_not_attempted_more_often_than_allowed() -> None:
    assert claim(people.draft(attempts=3).pk) is None


def test_a_worker_thought_dead_writes_nothing_after_another_took_over() -> None:
    draft = people.draft()
    first = claimed(draft)
    expire(draft)
    second = claimed(draft)
    with pytest.raises(LeaseLost), transaction.atomic():
        hold(first, model_id="late")
    hold(second, model_id="in time")
    draft.refresh_from_db()
    assert draft.model_id == "in time"


def test_a_slow_worker_whom_nobody_replaced_may_go_on() -> None:
    draft = people.draft()
    lease = claimed(draft)
    expire(draft)
    hold(lease)
    draft.refresh_from_db()
    assert draft.lease_until is not None
    assert draft.lease_until > timezone.now()


def test_nothing_is_written_to_a_draft_that_was_ended() -> None:
    draft = people.draft()
    lease = claimed(draft)
    Draft.objects.filter(pk=draft.pk).update(state=Draft.State.FAILED)
    with pytest.raises(LeaseLost):
        hold(lease)


def test_a_heartbeat_renews_the_lease() -> None:
    draft = people.draft()
    beating = Heartbeat(claimed(draft))
    expire(draft)
    beat([beating])
    draft.refresh_from_db()
    assert draft.lease_until is not None
    assert draft.lease_until > timezone.now()
    assert not beating.lost


def test_a_heartbeat_knows_when_the_lease_is_anothers() -> None:
    draft = people.draft()
    beating = Heartbeat(claimed(draft))
    expire(draft)
    claimed(draft)
    beat([beating])
    assert beating.lost
    assert not beating.launch_ended


def test_a_heartbeat_notices_that_the_launch_ended() -> None:
    draft = people.draft()
    beating = Heartbeat(claimed(draft))
    draft.launch.ended_at = timezone.now()
    draft.launch.save()
    beat([beating])
    assert beating.lost
    assert beating.launch_ended


def test_many_beat_in_two_questions_and_only_what_is_theirs_is_renewed(
    django_assert_max_num_queries: Any,
) -> None:
    drafts = [people.draft(of=people.launch(f"p{number}")) for number in range(5)]
    every = [Heartbeat(claimed(draft)) for draft in drafts]
    taken, ended = drafts[1], drafts[3]
    for draft in drafts:
        expire(draft)
    with django_assert_max_num_queries(4):  # two of them mark the transaction
        beat(every)
    assert not any(each.lost for each in every)

    for draft in drafts:
        expire(draft)
    claimed(taken)
    until = Draft.objects.get(pk=taken.pk).lease_until
    ended.launch.ended_at = timezone.now()
    ended.launch.save()
    beat(every)
    assert [each.lost for each in every] == [False, True, False, True, False]
    assert [each.launch_ended for each in every] == [False, False, False, True, False]
    assert Draft.objects.get(pk=taken.pk).lease_until == until
    late = Draft.objects.filter(lease_until__lt=timezone.now())
    assert not late.exists()
