"""An old triage is made again byte for byte, whatever became of the hospital's list."""

from collections.abc import Callable
from typing import Any

import pytest

from recommendations.models import Draft
from recommendations.replays.replaying import replay
from smartapp.models import Destination, Launch
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.triage import patients

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_triage_is_replayed_after_its_list_has_changed(
    launch: Launch, triaged: Callable[[str], Draft], chart: list[Any], model: StandIn
) -> None:
    chart += [patients.sign("pulse", 96)]
    draft = triaged("Crushing chest pain since breakfast.")
    assert draft.drafter == "claude"
    Destination.objects.get(key="clinic").delete()
    Destination.objects.create(ehr=launch.ehr, key="new", service="New: one, of another kind")
    found = replay(draft.pk)
    assert found.requests
    assert [each for each in found.requests if not each.same] == []
    assert found.exact
