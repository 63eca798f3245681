"""Many who ask at once, one refresh; and what comes while a launch ends or another took over."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from smartapp import tokens
from smartapp.launch.closing import close
from smartapp.models import Ehr, Launch
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.tokens.many import answered_last, together
from tests.smartapp.tokens.refreshing.launches import make_launch, of, refreshes, revoked, seconds


def test_a_right_to_refresh_left_by_a_dead_process_is_taken_over(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr, expires_at=seconds(-1), refreshing_until=seconds(-0.1))
    assert tokens.access_token(launch.pk) == "second"


def test_sixteen_threads_with_a_dead_token_make_one_refresh(committed: Ehr, lax: LaxEhr) -> None:
    lax.token_delay = 0.2
    lax.token |= {"refresh_token": "refresh-2"}
    launch = make_launch(committed, expires_at=seconds(-1))
    results = together(16, lambda: tokens.access_token(launch.pk))
    assert results == ["second"] * 16
    assert refreshes(lax) == 1


def test_sixteen_threads_after_a_401_make_one_refresh(committed: Ehr, lax: LaxEhr) -> None:
    lax.token_delay = 0.2
    launch = make_launch(committed)
    results = together(16, lambda: tokens.refresh_now(launch.pk, 1).access_token)
    assert results == ["second"] * 16
    assert refreshes(lax) == 1


def test_while_one_thread_refreshes_the_others_use_the_old_token_and_do_not_wait(
    committed: Ehr, lax: LaxEhr
) -> None:
    launch = make_launch(committed, expires_at=seconds(20))
    results = answered_last(lax, 8, lambda: tokens.access_token(launch.pk))
    assert results == ["first"] * 7 + ["second"]
    assert refreshes(lax) == 1


def test_another_process_refreshing_is_waited_for(committed: Ehr, lax: LaxEhr) -> None:
    """The other process is played by the row it would have written."""
    launch = make_launch(committed, expires_at=seconds(-1), refreshing_until=seconds(30))

    def other_process() -> None:
        time.sleep(0.3)
        row = of(launch)
        row.access_token, row.generation, row.refreshing_until = "theirs", 2, None
        row.expires_at = seconds(600)
        row.save()
        connection.close()

    thread = threading.Thread(target=other_process)
    thread.start()
    assert tokens.access_token(launch.pk) == "theirs"
    thread.join()
    assert lax.asked == []


def test_sixteen_threads_of_a_lost_grant_all_learn_it_from_one_request(
    committed: Ehr, lax: LaxEhr
) -> None:
    lax.raw = {"/auth/token": (400, {}, b'{"error":"invalid_grant"}')}
    launch = make_launch(committed, expires_at=seconds(-1))
    assert together(16, lambda: tokens.access_token(launch.pk)) == ["SessionLost"] * 16
    assert refreshes(lax) == 1
    assert AuditEvent.objects.filter(type="token.lost").count() == 1


def during_a_refresh(lax: LaxEhr, launch: Launch, act: Callable[[], object]) -> str:
    """Do ``act`` while the EHR thinks about a refresh; return what the refreshing thread got."""
    lax.token_delay = 0.4
    results: list[str] = []
    refreshing = threading.Thread(
        target=lambda: results.extend(together(1, lambda: tokens.access_token(launch.pk)))
    )
    refreshing.start()
    deadline = time.monotonic() + 5
    while not refreshes(lax) and time.monotonic() < deadline:
        time.sleep(0.01)
    act()
    refreshing.join()
    return results[0]


@pytest.mark.parametrize("left", [-1, 20])
def test_closing_during_a_refresh_leaves_no_tokens_here_and_none_alive_at_the_ehr(
    committed: Ehr, lax: LaxEhr, left: float
) -> None:
    lax.token |= {"refresh_token": "refresh-2"}
    launch = make_launch(committed, expires_at=seconds(left))
    assert during_a_refresh(lax, launch, lambda: close(launch)) == "SessionLost"
    row = of(launch)
    assert (row.access_token, row.refresh_token, row.refreshing_until) == ("", None, None)
    assert row.lost_at is not None
    assert sorted(revoked(lax)) == ["refresh-1", "refresh-2"]
    assert AuditEvent.objects.filter(type="token.revoked", launch_id=launch.pk).count() == 2


def test_what_comes_for_a_launch_that_has_just_ended_is_given_back_and_not_kept(
    committed: Ehr, lax: LaxEhr
) -> None:
    launch = make_launch(committed, expires_at=seconds(-1))

    def end() -> None:
        Launch.objects.update(ended_at=timezone.now(), end_reason="closed")

    assert during_a_refresh(lax, launch, end) == "SessionLost"
    assert (of(launch).access_token, of(launch).generation) == ("first", 1)
    assert revoked(lax) == ["second"]


def test_what_comes_after_another_process_took_over_is_dropped_and_its_grant_left_alone(
    committed: Ehr, lax: LaxEhr
) -> None:
    lax.token |= {"refresh_token": "refresh-2"}
    launch = make_launch(committed, expires_at=seconds(-1))

    def take_over() -> None:
        row = of(launch)
        row.access_token, row.generation, row.refreshing_until = "theirs", 2, None
        row.expires_at = seconds(600)
        row.save()

    assert during_a_refresh(lax, launch, take_over) == "theirs"
    assert revoked(lax) == []


def test_closing_a_launch_whose_grant_is_lost_asks_the_ehr_for_nothing(
    ehr: Ehr, lax: LaxEhr
) -> None:
    launch = make_launch(ehr, lost_at=timezone.now())
    close(launch)
    assert of(launch).access_token == ""
    assert revoked(lax) == []
