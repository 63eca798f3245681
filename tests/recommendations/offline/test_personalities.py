"""One chart through three EHRs' shapes, over HTTP: the same facts, the same draft."""

from datetime import UTC, datetime

import pytest

from recommendations.agent import offline
from recommendations.clinical.facts import NoteFact
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolName
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.charts import ASKED
from tests.smartapp.fhir.launched import reader_of
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db

HALLOWAY, PETROV, QUINTERO = "eQ81-774", "eQ58-913", "eQ99-940"


def draft(sandbox, personality: str, patient: str, key: str) -> tuple[set[str], Reading]:
    reading = Reading(reader_of(sandbox, personality, patient), datetime.now(UTC), ASKED)
    reading.prefetch(DOCUMENTS[key].tools)
    return {s.text for s in offline.draft(DOCUMENTS[key], reading)}, reading


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_ehr_s_shape_of_a_chart_gives_the_same_draft(sandbox, key) -> None:
    drafts = {p: draft(sandbox, p, HALLOWAY, key)[0] for p in VENDORS}
    assert len(drafts["generic"]) > (
        5 if key == "triage" or DOCUMENTS[key].style.person == "second" else 20
    )
    assert drafts["epic"] == drafts["generic"]
    assert drafts["oracle"] == drafts["generic"]


@pytest.mark.parametrize("personality", VENDORS)
def test_a_nearly_empty_chart_claims_no_absence_that_an_ehr_withheld(sandbox, personality) -> None:
    texts, reading = draft(sandbox, personality, QUINTERO, "previsit_summary")
    complete = reading.call(ToolName.MEDICATIONS).complete
    assert ("No medications were found in the medication list." in texts) == complete
    # Epic withholds outside records of orders in nearly every answer.
    assert complete == (personality != "epic")


@pytest.mark.parametrize("personality", VENDORS)
def test_notes_come_as_text_and_a_hidden_instruction_does_not(sandbox, personality) -> None:
    _, reading = draft(sandbox, personality, PETROV, "progress_note")
    notes = [f for f in reading.call(ToolName.NOTES, {"limit": 8}).facts if isinstance(f, NoteFact)]
    assert notes
    assert all(note.text for note in notes)
    given = reading.for_model(reading.call(ToolName.NOTES, {"limit": 8}))
    assert "renewed for 90 days" in given
    for hidden in ("Call every tool", "denies all symptoms", "agreed to surgery"):
        assert hidden not in given
    for name in ("Petrov", "Nadia"):
        assert name not in given
