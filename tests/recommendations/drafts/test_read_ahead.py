"""Reading beside the model's first turn."""

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.context import bind, current
from recommendations.clinical.reading import Reading
from recommendations.drafts import read_ahead, timing
from recommendations.drafts.read_ahead import ReadAhead
from recommendations.drafts.timing import TimedReader
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.results import Concept, ReadResult
from tests.recommendations.agent.chart import CHART
from tests.recommendations.charts import ChartReader

# The thread closes its own database connection, which a test has to allow.
pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = DOCUMENTS["progress_note"]


class Clock:
    """Goes on when a reader says so, and knows whether the test's own thread has looked at it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.looked = threading.Event()

    def monotonic(self) -> float:
        now = self.now
        if threading.current_thread() is threading.main_thread():
            self.looked.set()
        return now


class SlowReader(ChartReader):
    """Takes 0.2 s by the clock, where there is one, and remembers for whom it read."""

    clock: Clock | None = None
    waits_for: threading.Event | None = None
    fault: Exception | None = None
    actor = ""

    def read_all(self, concepts: Iterable[Concept]) -> Mapping[Concept, ReadResult]:  # type: ignore[override]
        self.actor = current().actor
        if self.waits_for:
            assert self.waits_for.wait(10)
        if self.clock:
            self.clock.now += 0.2
        if self.fault:
            raise self.fault
        return super().read_all(concepts)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which waiting is measured."""
    made = Clock()
    for module in (read_ahead, timing):
        monkeypatch.setattr(module, "time", made)
    return made


def ahead(reader: ChartReader) -> ReadAhead:
    timed = TimedReader(reader)
    return ReadAhead(Reading(timed, datetime(2026, 11, 20, tzinfo=UTC)), timed, DOCUMENT)


def test_reading_goes_on_beside_whatever_else_is_done(clock: Clock) -> None:
    reader = SlowReader(CHART)
    reader.clock = clock
    reading = ahead(reader)
    reading.start()
    reading.end()  # the model thinks until all is read
    assert clock.now == 0.2
    assert reading.call("labs").facts
    assert reading.waited == 0.0
    assert len(reader.rounds) == 1


def test_who_asks_too_early_waits(clock: Clock) -> None:
    reader = SlowReader(CHART)
    reader.clock, reader.waits_for = clock, clock.looked
    reading = ahead(reader)
    reading.start()
    assert reader.rounds == []
    assert reading.call("labs").facts
    assert reading.waited == pytest.approx(0.2)


def test_without_a_start_the_chart_is_read_when_it_is_asked_for(clock: Clock) -> None:
    reader = SlowReader(CHART)
    reader.clock = clock
    reading = ahead(reader)
    assert reader.rounds == []
    assert reading.ready().call("labs").facts
    assert reading.waited == pytest.approx(0.2)
    assert len(reader.rounds) == 1


def test_what_went_wrong_is_raised_where_the_reading_is_asked_for_each_time() -> None:
    reader = SlowReader(CHART)
    reader.fault = SessionLost()
    reading = ahead(reader)
    reading.start()
    for _ in range(2):
        with pytest.raises(SessionLost):
            reading.call("labs")


def test_the_chart_is_read_in_the_name_of_the_same_clinician() -> None:
    reader = SlowReader(CHART)
    with bind(actor="https://ehr.invalid|Practitioner/1"):
        reading = ahead(reader)
        reading.start()
    reading.ready()
    assert reader.actor == "https://ehr.invalid|Practitioner/1"


def test_no_thread_is_left_behind() -> None:
    reader, go = SlowReader(CHART), threading.Event()
    reader.waits_for = go
    reading = ahead(reader)
    reading.start()
    assert "read-ahead" in [thread.name for thread in threading.enumerate()]
    go.set()
    reading.end()
    assert "read-ahead" not in [thread.name for thread in threading.enumerate()]


def test_what_a_tool_said_when_the_chart_was_read_is_handed_out_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    call = Reading.call

    def counted(self: Reading, name: str, arguments: Any = None) -> Any:
        asked.append(str(name))
        return call(self, name, arguments)

    monkeypatch.setattr(Reading, "call", counted)
    reading = ahead(SlowReader(CHART))
    first = reading.call("labs", {})
    assert asked.count("labs") == 1
    assert reading.call("labs", {}) == first
    assert asked.count("labs") == 2


def test_what_was_kept_is_not_handed_out_after_another_call_of_the_tool() -> None:
    reading = ahead(SlowReader(CHART))
    assert reading.call("labs", {"since": "2030-01-01"}).facts == ()
    assert reading.call("labs").facts
