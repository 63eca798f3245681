"""Uses are counted from the trail: each request once, by type and kind, whatever came between."""

import pytest
from django.db import transaction

from audit import context
from audit.events.base import Outcome
from audit.events.fhir import FhirRequested
from audit.recorder import record
from smartapp.administration import uses
from smartapp.models import Ehr, ScopeUse

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> Ehr:
    return Ehr.objects.create(
        slug="north", name="North", issuer="https://north.example.org/r4", vendor="epic",
        client_id="us", client_auth="public", scopes="launch",
    )  # fmt: skip


def asked(path: str, *, ehr: str = "north", **values) -> None:
    event = FhirRequested(
        method="GET", path=path, asked_at="2026-11-24T00:00:00Z", duration_ms=1, **values
    )
    with context.bind(ehr=ehr), transaction.atomic():
        record(event)


def test_searches_and_reads_are_told_apart_and_each_counts_once(north) -> None:
    asked("Observation")
    asked("Observation")
    asked("Patient/{id}")
    expected = {("Observation", "s"): 2, ("Patient", "r"): 1}
    assert uses.uses(north) == expected
    assert uses.uses(north) == expected
    asked("Observation")
    assert uses.uses(north)["Observation", "s"] == 3


def test_what_failed_what_was_kept_and_what_another_ehr_answered_do_not_count(north) -> None:
    asked("Observation", outcome=Outcome.REFUSED, code="access_denied")
    asked("Observation", cache="hit")
    asked("Observation", ehr="south")
    asked("")
    assert uses.uses(north) == {}


def test_what_came_out_of_an_export_was_read_by_its_scope(north) -> None:
    asked("Observation", cache="export")
    assert uses.uses(north) == {("Observation", "s"): 1}


def test_a_drug_that_came_along_with_an_order_was_read(north) -> None:
    asked("MedicationRequest", parameters=("patient", "_include"))
    assert uses.uses(north) == {("MedicationRequest", "s"): 1, ("Medication", "r"): 1}


def test_counting_goes_on_past_rows_that_do_not_count(north, monkeypatch) -> None:
    monkeypatch.setattr(uses, "_AT_ONCE", 2)
    for _ in range(5):
        asked("Observation", cache="hit")
    asked("Condition")
    assert uses.uses(north) == {("Condition", "s"): 1}


def test_uses_of_long_ago_say_nothing_of_today(north) -> None:
    asked("Condition")
    uses.uses(north)
    ScopeUse.objects.update(day="2020-01-01")
    assert uses.uses(north) == {}


def test_a_scope_is_used_by_what_it_allows() -> None:
    counts = {("Condition", "s"): 3, ("Condition", "r"): 1, ("Patient", "r"): 5}
    assert uses.of_scope(counts, "Condition", "rs") == 4
    assert uses.of_scope(counts, "Condition", "r") == 1
    assert uses.of_scope(counts, "*", "rs") == 9
    assert uses.of_scope(counts, "CarePlan", "rs") == 0
