"""Two administrators, a launch of a unit, and prompts that a test may write."""

from typing import Any

import pytest

from recommendations.agent.prompts import CONTRACT, released
from recommendations.models import ReleaseEvaluation, Shadow
from smartapp.models import Launch, StaffUser
from tests.recommendations import cast
from tests.recommendations.drafts import people
from tests.recommendations.drafts.conftest import sent  # noqa: F401 - a fixture
from tests.recommendations.drafts.test_drafting import chart, model  # noqa: F401 - fixtures
from tests.recommendations.prompting import folder  # noqa: F401 - a fixture

# Of the contract, as the code has it.
NEWEST = released(CONTRACT)[-1]


def administrator(name: str, **fields: Any) -> StaffUser:
    return StaffUser.objects.create(
        **{"username": name, "role": "administrator", "first_name": name.title(), **fields}
    )


@pytest.fixture
def grace(db: None) -> StaffUser:
    return administrator("grace")


@pytest.fixture
def tomas(db: None) -> StaffUser:
    return administrator("tomas")


@pytest.fixture
def launch(db: None) -> Launch:
    row = people.launch()
    row.unit = "ward-4"
    row.save()
    return row


def measured_and_shadowed(launch: Launch) -> None:
    """A version that was evaluated, and an old draft that was made again with it."""
    figures = {"release": "contract@5 progress_note@1", "failed": 1, "statements": 90}
    figures |= {"doubtful": 2.25, "doubtful_low": 0.6, "doubtful_high": 7.8}
    ReleaseEvaluation.objects.create(
        document="progress_note", contract=5, prompt=1, sha256="0" * 64, model_ids="model-a",
        verifier="2026.11.5", charts=12, figures=figures,
    )  # fmt: skip
    row = Shadow(
        draft=cast.ready_draft(launch), contract=5, prompt=1, sha256="0" * 64, model_id="model-a",
        outcomes={"checked": 7, "not_found": 1}, outcomes_before={"checked": 6}, both=5,
        asked_by="Grace",
    )  # fmt: skip
    row.statements = [{"section": "plan", "text": "Words of a chart."}]
    row.save()
