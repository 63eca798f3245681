"""What watches over the cells of the matrix sees what it is there for."""

import logging

from tests.sandbox.hospital import HTTP
from tests.smartapp.faults.charts import wrong
from tests.smartapp.faults.decoy import decoy
from tests.smartapp.faults.logged import logged, told, words_of
from tests.smartapp.faults.test_matrix import trail_says

PERSON = {
    "resourceType": "Patient",
    "id": "patient-1",
    "name": [{"family": "Halloway", "given": ["Ruth"]}],
    "telecom": [{"system": "phone", "value": "555-0100"}],
    "address": [{"line": ["12 Harbour Road"]}],
}


def test_a_name_in_a_field_or_a_traceback_of_a_log_is_seen() -> None:
    secrets = set(words_of([PERSON]))
    assert secrets == {"patient-1", "Halloway", "555-0100", "12 Harbour Road"}
    with logged() as kept:
        logging.getLogger("smartapp.anything").warning("read", extra={"what": "Halloway"})
        try:
            int("12 Harbour Road")
        except ValueError:
            logging.getLogger("smartapp.anything").exception("failed")
    assert set(told(kept.lines, secrets)) == {"Halloway", "12 Harbour Road"}


def test_a_request_abroad_is_seen_with_what_it_carried() -> None:
    with decoy() as elsewhere:
        HTTP.get(f"{elsewhere.url}/fhir?page=2", headers={"Authorization": "Bearer secret"})
        ((asked, headers),) = elsewhere.seen
    assert asked == "GET /fhir?page=2"
    assert headers["Authorization"] == "Bearer secret"


def test_less_than_the_whole_is_not_wrong_and_anything_else_is() -> None:
    whole = {("Observation", "1"): {"name": "Potassium", "value": "4.1", "warnings": []}}
    assert wrong({}, whole) == []
    assert wrong({("Observation", "1"): {"name": "Potassium", "value": ""}}, whole) == []
    assert wrong({("Observation", "1"): {"name": "Potassium", "value": "14"}}, whole)
    assert wrong({("Observation", "2"): {"name": "Potassium"}}, whole)


def test_a_trail_without_a_row_says_nothing() -> None:
    assert not trail_says(("ehr_unavailable",), [])
