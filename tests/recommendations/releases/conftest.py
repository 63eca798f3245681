"""Two administrators, a launch of a unit, and prompts that a test may write."""

from typing import Any

import pytest

from recommendations.agent.prompts import CONTRACT, released
from smartapp.models import Launch, StaffUser
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
