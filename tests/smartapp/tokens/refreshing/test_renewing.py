"""A launch's token: given out fresh, renewed ahead of its expiry, and by which answer it is not."""

from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from smartapp import tokens
from smartapp.fhir.errors import SessionLost
from smartapp.models import Ehr, Launch, TokenSet
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.tokens.refreshing.launches import make_launch, of, refreshes, revoked, seconds


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


def test_after_a_401_a_newer_token_is_given_without_asking(ehr: Ehr, lax: LaxEhr) -> None:
    launch = make_launch(ehr)
    assert tokens.refresh_now(launch.pk, 1).access_token == "second"
    again = tokens.refresh_now(launch.pk, 1)
    assert (again.access_token, again.generation) == ("second", 2)
    assert refreshes(lax) == 1


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
