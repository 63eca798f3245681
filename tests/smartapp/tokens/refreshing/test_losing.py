"""Grants that end and failures that pass: the first end the launch, the others cost nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from audit.selectors import sealed_fields
from smartapp import tokens
from smartapp.fhir.errors import EhrUnavailable, SessionLost
from smartapp.models import Ehr, Launch, TokenSet
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.tokens.refreshing.launches import make_launch, of, refreshes, seconds


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


@pytest.mark.parametrize(
    ("named", "kept"),
    [("https://ehr.example/why?n=1", "https://ehr.example/why?n=1"), ("javascript:alert(1)", "")],
)
def test_the_page_that_says_why_a_grant_ended_is_kept_for_the_person_and_the_trail(
    ehr: Ehr, lax: LaxEhr, named: str, kept: str
) -> None:
    body = json.dumps({"error": "invalid_grant", "error_uri": named}).encode()
    lax.raw = {"/auth/token": (400, {}, body)}
    launch = make_launch(ehr, expires_at=seconds(1))
    before = dict(launch.context)
    with pytest.raises(SessionLost):
        tokens.access_token(launch.pk)
    launch = Launch.objects.get(pk=launch.pk)
    assert launch.further == kept
    assert {k: v for k, v in launch.context.items() if k != "further"} == before
    lost = AuditEvent.objects.get(type="token.lost")
    assert json.loads(lost.detail_json)["further_host"] == ("ehr.example" if kept else "")
    assert sealed_fields(lost) == {"further": kept}
    assert not any("why" in each.path for each in lax.asked)


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


def test_a_launch_that_has_ended_gives_no_token(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr)
    Launch.objects.update(ended_at=timezone.now(), end_reason="closed")
    with pytest.raises(SessionLost):
        tokens.access_token(launch.pk)
    with pytest.raises(SessionLost):
        tokens.access_token("no-such-launch")


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
