"""What rules say of doses given and not given: from three EHRs, and each sentence checked."""

from datetime import UTC, datetime

import pytest

from recommendations import verification
from recommendations.agent.offline import sections
from recommendations.agent.offline.desk import Desk
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolName
from recommendations.verification.outcomes import Outcome
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import concept, patient
from tests.recommendations.offline.drafts import AS_OF
from tests.smartapp.fhir.launched import reader_of
from tests.smartapp.vendors import VENDORS

FINCH = "eQ63-550"  # three days on a ward, three weeks ago


def told(reading: Reading) -> list[str]:
    """The sentences; every one of them stands before verification."""
    tellings = list(sections.doses(Desk(reading), "course"))
    chart = verification.Chart.of(reading.snapshot())
    statements = [telling.said for telling in tellings if telling.said]
    for statement in statements:
        verdict = verification.verify(statement, chart)
        assert verdict.outcome is Outcome.CHECKED, (statement.text, verdict.findings)
    return [statement.text for statement in statements]


@pytest.mark.django_db
@pytest.mark.parametrize("personality", VENDORS)
def test_the_doses_of_a_stay_are_told_as_the_ehr_has_them(sandbox, personality) -> None:
    reading = Reading(reader_of(sandbox, personality, FINCH), datetime.now(UTC))
    texts = told(reading)
    if personality == "epic":  # which offers none, and that is said
        assert texts == []
        gaps = [gap.words for gap in reading.call(ToolName.ADMINISTRATIONS).gaps]
        assert gaps == ["This EHR does not offer doses given to apps."]
        return
    assert len(texts) == 9
    held = "at 09:00: Creatinine 1.9; held by the ward team."
    assert [text.endswith(held) for text in texts] == [True] * 3 + [False] * 6
    assert all(", not given on " in text for text in texts[:3])
    assert all("40 mg intravenous, given on " in text for text in texts[3:])
    assert texts[3].endswith(" at 20:00.")


def given(id_: str, when: str, status: str = "completed", **more: object) -> dict[str, object]:
    return {
        "resourceType": "MedicationAdministration",
        "id": id_,
        "status": status,
        "medicationCodeableConcept": concept("Ondansetron 4 MG Oral Tablet"),
        "effectiveDateTime": when,
        "dosage": {"route": concept("Oral"), "dose": {"value": 4, "unit": "mg"}},
        **more,
    }


def test_more_doses_than_there_is_room_for_are_counted_and_an_older_stay_is_passed_over() -> None:
    doses = [given(f"d{day}", f"2026-11-{day:02}T08:00:00-05:00") for day in range(1, 9)]
    old = given("old", "2025-11-01T08:00:00-05:00")
    reading = reading_from_bundle([patient(), *doses, old], as_of=AS_OF)
    tellings = list(sections.doses(Desk(reading), "course"))
    assert [telling.said is None for telling in tellings] == [False] * 6 + [True] * 2
    assert {telling.kind for telling in tellings} == {("dose given", "doses given")}


@pytest.mark.parametrize(
    ("status", "more", "text"),
    [
        ("completed", {}, "Ondansetron, 4 mg oral, given on 14 Nov 2026 at 08:00."),
        ("in-progress", {}, "Ondansetron, 4 mg oral, dose in progress on 14 Nov 2026 at 08:00."),
        (
            "stopped",
            {"statusReason": [concept("Vomiting")]},
            "Ondansetron, 4 mg oral, dose stopped, begun on 14 Nov 2026 at 08:00: Vomiting.",
        ),
        ("on-hold", {}, "Ondansetron, 4 mg oral, dose on hold, begun on 14 Nov 2026 at 08:00."),
        ("unknown", {}, "Ondansetron, 4 mg oral, dose of unknown status on 14 Nov 2026 at 08:00."),
        (
            "not-done",
            {"dosage": None, "statusReason": [concept("Patient not on the ward")]},
            (
                "Ondansetron 4 MG Oral Tablet, not given on 14 Nov 2026 at 08:00: "
                "Patient not on the ward."
            ),
        ),
        # A time in UTC is not the ward's: the day alone is told.
        (
            "completed",
            {"effectiveDateTime": "2026-11-14T13:00:00Z"},
            "Ondansetron, 4 mg oral, given on 14 Nov 2026.",
        ),
    ],
)
def test_each_status_has_its_sentence(status: str, more: dict[str, object], text: str) -> None:
    dose = given("d1", "2026-11-14T08:00:00-05:00", status, **more)
    assert told(reading_from_bundle([patient(), dose], as_of=AS_OF)) == [text]
