"""Launches that nobody closed are ended, and their tokens given back, once."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.ledger import verify
from audit.models import AuditEvent
from smartapp.celery import app
from smartapp.launch import sweeping
from smartapp.launch.closing import close, end
from smartapp.launch.sweeping import sweep
from smartapp.models import Ehr, Launch, TokenSet
from smartapp.tokens.store import lose
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.launch.walk import code_of, open_launch


def opened(lax: LaxEhr, number: int) -> Launch:
    lax.token = {"patient": f"p-{number}", "refresh_token": f"refresh-{number}"}
    return open_launch(Client(), lax)


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def abandon(*launches: Launch) -> None:
    Launch.objects.filter(pk__in=[each.pk for each in launches]).update(created_at=ago(hours=8.01))


def revoked(lax: LaxEhr) -> list[str]:
    return sorted(each.form["token"][0] for each in lax.asked_of("/auth/revoke"))


@pytest.mark.usefixtures("ehr")
class TestSweep:
    """Rows of real launches, against an EHR that counts."""

    def test_an_abandoned_launch_is_ended_and_its_tokens_go_back(self, lax: LaxEhr) -> None:
        launch = opened(lax, 1)
        abandon(launch)
        assert sweep() == {"expired": 1, "given_back": 0}
        launch.refresh_from_db()
        assert launch.end_reason == Launch.EndReason.EXPIRED
        assert revoked(lax) == ["refresh-1"]
        assert (launch.token_set.access_token, launch.token_set.refresh_token) == ("", None)

    def test_the_trail_says_that_it_ended_in_the_launchs_own_chain_and_by_nobodys_hand(
        self, lax: LaxEhr
    ) -> None:
        launch = opened(lax, 1)
        abandon(launch)
        sweep()
        rows = AuditEvent.objects.filter(type__in=["launch.ended", "token.revoked"]).order_by("pk")
        assert [each.type for each in rows] == ["launch.ended", "token.revoked"]
        assert rows[0].detail["reason"] == "expired"
        assert rows[1].detail["confirmed"] is True
        for row in rows:
            assert (row.actor, row.launch_id, row.ehr) == ("system", launch.pk, "lax")
            assert row.patient_index == launch.patient_index

    def test_a_launch_that_is_not_too_old_is_left_alone(self, lax: LaxEhr) -> None:
        launch = opened(lax, 1)
        Launch.objects.update(created_at=ago(hours=7.9))
        assert sweep() == {"expired": 0, "given_back": 0}
        launch.refresh_from_db()
        assert launch.ended_at is None
        assert revoked(lax) == []

    def test_a_second_sweep_finds_nothing_more_to_do(self, lax: LaxEhr) -> None:
        abandon(opened(lax, 1))
        sweep()
        assert sweep() == {"expired": 0, "given_back": 0}
        assert AuditEvent.objects.filter(type="launch.ended").count() == 1
        assert revoked(lax) == ["refresh-1"]

    def test_the_browser_of_a_swept_launch_is_told_why(self, client: Client, lax: LaxEhr) -> None:
        launch = open_launch(client, lax)
        abandon(launch)
        sweep()
        response = client.post(f"/l/{launch.pk}/close/")
        assert (response.status_code, code_of(response)) == (403, "session_expired")

    def test_launches_go_in_batches_oldest_first(
        self, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sweeping, "BATCH", 2)
        launches = [opened(lax, number) for number in range(5)]
        abandon(*launches)
        Launch.objects.filter(pk=launches[3].pk).update(created_at=ago(days=3))
        assert [sweep()["expired"] for _ in range(4)] == [2, 2, 1, 0]
        first = AuditEvent.objects.filter(type="launch.ended").earliest("pk")
        assert first.launch_id == launches[3].pk

    def test_an_ehr_that_is_down_holds_up_no_other_launch(self, lax: LaxEhr) -> None:
        abandon(opened(lax, 1), opened(lax, 2))
        lax.raw = {"/auth/revoke": (503, {}, b"")}
        assert sweep()["expired"] == 2
        assert all(each.access_token == "" for each in TokenSet.objects.all())
        told = AuditEvent.objects.filter(type="token.revoked")
        assert [each.detail["confirmed"] for each in told] == [False, False]

    def test_a_launch_that_cannot_be_ended_holds_up_no_other(
        self, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stuck, other = opened(lax, 1), opened(lax, 2)
        abandon(stuck, other)
        Launch.objects.filter(pk=stuck.pk).update(created_at=ago(days=2))
        expire = sweeping.expire

        def sometimes(launch: Launch) -> bool:
            if launch == stuck:
                raise RuntimeError("disk full")
            return expire(launch)

        monkeypatch.setattr(sweeping, "expire", sometimes)
        assert sweep()["expired"] == 1
        other.refresh_from_db()
        assert other.end_reason == "expired"

    def test_a_sweep_stops_when_its_time_is_up(
        self, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        abandon(opened(lax, 1))
        monkeypatch.setattr(sweeping, "_SECONDS", -1)
        assert sweep() == {"expired": 0, "given_back": 0}

    def test_tokens_left_by_a_process_that_died_are_given_back_later(self, lax: LaxEhr) -> None:
        launch = opened(lax, 1)
        end(launch_id=launch.pk, reason=Launch.EndReason.CLOSED)
        assert sweep() == {"expired": 0, "given_back": 0}  # it may still be at it
        Launch.objects.update(ended_at=ago(minutes=6))
        assert sweep() == {"expired": 0, "given_back": 1}
        assert sweep() == {"expired": 0, "given_back": 0}
        assert revoked(lax) == ["refresh-1"]
        launch.refresh_from_db()
        assert launch.end_reason == Launch.EndReason.CLOSED

    def test_tokens_left_in_the_middle_of_being_given_back_are_given_back_later(
        self, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        launch = opened(lax, 1)

        def killed(*_: object, **__: object) -> bool:
            raise KeyboardInterrupt

        with monkeypatch.context() as dying:
            dying.setattr("smartapp.tokens.store.revoke", killed)
            with pytest.raises(KeyboardInterrupt):
                close(launch)
        launch.refresh_from_db()
        Launch.objects.update(ended_at=ago(minutes=6))
        assert sweep() == {"expired": 0, "given_back": 0}  # it may still be at it
        TokenSet.objects.update(lost_at=ago(minutes=6))
        assert sweep() == {"expired": 0, "given_back": 1}
        assert sweep() == {"expired": 0, "given_back": 0}
        assert revoked(lax) == ["refresh-1"]
        kept = TokenSet.objects.get()
        assert (kept.access_token, kept.refresh_token) == ("", None)
        told = AuditEvent.objects.filter(type="token.revoked")
        assert [each.detail["confirmed"] for each in told] == [True]

    def test_one_who_gives_them_back_in_anothers_place_is_not_disturbed(self, lax: LaxEhr) -> None:
        launch = opened(lax, 1)
        end(launch_id=launch.pk, reason=Launch.EndReason.CLOSED)
        Launch.objects.update(ended_at=ago(minutes=6))
        TokenSet.objects.update(lost_at=ago(minutes=6), refreshing_until=ago(minutes=-1))
        assert sweep() == {"expired": 0, "given_back": 0}
        assert revoked(lax) == []

    def test_what_the_ehr_ended_is_emptied_and_the_ehr_not_asked(self, lax: LaxEhr) -> None:
        launch = opened(lax, 1)
        lose(launch.token_set)
        Launch.objects.update(ended_at=ago(minutes=6))
        TokenSet.objects.update(lost_at=ago(minutes=6))
        assert sweep() == {"expired": 0, "given_back": 1}
        assert sweep() == {"expired": 0, "given_back": 0}
        assert TokenSet.objects.get().refresh_token is None
        assert revoked(lax) == []

    def test_the_sweep_finds_old_launches_by_an_index(self) -> None:
        old = Launch.objects.filter(ended_at=None, created_at__lte=ago(hours=8))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # so few rows are read faster without
                cursor.execute("SET LOCAL enable_seqscan = off")
        assert "live_launches_by_age" in old.order_by("created_at").explain()

    def test_a_launch_without_tokens_is_ended_all_the_same(self, lax: LaxEhr) -> None:
        launch = opened(lax, 1)
        TokenSet.objects.all().delete()
        abandon(launch)
        assert sweep()["expired"] == 1
        Launch.objects.update(ended_at=ago(minutes=6))
        assert sweep() == {"expired": 0, "given_back": 0}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_each_launch_once(lax: LaxEhr, ehr: Ehr) -> None:
    abandon(*(opened(lax, number) for number in range(6)))
    together, counts = threading.Barrier(2), []

    def work() -> None:
        try:
            together.wait()
            counts.append(sweep()["expired"])
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(counts) == 6
    assert revoked(lax) == [f"refresh-{number}" for number in range(6)]
    for kind in ("launch.ended", "token.revoked"):
        assert AuditEvent.objects.filter(type=kind).count() == 6
    assert verify().whole


def test_workers_know_the_task_and_run_it_every_minute(settings: Any) -> None:
    app.loader.import_default_modules()
    entry = app.conf.beat_schedule["sweep-launches"]
    assert entry["task"] in app.tasks
    assert entry["schedule"] == 60
