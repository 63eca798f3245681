"""Reading beside the model's first turn."""

import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.context import bind, current
from recommendations.clinical.reading import Reading
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


class SlowReader(ChartReader):
    """Takes its time, and remembers for whom it read."""

    seconds = 0.2
    fault: Exception | None = None
    actor = ""

    def read_all(self, concepts: Iterable[Concept]) -> Mapping[Concept, ReadResult]:  # type: ignore[override]
        self.actor = current().actor
        time.sleep(self.seconds)
        if self.fault:
            raise self.fault
        return super().read_all(concepts)


def ahead(reader: ChartReader) -> ReadAhead:
    timed = TimedReader(reader)
    return ReadAhead(Reading(timed, datetime(2026, 11, 20, tzinfo=UTC)), timed, DOCUMENT)


@pytest.mark.alone
def test_reading_goes_on_beside_whatever_else_is_done() -> None:
    reading = ahead(SlowReader(CHART))
    reading.start()
    time.sleep(0.4)  # the model thinks
    started = time.monotonic()
    assert reading.call("labs").facts
    assert time.monotonic() - started < 0.1
    assert reading.waited < 0.05


def test_who_asks_too_early_waits() -> None:
    reading = ahead(SlowReader(CHART))
    reading.start()
    assert reading.call("labs").facts
    assert reading.waited == pytest.approx(0.2, abs=0.08)


def test_without_a_start_the_chart_is_read_when_it_is_asked_for() -> None:
    reader = SlowReader(CHART)
    reading = ahead(reader)
    assert reader.rounds == []
    assert reading.ready().call("labs").facts
    assert reading.waited == pytest.approx(0.2, abs=0.08)
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
    reading = ahead(SlowReader(CHART))
    reading.start()
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
