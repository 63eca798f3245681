"""What Epic says by numbers of its own, which no standard code says as well."""

import pytest

from smartapp.fhir.results import Concept, Reason
from tests.smartapp.fhir.ehr import PATIENT, Ehr, bundle, fhir, issue, observation, outcome, reader
from tests.smartapp.fhir.readings import PATIENT as PATIENT_OF_OURS
from tests.smartapp.fhir.readings import ids, labs, reasons

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        (outcome("processing", status=301, number="4107"), Reason.MERGED, "record_merged"),
        (
            fhir({**PATIENT_OF_OURS, "link": [{"type": "replaced-by", "other": {}}]}),
            Reason.MERGED,
            "record_merged",
        ),
        (outcome("security", status=403, number="4131"), Reason.FORBIDDEN, "access_denied"),
    ],
)
def test_a_patient_who_was_merged_or_is_behind_the_glass_is_told(answer, reason, code):
    result = reader(Ehr().on(f"Patient/{PATIENT}", answer)).patient()
    assert reasons(result) == [(reason, code)]


def test_a_limit_by_the_day_is_told_and_not_asked_again():
    ehr = Ehr().on("DocumentReference", outcome("throttled", status=429, number="4135"))
    result = reader(ehr).read(Concept.NOTES)
    assert reasons(result) == [(Reason.LIMIT_REACHED, "daily_limit")]
    assert len(ehr.asked) == 1


def test_information_before_the_rows_hides_none_and_a_restricted_chart_is_told():
    only_said = bundle(issue("informational", "information", "59100"), observation("a"))
    assert labs(Ehr().on("Observation", only_said)).complete
    restricted = bundle(issue("informational", "information", "4134"), observation("a"))
    result = labs(Ehr().on("Observation", restricted))
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.SUPPRESSED, "withheld")]


def test_more_results_than_epic_sends_are_told_as_cut_off():
    first = bundle(observation("a"), issue("processing", "fatal", "4127"))
    result = labs(Ehr().on("Observation", first))
    assert reasons(result) == [(Reason.CUT_OFF, "more_exists")]


def test_the_same_number_in_anothers_system_means_nothing():
    other = issue("processing", "fatal", "4135")
    other["issue"][0]["details"]["coding"][0]["system"] = "urn:oid:2.16.840"
    result = labs(Ehr().on("Observation", fhir(other, 400)))
    assert reasons(result) == [(Reason.FAILED, "request_refused")]
