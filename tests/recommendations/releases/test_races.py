"""Two people at once: one of them decides, the other is told, and nothing is in use twice."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from recommendations.models import ReleaseChange
from recommendations.releases import changing, choosing, errors
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import StaffUser
from tests.recommendations.releases.conftest import administrator
from tests.recommendations.releases.test_changing import WHY, put_into_use, used, wish

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = DOCUMENTS["progress_note"]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each: "done", or the code of its refusal."""
    found: list[str] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            act()
            found.append("done")
        except errors.ReleaseError as refused:
            found.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(found)


def numbers() -> list[int]:
    rows = ReleaseChange.objects.filter(document="progress_note", number__isnull=False)
    return sorted(rows.values_list("number", flat=True))


def test_two_people_approve_the_same_change(grace: StaffUser, tomas: StaffUser) -> None:
    change = changing.propose(wish(), WHY, by=grace)
    ida = administrator("ida")

    def approving(who: StaffUser) -> Callable[[], object]:
        return lambda: changing.approve(change.pk, by=who)

    found = at_once(approving(tomas), approving(ida))
    assert found in (["done", "release_not_waiting"], ["done", "release_moved"])
    assert numbers() == [1, 2]
    assert used() == "contract@4 progress_note@1"


def test_two_people_go_a_step_back(grace: StaffUser, tomas: StaffUser) -> None:
    put_into_use(wish(contract=3), grace, tomas)
    put_into_use(wish(contract=2), grace, tomas)
    seen = choosing.in_use(NOTE).pk

    def stepping(who: StaffUser, seen: UUID) -> Callable[[], object]:
        return lambda: changing.roll_back("progress_note", "", "It does harm.", seen=seen, by=who)

    assert at_once(stepping(grace, seen), stepping(tomas, seen)) == ["done", "release_moved"]
    assert used() == "contract@3 progress_note@1"  # one step, not two


def test_many_drafts_at_once_begin_to_use_what_was_shipped_once(db: None) -> None:
    assert at_once(*[lambda: choosing.in_use(NOTE)] * 4) == ["done"] * 4
    assert numbers() == [1]
