"""A concept that is had another way than usual is told as such, live and by count."""

from typing import Any

import pytest

from smartapp.administration.reports import report_on
from smartapp.checking.judging import by_reading, verdict_of
from smartapp.checking.report import Note, Verdict
from smartapp.fhir.results import Concept, Missing, ReadResult, Reason, Taken
from smartapp.models import Ehr
from tests.conftest import Sandbox
from tests.smartapp.checking.test_live import READ, backend, epic, found, hospital
from tests.smartapp.conformance.asking import STORIES

__all__ = ["epic", "hospital"]  # fixtures

# What this hospital refuses: results of that category.
REFUSED = {
    "concepts": {
        "labs": {
            "params": {"category": "procedure"},
            "fallback": [
                {
                    "when": "refused",
                    "whole": True,
                    "search": {
                        "type": "Observation",
                        "params": {"patient": "{patient}", "category": "laboratory"},
                        "page_size": 200,
                    },
                }
            ],
        }
    }
}


def words(report: dict[str, Any], code: str) -> list[str]:
    (one,) = [each for each in report["findings"] if each["concept"] == "labs"]
    return [note["words"] for note in one["notes"] if note["code"] == code]


def test_a_fallback_is_told_live_and_counted_from_then_on(epic: Ehr, hospital: Sandbox) -> None:
    backend(epic, *READ)
    epic.profile_overrides = REFUSED
    epic.save()
    report = report_on(epic, patient_id=STORIES["halloway"])
    verdict, codes = found(report, "labs")
    assert verdict == "fallback"
    assert "fallback_counted" not in codes
    assert words(report, "fallback_taken") == [
        "Read by another search (the EHR refused the usual one)."
    ]
    assert found(report, "vitals")[0] == "supported with a quirk"
    again = report_on(epic, patient_id=STORIES["halloway"])
    assert words(again, "fallback_counted") == [
        "In the last 30 days it was read by another search once."
    ]


def test_without_its_fallback_the_same_concept_is_missing(epic: Ehr) -> None:
    backend(epic, *READ)
    labs = {"params": {"category": "procedure"}}
    epic.profile_overrides = {"concepts": {"labs": labs}}
    epic.save()
    report = report_on(epic, patient_id=STORIES["halloway"])
    assert found(report, "labs")[0] == "missing"
    assert not report["met"]


@pytest.mark.parametrize(
    ("taken", "verdict"),
    [
        (Taken("search", "refused", True, True, 0), Verdict.FALLBACK),
        (Taken("narrative", "absent", True, True, 2), Verdict.FALLBACK),
        (Taken("search", "empty", True, True, 3), Verdict.FALLBACK),
        (Taken("search", "empty", True, True, 0), Verdict.SUPPORTED),  # there is nothing
    ],
)
def test_a_fallback_that_gave_something_is_one(taken: Taken, verdict: Verdict) -> None:
    notes = tuple(by_reading(ReadResult(Concept.LABS, fallbacks=(taken,)), real_patient=True))
    assert verdict_of(notes) is verdict


def test_a_fallback_that_was_refused_leaves_the_concept_missing() -> None:
    result = ReadResult(
        Concept.LABS,
        missing=(Missing(Concept.LABS, Reason.FAILED, "request_refused"),),
        fallbacks=(Taken("search", "refused", True, False, 0),),
    )
    notes = tuple(by_reading(result, real_patient=True))
    assert notes == (Note("read_failed", "failed (request_refused)"),)
    assert verdict_of(notes) is Verdict.MISSING
