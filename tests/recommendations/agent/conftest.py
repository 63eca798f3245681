"""A small chart, a listener that writes down what it hears, and the model's stand-in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from recommendations import agent
from recommendations.agent import model_client
from recommendations.agent.listener import (
    Doubt,
    ModelAnswer,
    ModelRequest,
    MovedOn,
    Replacement,
    ToolAnswer,
)
from recommendations.agent.prompts import newest
from recommendations.clinical.reading import Reading
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Finding
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import Script, StandIn
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.prompting import folder  # noqa: F401 - a fixture


@dataclass
class Notebook:
    """A listener that keeps everything in order."""

    reads: list[ToolAnswer] = field(default_factory=list)
    asked: list[ModelRequest] = field(default_factory=list)
    answers: list[ModelAnswer] = field(default_factory=list)
    statements: list[DraftedStatement] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    discards: list[str] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)
    stop: Callable[[], bool] = lambda: False
    doubtful: Callable[[int, DraftedStatement], bool] = lambda number, statement: False
    moves: list[MovedOn] = field(default_factory=list)
    sent: list[tuple[Doubt, ...]] = field(default_factory=list)
    came: list[tuple[tuple[Replacement, ...], str]] = field(default_factory=list)

    def read(self, answer: ToolAnswer) -> None:
        self.reads.append(answer)
        self.order.append("read")

    def asking(self, request: ModelRequest) -> None:
        self.asked.append(request)
        self.order.append("asking")

    def answered(self, answer: ModelAnswer) -> None:
        self.answers.append(answer)
        self.order.append("answered")

    def stated(self, statement: DraftedStatement) -> None:
        self.statements.append(statement)
        self.order.append("stated")

    def doubts(self) -> tuple[Doubt, ...]:
        differs = Finding(rule="value_differs", words="Says 5.9; the chart says 4.9.", ref="lab2")
        return tuple(
            Doubt(number, each.section, each.text, "contradicted", (differs,))
            for number, each in enumerate(self.statements)
            if self.doubtful(number, each)
        )

    def sent_back(self, doubts: tuple[Doubt, ...]) -> None:
        self.sent.append(doubts)
        self.order.append("sent_back")

    def came_back(self, replacements: tuple[Replacement, ...], code: str) -> None:
        self.came.append((replacements, code))
        self.order.append("came_back")

    def moved_on(self, step: MovedOn) -> None:
        self.moves.append(step)
        self.statements.clear()

    def chose(self, chosen: dict[str, str]) -> None:
        self.chosen.update(chosen)

    def discarded(self, code: str) -> None:
        self.discards.append(code)
        self.statements.clear()

    def tick(self) -> None:
        pass

    def should_stop(self) -> bool:
        return self.stop()


class Desk:
    """Everything for one draft by the stand-in."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.notebook = Notebook()
        self.reading: Reading = reading_from_bundle(CHART, as_of=datetime(2026, 11, 20, tzinfo=UTC))
        self.document = DOCUMENTS["progress_note"]
        self.budget = agent.Budget(6, 24, 8000, 24000, 20)
        self.stand_in = StandIn()
        self.models: tuple[str, ...] = ()  # those of the settings

    def draft(self, *script: Script) -> agent.DraftOutcome:
        self.stand_in = StandIn(*script)
        self.settings.MODEL_TRANSPORT_FACTORY = self.stand_in.transport
        return self.ask()

    def ask(self) -> agent.DraftOutcome:
        return agent.draft(
            self.document,
            self.reading,
            release=replace(newest(self.document), models=self.models),
            budget=self.budget,
            listener=self.notebook,
        )


@pytest.fixture
def desk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    settings.MODEL_API_KEY = "sk-ant-secret-key"
    settings.MODEL_BASE_URL = "https://model.invalid"
    monkeypatch.setattr("recommendations.agent.exchange.FIRST_PAUSE", 0.01)
    yield Desk(settings)
    model_client.forget()
