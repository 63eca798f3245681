"""What the offline drafter says of any chart stands before verification, with no false mark.

The charts are the sandbox hospital's own patients and the shared sets of synthetic charts.
"""

import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from recommendations import verification
from recommendations.agent import offline
from recommendations.clinical.reading import Reading
from recommendations.quality.bundles import patients
from recommendations.verification.outcomes import Outcome
from recommendations.workflows.registry import DOCUMENTS
from sandbox import charts
from tests.conftest import SHARED_DATA
from tests.recommendations.charts import ASKED, newest, reading_from_bundle, resources_of

TODAY = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
SHARED = sorted(
    path
    for folder in ("synthea", "synthea-notes", "epic-shaped")
    for path in (SHARED_DATA / "charts" / folder).glob("*_*.json*")
) + sorted((SHARED_DATA / "charts" / "epic-shaped").glob("*-bundle.json"))


def marks(reading: Reading, key: str) -> list[tuple[str, str, list[str]]]:
    """The statements that do not stand, with what verification says of each."""
    statements = list(offline.draft(DOCUMENTS[key], reading))
    # Of a triage little, where no complaint is; a chart of next to nothing tells its patient none.
    quiet = DOCUMENTS[key].asks_why or DOCUMENTS[key].style.person == "second"
    assert statements or quiet
    chart = verification.Chart.of(reading.snapshot())
    verdicts = [(s, verification.verify(s, chart)) for s in statements]
    return [
        (s.text, v.outcome.value, [f.words for f in v.findings])
        for s, v in verdicts
        if v.outcome is not Outcome.CHECKED
    ]


SANDBOX = patients(charts.build(TODAY))


@pytest.mark.parametrize("patient_id", SANDBOX)
def test_every_statement_on_a_sandbox_chart_is_checked(patient_id: str) -> None:
    reading = reading_from_bundle(SANDBOX[patient_id], as_of=NOW, asked=ASKED)
    assert [mark for key in DOCUMENTS for mark in marks(reading, key)] == []


@pytest.mark.skipif(not SHARED, reason="the shared synthetic charts are not here")
@pytest.mark.parametrize("path", SHARED, ids=lambda p: Path(p).name[:24])
def test_every_statement_on_a_shared_chart_is_checked(path: Path) -> None:
    resources = resources_of(path)
    reading = reading_from_bundle(resources, as_of=newest(resources), asked=ASKED)
    assert [mark for key in DOCUMENTS for mark in marks(reading, key)] == []


def test_the_order_in_which_an_ehr_sends_resources_changes_no_verdict() -> None:
    resources = list(next(iter(SANDBOX.values())))
    random.Random(7).shuffle(resources)
    assert marks(reading_from_bundle(resources, as_of=NOW), "previsit_summary") == []
