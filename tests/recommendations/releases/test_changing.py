"""What is in use where: by two people, one step back, and never under a draft's feet."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from recommendations.agent.prompts import Release
from recommendations.models import ReleaseChange
from recommendations.releases import changing, choosing, errors
from recommendations.releases.wishes import Wish
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch, StaffUser
from tests.recommendations.prompting import released
from tests.recommendations.releases.conftest import NEWEST, administrator

pytestmark = pytest.mark.django_db
NOTE = DOCUMENTS["progress_note"]
UNIT = "demo/ward-4"
WHY = "Fewer statements were reworded."


def wish(contract: int = 4, prompt: int = 1, **more: Any) -> Wish:
    return Wish("progress_note", contract=contract, prompt=prompt, **more)


def put_into_use(what: Wish, one: StaffUser, other: StaffUser) -> ReleaseChange:
    return changing.approve(changing.propose(what, WHY, by=one).pk, by=other)


def used(unit: str = "") -> str:
    return choosing.release_of(choosing.in_use(NOTE, unit)).version


def told(kind: str) -> list[dict[str, Any]]:
    rows = AuditEvent.objects.filter(type=f"release.{kind}").order_by("pk")
    return [row.detail for row in rows]


def test_where_nobody_decided_the_newest_released_version_is_used(folder: Path) -> None:
    assert used() == f"contract@{NEWEST} progress_note@1"
    assert used() == f"contract@{NEWEST} progress_note@1"
    released(folder, "progress_note", 2)
    assert used() == used(UNIT) == f"contract@{NEWEST} progress_note@2"
    shipped = told("shipped")
    assert [(each["release"], each["instead_of"]) for each in shipped] == [
        (f"contract@{NEWEST} progress_note@1", ""),
        (f"contract@{NEWEST} progress_note@2", f"contract@{NEWEST} progress_note@1"),
    ]


def test_two_people_put_a_version_into_use(grace: StaffUser, tomas: StaffUser) -> None:
    proposed = changing.propose(wish(models=("model-a", "model-b")), WHY, by=grace)
    assert used() == f"contract@{NEWEST} progress_note@1"
    approved = changing.approve(proposed.pk, by=tomas)
    assert used() == "contract@4 progress_note@1"
    assert choosing.release_of(approved).models == ("model-a", "model-b")
    assert (approved.proposer_name, approved.approver_name) == ("Grace", "Tomas")
    assert told("proposed")[0]["reason"] == WHY
    (row,) = told("approved")
    assert row["instead_of"] == f"contract@{NEWEST} progress_note@1"
    assert row["release_sha256"] == choosing.release_of(approved).sha256
    assert row["models"] == ["model-a", "model-b"]


def test_nobody_approves_what_they_proposed(grace: StaffUser) -> None:
    proposed = changing.propose(wish(), WHY, by=grace)
    with pytest.raises(errors.OwnProposal):
        changing.approve(proposed.pk, by=grace)
    assert used() == f"contract@{NEWEST} progress_note@1"
    proposed.refresh_from_db()
    assert proposed.is_waiting
    assert told("approved") == []


def test_the_database_holds_it_too(grace: StaffUser, tomas: StaffUser) -> None:
    change = put_into_use(wish(), grace, tomas)
    for fields in ({"approver": grace}, {"approver": None}, {"number": None}, {"prompt": None}):
        before = {name: getattr(change, name) for name in fields}
        for name, value in fields.items():
            setattr(change, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            change.save()
        for name, value in before.items():
            setattr(change, name, value)


@pytest.mark.parametrize(
    ("what", "refused"),
    [
        (wish(contract=99), errors.VersionUnknown),
        (wish(prompt=2), errors.VersionUnknown),
        (Wish("poem", contract=NEWEST, prompt=1), errors.VersionUnknown),
        (wish(models=("a b",)), errors.ModelMalformed),
        (wish(models=("",)), errors.ModelMalformed),
        (wish(models=("https://elsewhere\n",)), errors.ModelMalformed),
        (wish(models=tuple("abcdef")), errors.ModelMalformed),
        (wish(unit="ward-4"), errors.UnitUnknown),
        (wish(unit="nowhere/ward-4"), errors.UnitUnknown),
        (wish(unit="demo/../x"), errors.UnitUnknown),
        (Wish("progress_note", unit=UNIT), errors.NothingChanges),
    ],
)
def test_what_cannot_be_used_is_not_proposed(
    launch: Launch, grace: StaffUser, what: Wish, refused: type[errors.ReleaseError]
) -> None:
    with pytest.raises(refused):
        changing.propose(what, WHY, by=grace)
    assert not ReleaseChange.objects.exclude(kind="shipped").exists()


@pytest.mark.parametrize("reason", ["", "because", "x" * 2001, " " * 30])
def test_a_change_needs_a_reason(grace: StaffUser, reason: str) -> None:
    with pytest.raises(errors.ReasonTooShort):
        changing.propose(wish(), reason, by=grace)


@pytest.mark.parametrize("fields", [{"role": "compliance"}, {"is_active": False}])
def test_only_administrators_change_anything(grace: StaffUser, fields: dict[str, Any]) -> None:
    other = administrator("lena", **fields)
    proposed = changing.propose(wish(), WHY, by=grace)
    seen = choosing.in_use(NOTE).pk
    for act in (
        lambda: changing.propose(wish(contract=3), WHY, by=other),
        lambda: changing.approve(proposed.pk, by=other),
        lambda: changing.dismiss(proposed.pk, by=other),
        lambda: changing.roll_back("progress_note", "", WHY, seen=seen, by=other),
    ):
        with pytest.raises(errors.NotAnAdministrator):
            act()


def test_one_change_waits_at_a_time_and_is_decided_once(
    launch: Launch, grace: StaffUser, tomas: StaffUser
) -> None:
    first = changing.propose(wish(), WHY, by=grace)
    with pytest.raises(errors.AlreadyWaiting):
        changing.propose(wish(contract=3), WHY, by=tomas)
    changing.propose(wish(unit=UNIT), WHY, by=grace)  # elsewhere is another matter
    changing.approve(first.pk, by=tomas)
    for act in (changing.approve, changing.dismiss):
        with pytest.raises(errors.NotWaiting):
            act(first.pk, by=tomas)
        with pytest.raises(errors.NotWaiting):
            act(uuid4(), by=tomas)


def test_a_proposal_is_dismissed_by_either(grace: StaffUser, tomas: StaffUser) -> None:
    for who in (grace, tomas):
        proposed = changing.propose(wish(), WHY, by=grace)
        changing.dismiss(proposed.pk, by=who)
        with pytest.raises(errors.NotWaiting):
            changing.approve(proposed.pk, by=tomas)
    assert used() == f"contract@{NEWEST} progress_note@1"
    assert len(told("dismissed")) == 2


def test_what_is_in_use_is_not_proposed_again_but_what_was_shipped_can_be_kept(
    folder: Path, grace: StaffUser, tomas: StaffUser
) -> None:
    choosing.in_use(NOTE)
    put_into_use(wish(contract=NEWEST), grace, tomas)
    with pytest.raises(errors.NothingChanges):
        changing.propose(wish(contract=NEWEST), WHY, by=grace)
    released(folder, "progress_note", 2)
    assert (
        used() == f"contract@{NEWEST} progress_note@1"
    )  # a person decided: an upgrade changes nothing


def test_files_that_changed_since_the_proposal_are_not_approved(
    folder: Path, grace: StaffUser, tomas: StaffUser
) -> None:
    released(folder, "progress_note", 2)
    proposed = changing.propose(wish(prompt=2), WHY, by=grace)
    ReleaseChange.objects.filter(pk=proposed.pk).update(sha256="0" * 64)
    with pytest.raises(errors.VersionUnknown):
        changing.approve(proposed.pk, by=tomas)


# --- One step back


def back(unit: str = "", *, by: StaffUser) -> ReleaseChange:
    seen = choosing.in_use(NOTE, unit).pk
    return changing.roll_back("progress_note", unit, "It words too much anew.", seen=seen, by=by)


def test_one_person_goes_one_step_back_and_then_further_back(
    grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(contract=3), grace, tomas)
    put_into_use(wish(contract=2, models=("model-a",)), grace, tomas)
    put_into_use(wish(contract=1), grace, tomas)
    first = back(by=grace)
    assert used() == "contract@2 progress_note@1"
    assert choosing.release_of(first).models == ("model-a",)
    back(by=grace)
    assert used() == "contract@3 progress_note@1"
    back(by=tomas)
    assert used() == f"contract@{NEWEST} progress_note@1"  # what the software came with
    with pytest.raises(errors.NothingBefore):
        back(by=tomas)
    rolled = told("rolled_back")
    assert [each["instead_of"][:10] for each in rolled] == [
        "contract@1",
        "contract@2",
        "contract@3",
    ]
    assert all(each["reason"] == "It words too much anew." for each in rolled)


def test_what_was_rolled_back_takes_two_people_again(grace: StaffUser, tomas: StaffUser) -> None:
    put_into_use(wish(), grace, tomas)
    back(by=grace)
    put_into_use(wish(), tomas, grace)
    assert used() == "contract@4 progress_note@1"
    back(by=grace)
    assert used() == f"contract@{NEWEST} progress_note@1"


def test_an_upgrade_is_rolled_back_too(folder: Path, grace: StaffUser) -> None:
    choosing.in_use(NOTE)
    released(folder, "progress_note", 2)
    assert used().endswith("@2")
    back(by=grace)
    assert used() == f"contract@{NEWEST} progress_note@1"


def test_a_step_back_changes_something_where_two_people_kept_what_was_shipped(
    folder: Path, grace: StaffUser, tomas: StaffUser
) -> None:
    choosing.in_use(NOTE)
    released(folder, "progress_note", 2)
    put_into_use(wish(contract=NEWEST, prompt=2), grace, tomas)
    back(by=grace)
    assert used() == f"contract@{NEWEST} progress_note@1"


def test_a_step_back_from_what_is_no_longer_in_use_is_refused(
    grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(), grace, tomas)
    seen = choosing.in_use(NOTE).pk
    put_into_use(wish(contract=3), grace, tomas)
    with pytest.raises(errors.MovedMeanwhile):
        changing.roll_back("progress_note", "", "Two pages were open.", seen=seen, by=grace)
    assert used() == "contract@3 progress_note@1"


# --- Units


def test_a_unit_is_pinned_and_follows_again(
    launch: Launch, grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(unit=UNIT), grace, tomas)
    assert (used(), used(UNIT), used("demo/other")) == (
        f"contract@{NEWEST} progress_note@1",
        "contract@4 progress_note@1",
        f"contract@{NEWEST} progress_note@1",
    )
    put_into_use(wish(contract=3), grace, tomas)
    assert used(UNIT) == "contract@4 progress_note@1"
    put_into_use(Wish("progress_note", unit=UNIT), grace, tomas)
    assert used(UNIT) == "contract@3 progress_note@1"
    with pytest.raises(errors.NothingChanges):
        changing.propose(Wish("progress_note", unit=UNIT), WHY, by=grace)


def test_where_the_hospital_was_let_follow_itself_what_is_shipped_is_used(
    launch: Launch, grace: StaffUser, tomas: StaffUser
) -> None:
    """Earlier versions took such a change; it names no version, and no draft had a prompt."""
    before = put_into_use(wish(), grace, tomas)
    ReleaseChange.objects.create(
        document="progress_note",
        kind=ReleaseChange.Kind.FOLLOW,
        reason=WHY,
        proposer=grace,
        proposer_name="Grace",
        proposed_at=timezone.now(),
        approver=tomas,
        approver_name="Tomas",
        took_effect_at=timezone.now(),
        number=(before.number or 0) + 1,
        replaces=before,
    )
    assert used() == used(UNIT) == f"contract@{NEWEST} progress_note@1"
    put_into_use(wish(contract=3), grace, tomas)
    assert used() == "contract@3 progress_note@1"


def test_a_step_back_in_a_unit_ends_where_it_followed_the_hospital(
    launch: Launch, grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(unit=UNIT), grace, tomas)
    put_into_use(wish(contract=3, unit=UNIT), grace, tomas)
    back(UNIT, by=grace)
    assert used(UNIT) == "contract@4 progress_note@1"
    back(UNIT, by=grace)
    assert used(UNIT) == f"contract@{NEWEST} progress_note@1"
    last = choosing.latest("progress_note", UNIT)
    assert last is not None
    assert (last.kind, last.follows) == ("back", True)
    with pytest.raises(errors.NothingBefore):
        changing.roll_back("progress_note", UNIT, WHY * 2, seen=uuid4(), by=grace)


def test_a_launch_is_drafted_with_its_units_own(
    launch: Launch, grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(unit=UNIT), grace, tomas)
    assert choosing.for_launch("progress_note", launch)["contract"] == 4
    assert choosing.for_launch("progress_note", launch)["unit"] == UNIT
    assert choosing.for_launch("previsit_summary", launch)["contract"] == NEWEST
    launch.unit = ""
    kept = choosing.for_launch("progress_note", launch)
    assert (kept["contract"], kept["unit"]) == (NEWEST, "")
    assert kept["sha256"] == Release("progress_note", NEWEST, 1).sha256


def test_everywhere_there_is_nobody_to_follow(grace: StaffUser, tomas: StaffUser) -> None:
    put_into_use(wish(), grace, tomas)
    with pytest.raises(errors.UnitUnknown):
        changing.propose(Wish("progress_note"), WHY, by=grace)
    assert used() == "contract@4 progress_note@1"


def test_a_model_that_answers_from_anywhere_is_not_released_unless_that_is_agreed(
    grace: StaffUser, settings: Any
) -> None:
    anywhere = wish(models=("eu.anthropic.claude", "global.anthropic.claude"))
    with pytest.raises(errors.ModelAnywhere):
        changing.propose(anywhere, WHY, by=grace)
    settings.MODEL_ANYWHERE = True
    assert changing.propose(anywhere, WHY, by=grace).is_waiting
