"""A signing key is changed in stages, each told in the trail, and no assertion is refused for it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from joserfc.jwk import RSAKey

from audit.models import AuditEvent
from smartapp.ehrs.keys import published_keys, signing_key
from smartapp.ehrs.rotating import RotationRefused, Stage, next_stage, rotate
from smartapp.models import SigningKey

pytestmark = pytest.mark.django_db
NONE = timedelta(0)


def published(algorithm: str = "ES384") -> set[str]:
    return {key["kid"] for key in published_keys()["keys"] if key["alg"] == algorithm}


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("rotate_key", *arguments, stdout=said)
    return said.getvalue()


def older(kid: str, **fields: Any) -> None:
    SigningKey.objects.filter(kid=kid).update(**fields)


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_two_keys_are_published_during_a_rotation_and_one_signs(algorithm: str) -> None:
    old = signing_key(algorithm).kid
    (new,) = rotate(algorithm, Stage.PUBLISH)
    assert published(algorithm) == {old, new.kid}
    assert signing_key(algorithm).kid == old, "EHRs do not know the new one yet"
    rotate(algorithm, Stage.SIGN, wait=NONE)
    assert published(algorithm) == {old, new.kid}, "its last assertions are still under way"
    assert signing_key(algorithm).kid == new.kid
    rotate(algorithm, Stage.WITHDRAW, wait=NONE)
    assert published(algorithm) == {new.kid}
    assert signing_key(algorithm).kid == new.kid


def test_each_stage_is_told_in_the_trail() -> None:
    old = signing_key("ES384").kid
    new = rotate("ES384", Stage.PUBLISH)[0].kid
    rotate("ES384", Stage.SIGN, wait=NONE)
    rotate("ES384", Stage.WITHDRAW, wait=NONE)
    rows = AuditEvent.objects.filter(type="config.key_rotated").order_by("sequence")
    assert [row.detail for row in rows] == [
        {"kid": new, "algorithm": "ES384", "stage": "publish"},
        {"kid": new, "algorithm": "ES384", "stage": "sign"},
        {"kid": old, "algorithm": "ES384", "stage": "withdraw"},
    ]


def test_a_withdrawn_keys_private_half_is_gone_and_a_live_ones_is_sealed() -> None:
    old = signing_key("ES384").kid
    for stage in Stage:
        rotate("ES384", stage, wait=NONE)
    row = SigningKey.objects.get(kid=old)
    assert row.retired_at is not None
    assert row.private_key == ""
    live = SigningKey.objects.get(retired_at=None)
    assert live.private_key.startswith("-----BEGIN PRIVATE KEY-----")
    assert b"PRIVATE" not in bytes(live.private_key_sealed)


def test_the_other_algorithm_is_left_alone() -> None:
    rsa = signing_key("RS384").kid
    signing_key("ES384")
    for stage in Stage:
        rotate("ES384", stage, wait=NONE)
    assert published("RS384") == {rsa}
    assert next_stage("RS384") is Stage.PUBLISH


@pytest.mark.parametrize("done", [[], [Stage.PUBLISH], [Stage.PUBLISH, Stage.SIGN]])
def test_a_stage_out_of_turn_is_refused_and_changes_nothing(done: list[Stage]) -> None:
    signing_key("ES384")
    for stage in done:
        rotate("ES384", stage, wait=NONE)
    before = list(SigningKey.objects.order_by("kid").values())
    for stage in set(Stage) - {next_stage("ES384")}:
        with pytest.raises(RotationRefused, match="next stage"):
            rotate("ES384", stage, wait=NONE)
    assert list(SigningKey.objects.order_by("kid").values()) == before
    assert AuditEvent.objects.filter(type="config.key_rotated").count() == len(done)


def test_a_key_does_not_sign_before_every_ehr_has_had_time_to_see_it() -> None:
    old = signing_key("ES384").kid
    new = rotate("ES384", Stage.PUBLISH)[0].kid
    older(new, created_at=timezone.now() - timedelta(hours=23, minutes=59))
    with pytest.raises(RotationRefused, match="try again after"):
        rotate("ES384", Stage.SIGN)
    assert signing_key("ES384").kid == old
    older(new, created_at=timezone.now() - timedelta(hours=24, minutes=1))
    rotate("ES384", Stage.SIGN)
    with pytest.raises(RotationRefused, match="signs too short"):
        rotate("ES384", Stage.WITHDRAW)
    assert published() == {old, new}
    older(old, signing_from=timezone.now() - timedelta(hours=99))
    older(new, signing_from=timezone.now() - timedelta(hours=25))
    rotate("ES384", Stage.WITHDRAW)
    assert published() == {new}


def test_both_first_keys_of_a_race_are_withdrawn_together() -> None:
    first, second = signing_key("ES384").kid, None
    SigningKey.objects.update(retired_at=timezone.now())
    second = signing_key("ES384").kid
    SigningKey.objects.update(retired_at=None)
    assert next_stage("ES384") is Stage.WITHDRAW
    (gone,) = rotate("ES384", Stage.WITHDRAW, wait=NONE)
    assert gone.kid == first
    assert published() == {second}


def test_the_command_goes_through_the_stages_and_says_where_it_is() -> None:
    old = signing_key("ES384").kid
    said = run("ES384")
    assert "Published" in said
    assert "published, not used" in said
    assert "Next stage: sign." in said
    assert "/.well-known/jwks.json" in said
    with pytest.raises(CommandError, match="key_rotation_refused"):
        run("ES384")
    assert "Next stage: withdraw." in run("ES384", "--wait-hours", "0")
    assert f"destroyed the private half of {old}" in run("ES384", "--wait-hours=0")
    assert "Next stage: publish." in run("ES384", "--status")


def test_the_command_refuses_another_stage_than_the_one_named() -> None:
    signing_key("ES384")
    with pytest.raises(CommandError, match="next stage for ES384 is 'publish'"):
        run("ES384", "--stage", "withdraw", "--wait-hours", "0")
    with pytest.raises(CommandError, match="negative"):
        run("ES384", "--wait-hours=-1")
    assert SigningKey.objects.count() == 1


def test_asking_for_the_status_changes_nothing() -> None:
    old = signing_key("ES384").kid
    assert f"{old}  signing from" in run("ES384", "--status")
    assert SigningKey.objects.count() == 1


def test_the_first_key_of_all_signs_at_once() -> None:
    (key,) = rotate("RS384", Stage.PUBLISH)
    assert signing_key("RS384").kid == key.kid


@pytest.mark.django_db(transaction=True)
def test_keys_from_before_the_stages_go_on_signing() -> None:
    old = ("smartapp", "0002_launch_and_refresh_state")
    new = ("smartapp", "0003_backend_services_and_key_stages")
    executor = MigrationExecutor(connection)
    # Of every app: what stands on a later migration of this one goes back with it.
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([old])
    try:
        keys = executor.loader.project_state([old]).apps.get_model("smartapp", "SigningKey")
        keys.objects.create(kid="from-before", algorithm="ES384", private_key_sealed=b"x")
        executor = MigrationExecutor(connection)
        executor.migrate([new])
        moved = executor.loader.project_state([new]).apps.get_model("smartapp", "SigningKey")
        row = moved.objects.get(kid="from-before")
        assert row.signing_from == row.created_at
        row.delete()
    finally:
        MigrationExecutor(connection).migrate(latest)


def test_a_key_is_read_and_checked_once_however_often_it_signs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = signing_key("RS384")
    monkeypatch.setattr(RSAKey, "import_key", _never)
    assert signing_key("RS384").kid == first.kid
    assert first.kid in {each["kid"] for each in published_keys()["keys"]}


def _never(*_: object) -> None:
    raise AssertionError("The key was read again.")
