"""Access is renewed ahead of expiry, once, and lost with dignity."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from smartapp import tokens
from smartapp.ehrs.answers import token_answer
from smartapp.fhir.errors import EhrUnavailable, SessionLost
from smartapp.launch.closing import close
from smartapp.models import Clinician, Ehr, Launch, TokenSet
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.tokens.many import answered_last, together


def make_launch(ehr: Ehr, *, refresh_token: str | None = "refresh-1", **row: Any) -> Launch:
    clinician, _ = Clinician.objects.get_or_create(ehr=ehr, fhir_user="Practitioner/1")
    launch = Launch(ehr=ehr, clinician=clinician, patient_index="p", granted_scopes="")
    launch.context = {"patient": "patient-1"}
    launch.save()
    answer = {"access_token": "first", "token_type": "bearer", "refresh_token": refresh_token}
    tokens.keep(launch=launch, answer=token_answer({**answer, "expires_in": 600}))
    TokenSet.objects.filter(launch=launch).update(**{"issued_at": seconds(-600), **row})
    return launch


def seconds(number: float) -> Any:
    return timezone.now() + timedelta(seconds=number)


def of(launch: Launch) -> TokenSet:
    return TokenSet.objects.get(launch=launch)


def refreshes(lax: LaxEhr) -> int:
    return len(lax.asked_of("/auth/token"))


@pytest.fixture
def lax(lax: LaxEhr) -> LaxEhr:
    """Answers refreshes: no id_token, and no new refresh token."""
    lax.token = {"access_token": "second", "id_token": REMOVED, "patient": REMOVED}
    return lax


def test_a_fresh_token_is_given_out_as_it_is(ehr: Ehr, lax: LaxEhr) -> None:
    assert tokens.access_token(make_launch(ehr).pk) == "first"
    assert lax.asked == []


@pytest.mark.parametrize(
    ("lifetime", "left", "due"),
    [(600, 61, False), (600, 59, True), (100, 21, False), (100, 19, True), (3, 1, False)],
)
def test_a_token_is_renewed_a_minute_ahead_or_in_its_last_fifth(
    ehr: Ehr, lax: LaxEhr, lifetime: int, left: float, *, due: bool
) -> None:
    launch = make_launch(ehr, issued_at=seconds(left - lifetime), expires_at=seconds(left))
    assert tokens.access_token(launch.pk) == ("second" if due else "first")
    assert refreshes(lax) == (1 if due else 0)


def test_the_old_refresh_token_is_kept_where_no_new_one_comes(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr, expires_at=seconds(1))
    tokens.access_token(launch.pk)
    assert of(launch).refresh_token == "refresh-1"
    (asked,) = lax.asked_of("/auth/token")
    assert asked.form["grant_type"] == ["refresh_token"]
    assert asked.form["refresh_token"] == ["refresh-1"]
    assert asked.form["client_id"] == ["lax-client"]
    assert "scope" not in asked.form


@pytest.mark.parametrize(("given", "rotated"), [("refresh-2", True), ("refresh-1", False)])
def test_a_new_refresh_token_takes_the_place_of_the_old(
    ehr: Ehr, lax: LaxEhr, given: str, *, rotated: bool
) -> None:
    lax.token |= {"refresh_token": given, "expires_in": 570}
    launch = make_launch(ehr, expires_at=seconds(1))
    tokens.access_token(launch.pk)
    row = of(launch)
    assert (row.refresh_token, row.generation) == (given, 2)
    assert 560 < (row.expires_at - timezone.now()).total_seconds() <= 570
    event = AuditEvent.objects.get(type="token.refreshed")
    assert event.launch_id == launch.pk
    assert event.detail == {"generation": 2, "rotated": rotated, "lifetime_seconds": 570}


def test_a_grant_the_ehr_has_ended_is_lost_and_the_launch_with_it(ehr: Ehr, lax: LaxEhr) -> None:
    lax.raw = {"/auth/token": (400, {}, b'{"error":"invalid_grant"}')}
    launch = make_launch(ehr, expires_at=seconds(1))
    for _ in range(2):
        with pytest.raises(SessionLost):
            tokens.access_token(launch.pk)
    assert refreshes(lax) == 1
    launch.refresh_from_db()
    assert launch.end_reason == Launch.EndReason.GRANT_LOST
    assert of(launch).lost_at is not None
    events = AuditEvent.objects.filter(launch_id=launch.pk).order_by("sequence")
    kinds = events.values_list("type", flat=True)
    assert list(kinds) == ["token.lost", "launch.ended"]


def test_without_a_refresh_token_the_grant_ends_with_the_access_token(
    ehr: Ehr, lax: LaxEhr
) -> None:
    launch = make_launch(ehr, refresh_token=None, expires_at=seconds(5))
    assert tokens.access_token(launch.pk) == "first"
    TokenSet.objects.update(expires_at=seconds(0))
    with pytest.raises(SessionLost):
        tokens.access_token(launch.pk)
    assert lax.asked == []
    launch.refresh_from_db()
    assert launch.end_reason == Launch.EndReason.GRANT_LOST


def test_after_a_401_a_token_without_a_refresh_token_is_lost(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr, refresh_token=None)
    with pytest.raises(SessionLost):
        tokens.refresh_now(launch.pk, 1)


@pytest.mark.parametrize(
    "answer",
    [
        (503, {}, b""),
        (200, {}, b"<html>"),
        (401, {}, b'{"error":"invalid_client"}'),
        (200, {}, b'{"token_type":"bearer"}'),
    ],
)
def test_a_passing_failure_costs_nothing_while_the_old_token_is_good(
    ehr: Ehr, lax: LaxEhr, answer: tuple[int, dict[str, str], bytes]
) -> None:
    lax.raw = {"/auth/token": answer}
    launch = make_launch(ehr, expires_at=seconds(20))
    assert tokens.access_token(launch.pk) == "first"
    assert tokens.access_token(launch.pk) == "first"
    assert refreshes(lax) == 1, "the EHR is given a moment"
    TokenSet.objects.update(refreshing_until=None)
    lax.raw = {}
    assert tokens.access_token(launch.pk) == "second"


def test_a_passing_failure_with_a_dead_token_is_told_at_once(
    ehr: Ehr, lax: LaxEhr, waits: list[float]
) -> None:
    lax.raw = {"/auth/token": (503, {}, b"")}
    launch = make_launch(ehr, expires_at=seconds(-1))
    with pytest.raises(EhrUnavailable):
        tokens.access_token(launch.pk)
    assert waits == []
    launch.refresh_from_db()
    assert launch.ended_at is None


def test_after_a_401_a_newer_token_is_given_without_asking(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr)
    assert tokens.refresh_now(launch.pk, 1).access_token == "second"
    again = tokens.refresh_now(launch.pk, 1)
    assert (again.access_token, again.generation) == ("second", 2)
    assert refreshes(lax) == 1


def test_a_launch_that_has_ended_gives_no_token(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr)
    Launch.objects.update(ended_at=timezone.now(), end_reason="closed")
    with pytest.raises(SessionLost):
        tokens.access_token(launch.pk)
    with pytest.raises(SessionLost):
        tokens.access_token("no-such-launch")


def test_a_right_to_refresh_left_by_a_dead_process_is_taken_over(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr, expires_at=seconds(-1), refreshing_until=seconds(-0.1))
    assert tokens.access_token(launch.pk) == "second"


def test_a_token_is_not_shown_where_its_holder_is_printed(ehr: Ehr, lax: LaxEhr) -> None:
    assert "first" not in repr(tokens.current(make_launch(ehr).pk))


def test_when_the_trail_cannot_be_written_the_new_tokens_are_not_kept(
    ehr: Ehr, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = make_launch(ehr, expires_at=seconds(1))

    def broken(_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("smartapp.tokens.refreshing.record", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        tokens.access_token(launch.pk)
    assert of(launch).generation == 1


def test_two_launches_of_one_person_have_tokens_of_their_own(ehr: Ehr, lax: LaxEhr) -> None:
    first, second = make_launch(ehr), make_launch(ehr, refresh_token="refresh-b")
    TokenSet.objects.filter(launch=second).update(expires_at=seconds(1))
    assert tokens.access_token(second.pk) == "second"
    assert tokens.access_token(first.pk) == "first"
    assert lax.asked_of("/auth/token")[0].form["refresh_token"] == ["refresh-b"]


def revoked(lax: LaxEhr) -> list[str]:
    return [asked.form["token"][0] for asked in lax.asked_of("/auth/revoke")]


def test_a_launch_grown_too_old_gives_no_token_though_no_door_has_ended_it(
    ehr: Ehr, lax: LaxEhr, settings: Any
) -> None:
    launch = make_launch(ehr)
    created = timezone.now() - timedelta(seconds=settings.LAUNCH_SECONDS)
    Launch.objects.update(created_at=created + timedelta(seconds=60))
    assert tokens.access_token(launch.pk) == "first"
    Launch.objects.update(created_at=created)
    with pytest.raises(SessionLost):
        tokens.access_token(launch.pk)
    with pytest.raises(SessionLost):
        tokens.refresh_now(launch.pk, 1)
    assert lax.asked == []


@pytest.mark.parametrize(
    ("rotated", "given_back"), [(REMOVED, "refresh-1"), ("refresh-2", "refresh-2")]
)
def test_an_answer_about_another_patient_ends_the_grant(
    ehr: Ehr, lax: LaxEhr, rotated: Any, given_back: str
) -> None:
    lax.token |= {"patient": "patient-2", "refresh_token": rotated}
    launch = make_launch(ehr, expires_at=seconds(20))
    for _ in range(2):
        with pytest.raises(SessionLost):
            tokens.access_token(launch.pk)
    assert (of(launch).access_token, of(launch).generation) == ("first", 1)
    launch.refresh_from_db()
    assert launch.end_reason == Launch.EndReason.GRANT_LOST
    assert revoked(lax) == [given_back]
    assert AuditEvent.objects.filter(type="token.lost", launch_id=launch.pk).count() == 1


@pytest.mark.parametrize("patient", [REMOVED, "patient-1", ""])
def test_an_answer_about_this_patient_or_about_none_is_kept(
    ehr: Ehr, lax: LaxEhr, patient: Any
) -> None:
    lax.token |= {"patient": patient}
    launch = make_launch(ehr, expires_at=seconds(1))
    assert tokens.access_token(launch.pk) == "second"
    assert revoked(lax) == []


_HAD = "openid patient/Patient.rs patient/Observation.rs?category=laboratory patient/Encounter.rs"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (REMOVED, _HAD),
        (_HAD, _HAD),
        (f"{_HAD} patient/Condition.rs", _HAD),
        ("openid patient/Patient.rs", "openid patient/Patient.rs"),
        ("openid patient/Patient.read", "openid patient/Patient.rs patient/Patient.read"),
        ("patient/Patient.r patient/Condition.rs", "patient/Patient.r"),
        ("patient/Observation.rs", "patient/Observation.rs?category=laboratory"),
        ("", ""),
    ],
)
def test_a_refresh_may_narrow_what_was_granted_and_never_widen_it(
    ehr: Ehr, lax: LaxEhr, given: Any, left: str
) -> None:
    lax.token |= {"scope": given}
    launch = make_launch(ehr, expires_at=seconds(1))
    Launch.objects.update(granted_scopes=_HAD)
    assert tokens.access_token(launch.pk) == "second"
    launch.refresh_from_db()
    assert launch.granted_scopes == left
    told = AuditEvent.objects.filter(type="scope.narrowed")
    assert told.count() == (left != _HAD)
    for row in told:
        assert (row.launch_id, row.ehr, row.outcome) == (launch.pk, "lax", "incomplete")
        assert row.detail["left"] == left.split()
        assert "patient/Encounter.rs" in row.detail["taken"]


# --- many at once ---


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
