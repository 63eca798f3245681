"""References to secrets: local ones, their ages, who is told, and the start of a process."""

import hashlib
import io
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.ehrs.backends import register_backend
from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.secrets import (
    SCHEMES,
    fetch_all,
    keeper,
    resolve_secret,
    secret_figures,
    watch,
)
from smartapp.models import Ehr, SecretAge

pytestmark = pytest.mark.django_db
SECRET = "hunter2-of-the-environment"
REFERENCE = "env:A_SECRET"


def of_secrets(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What the rooms of secrets logged; others may still tell of the test before."""
    return [each for each in caplog.records if each.name.startswith("smartapp.ehrs.")]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    keeper.forget_all()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("A_SECRET", SECRET)
    return monkeypatch


def told() -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEvent.objects.filter(type__startswith="config.secret_").order_by("sequence")
    return [(row.type.removeprefix("config.secret_"), row.detail) for row in rows]


def first_seen(**ago: float) -> None:
    SecretAge.objects.update(since=timezone.now() - timedelta(**ago), checked_at=None)


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("", "secret_reference_invalid"),
        ("hunter2", "secret_reference_invalid"),
        ("hunter2:and more", "secret_reference_invalid"),
        ("ENV:A_SECRET", "secret_reference_invalid"),
        ("env:", "secret_reference_invalid"),
        ("env:NOT_SET_ANYWHERE", "secret_missing"),
        ("file:/nowhere/at/all", "secret_missing"),
        ("file:/", "secret_unreadable"),
        ("aws-sm:", "secret_reference_invalid"),
        ("aws-sm:#field", "secret_reference_invalid"),
    ],
)
def test_what_leads_nowhere_is_refused_by_its_code(reference: str, code: str) -> None:
    with pytest.raises(SecretUnavailable) as caught:
        resolve_secret(reference)
    assert caught.value.code == code
    assert "hunter2" not in str(caught.value)
    if code == "secret_reference_invalid":
        assert not SecretAge.objects.exists(), "it may be the secret itself"
        assert told() == []


def test_a_file_that_is_empty_or_no_text(tmp_path: Path) -> None:
    for content, code in [(b"\n", "secret_missing"), (b"\xff\xfe\x00", "secret_unreadable")]:
        (tmp_path / "secret").write_bytes(content)
        with pytest.raises(SecretUnavailable) as caught:
            resolve_secret(f"file:{tmp_path}/secret")
        assert caught.value.code == code


def test_a_mounted_file_that_changes_is_taken_up_at_once(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    for value in ("first", "second"):
        path.write_text(f"{value}\n")
        assert resolve_secret(f"file:{path}") == value
    assert told() == [("changed", {"reference": f"file:{path}"})]


def test_neither_the_secret_nor_its_plain_hash_is_kept(given: Any) -> None:
    resolve_secret(REFERENCE)
    row = SecretAge.objects.values().get()
    assert SECRET not in str(row)
    assert row["fingerprint"] != hashlib.sha256(SECRET.encode()).hexdigest()


def test_a_secrets_age_counts_from_our_first_sight_of_its_value(given: Any) -> None:
    resolve_secret(REFERENCE)
    assert [(each.reference, each.days) for each in secret_figures()] == [(REFERENCE, 0)]
    first_seen(days=33)
    resolve_secret(REFERENCE)
    assert secret_figures()[0].days == 33
    given.setenv("A_SECRET", "renewed")
    resolve_secret(REFERENCE)
    assert secret_figures()[0].days == 0
    assert told() == [("changed", {"reference": REFERENCE})]


@pytest.mark.parametrize(
    ("days", "level"), [(79.9, ""), (80.1, "warning"), (89.9, "warning"), (90.1, "alert")]
)
def test_from_day_80_a_warning_and_from_day_90_an_alert(
    given: Any, caplog: pytest.LogCaptureFixture, days: float, level: str
) -> None:
    resolve_secret(REFERENCE)
    first_seen(days=days)
    for _ in range(3):
        resolve_secret(REFERENCE)
    assert secret_figures()[0].level == level
    whole = {"reference": REFERENCE, "days": int(days), "level": level}
    assert told() == ([("old", whole)] if level else [])
    logged = [(each.levelname, each.message) for each in of_secrets(caplog)]
    expected = {
        "": [],
        "warning": [("WARNING", "secret_growing_old")],
        "alert": [("ERROR", "secret_too_old")],
    }
    assert logged == expected[level]
    found = [each.id for each in run_checks(databases=["default"]) if "secret" in each.msg]
    assert found == {"": [], "warning": ["smartapp.W020"], "alert": ["smartapp.W021"]}[level]


def test_a_warning_is_followed_by_an_alert_and_ends_with_a_new_secret(given: Any) -> None:
    resolve_secret(REFERENCE)
    for days in (81, 91):
        first_seen(days=days)
        resolve_secret(REFERENCE)
    given.setenv("A_SECRET", "renewed")
    resolve_secret(REFERENCE)
    assert [kind for kind, _ in told()] == ["old", "old", "changed"]
    assert secret_figures()[0].level == ""


def test_a_secret_that_cannot_be_had_is_told_once_and_shown_until_it_can(
    given: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    resolve_secret(REFERENCE)
    given.delenv("A_SECRET")
    for _ in range(3):
        with pytest.raises(SecretUnavailable):
            resolve_secret(REFERENCE)
    row = AuditEvent.objects.get(type="config.secret_unavailable")
    assert (row.outcome, row.code) == ("failed", "secret_missing")
    assert row.detail == {"reference": REFERENCE}
    assert [each.message for each in of_secrets(caplog)] == ["secret_unavailable"]
    assert [each.id for each in run_checks(databases=["default"]) if "secret" in each.msg] == [
        "smartapp.W022"
    ]
    given.setenv("A_SECRET", SECRET)
    resolve_secret(REFERENCE)
    assert secret_figures()[0].failure == ""


def test_the_checks_without_a_database_do_not_ask_it(given: Any) -> None:
    resolve_secret(REFERENCE)
    first_seen(days=100)
    assert not [each for each in run_checks() if "secret" in each.msg]


def test_the_row_is_not_written_at_each_use(given: Any, django_assert_num_queries: Any) -> None:
    resolve_secret(REFERENCE)
    with django_assert_num_queries(1):  # a look, and no transaction: nobody's writing is awaited
        resolve_secret(REFERENCE)


@pytest.fixture
def registered(ehr: Ehr, given: Any) -> Ehr:
    """One EHR by secret, its backend by another that is missing."""
    ehr.client_auth, ehr.client_secret_ref = Ehr.ClientAuth.SECRET, REFERENCE
    ehr.save()
    register_backend(
        ehr,
        client_id="night",
        scopes="system/Patient.rs",
        client_auth="client_secret_basic",
        client_secret_ref="env:NOT_SET_ANYWHERE",
    )
    return ehr


def test_a_starting_process_fetches_every_secret_that_is_in_use(registered: Ehr) -> None:
    assert fetch_all() == {REFERENCE: "", "env:NOT_SET_ANYWHERE": "secret_missing"}
    assert {each.reference: each.failure for each in secret_figures()} == fetch_all()
    Ehr.objects.update(is_active=False)
    assert REFERENCE not in fetch_all()


def test_the_command_tells_ages_and_fails_where_one_cannot_be_had(registered: Ehr) -> None:
    said = io.StringIO()
    with pytest.raises(CommandError, match="secret_missing"):
        call_command("check_secrets", stdout=said)
    assert f"{REFERENCE}  0 days old  good" in said.getvalue()
    assert SECRET not in said.getvalue()


def test_the_watch_outlives_whatever_goes_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    def broken() -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(watch, "fetch_all", broken)
    monkeypatch.setattr(watch.connection, "close", lambda: None)
    caplog.set_level(logging.DEBUG)
    watch.look()
    assert [each.message for each in of_secrets(caplog)] == ["secrets_watch_failed"]
    assert SECRET not in str([vars(each) for each in caplog.records])
    assert settings.EHR_SECRETS_WATCH is False
    assert watch.start() is None


def test_every_scheme_is_named_where_a_reference_is_refused() -> None:
    with pytest.raises(SecretUnavailable) as caught:
        resolve_secret("nothing")
    assert all(f"{scheme}:" in str(caught.value) for scheme in SCHEMES)
