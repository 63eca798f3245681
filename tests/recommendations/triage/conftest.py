"""A patient who has just come: a chart of today, a stand-in model, a hospital with destinations."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommendations.agent import model_client
from recommendations.drafts import complaints, drafting, queue
from recommendations.models import Draft
from smartapp.models import Destination, Ehr, Launch
from tests.recommendations import cast
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.charts import ChartReader
from tests.recommendations.triage import patients


@pytest.fixture
def launch(db: None) -> Launch:
    """A launch at a hospital that has set its destinations."""
    row = cast.launch()
    set_destinations(row.ehr)
    return row


def set_destinations(ehr: Ehr) -> None:
    for position, (key, service, queue_, takes_from) in enumerate(
        (
            ("clinic", "Walk-in clinic", "WALK-IN", 4),
            ("ed", "Emergency department", "ED-MAIN", 1),
            ("pharmacy", "Pharmacy desk", "", 5),
        )
    ):
        Destination.objects.create(
            ehr=ehr, key=key, service=service, queue=queue_, takes_from=takes_from,
            position=position,
        )  # fmt: skip


@pytest.fixture
def chart(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the EHR holds of the patient; a test may add resources."""
    resources: list[dict[str, Any]] = [patients.PATIENT]
    monkeypatch.setattr(drafting, "reader_for", lambda launch: ChartReader(resources))
    monkeypatch.setattr(queue, "wake", lambda draft_id: None)
    return resources


@pytest.fixture
def model(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    stand_in = StandIn()
    settings.MODEL_API_KEY = "sk-ant-secret-key"
    settings.MODEL_BASE_URL = "https://model.invalid"
    settings.MODEL_TRANSPORT_FACTORY = stand_in.transport
    monkeypatch.setattr("recommendations.agent.exchange.FIRST_PAUSE", 0.01)
    yield stand_in
    model_client.forget()


@pytest.fixture
def triaged(launch: Launch, chart: list[Any]) -> Callable[[str], Draft]:
    """Have a complaint triaged, to the end."""

    def made(complaint: str) -> Draft:
        draft = complaints.request_triage(launch=launch, complaint=complaint)
        drafting.make(draft.pk)
        return Draft.objects.get(pk=draft.pk)

    return made


def ago(**spans: float) -> str:
    """An instant so long ago, as FHIR has it."""
    return (datetime.now(UTC) - timedelta(**spans)).isoformat(timespec="seconds")
