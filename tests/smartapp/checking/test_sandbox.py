"""The three hospitals of the sandbox, checked over HTTP."""

import io
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command

from audit.models import AuditEvent
from smartapp.administration.sandboxes import connect_sandboxes
from smartapp.models import Ehr, EhrReport
from tests.conftest import ISSUER_PATHS, Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def connected(sandbox: Sandbox) -> Sandbox:
    cache.clear()
    connect_sandboxes(sandbox.base_url, secret_ref="env:NONE")
    return sandbox


def told(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("check_ehr", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {each["concept"]: each["verdict"] for each in report["findings"]}


def codes(report: dict[str, Any], concept: str) -> set[str]:
    (found,) = [each for each in report["findings"] if each["concept"] == concept]
    return {note["code"] for note in found["notes"]}


@pytest.mark.parametrize("personality", ISSUER_PATHS)
def test_each_hospital_gives_all_that_the_workflows_read(connected, personality) -> None:
    report = told(connected.issuer(personality))
    assert report["met"]
    assert report["fhir_version"] == "4.0.1"
    # Epic cannot be asked for doses given, nor either vendor for a patient's messages, as far as
    # sources say: that is nobody's to mend here.
    missing = {concept for concept, verdict in verdicts(report).items() if verdict == "missing"}
    never = {"epic": {"administrations", "messages"}, "oracle": {"messages"}}
    assert missing == never.get(personality, set())
    assert {each["concept"] for each in report["findings"] if not each["probed"]} == missing
    assert report["live"] == "asked without a token"
    kept = EhrReport.objects.get(ehr__slug=personality)
    assert kept.report == report
    row = AuditEvent.objects.get(type="ehr.checked")
    assert (row.ehr, row.outcome, row.detail["concepts"]) == (
        personality, "success", report["counts"],
    )  # fmt: skip


def test_each_vendors_ways_are_told_apart(connected) -> None:
    epic, oracle = told("epic"), told("oracle")
    assert "page_total" in codes(epic, "labs")
    assert "asked_one_by_one" in codes(epic, "care_plans")
    assert {"no_total", "times_needed"} <= codes(oracle, "labs")
    assert verdicts(epic)["patient"] == verdicts(oracle)["patient"] == "supported"
    assert "patient/Observation.read" in epic["scopes"].split()
    assert "patient/Observation.rs" in oracle["scopes"].split()


def test_a_plain_server_is_simply_supported(connected) -> None:
    report = told("generic")
    assert set(verdicts(report).values()) == {"supported"}


def test_an_ehr_is_looked_at_before_it_is_registered_and_nothing_is_kept(sandbox) -> None:
    cache.clear()
    report = told(sandbox.issuer("epic"), "--vendor=epic")
    assert report["met"]
    assert not Ehr.objects.exists()
    assert not EhrReport.objects.exists()
    assert AuditEvent.objects.filter(type="ehr.checked", ehr="").count() == 1


@pytest.mark.parametrize(
    ("personality", "needs", "codes"),
    [
        ("epic", "its visit", {"note_needs", "note_sent_as", "note_signed_by_user"}),
        ("oracle", "its author, the end of the time it tells of", {"note_needs", "note_sent_as"}),
        ("generic", "its visit", {"note_needs", "note_sent_as"}),
    ],
)
def test_notes_can_be_written_at_each_hospital_and_what_they_need_is_told(
    connected, personality, needs, codes
) -> None:
    (notes,) = [each for each in told(personality)["findings"] if each["concept"] == "notes"]
    assert notes["write"] == "supported"
    about = {each["code"]: each["about"] for each in notes["write_notes"]}
    assert set(about) == codes
    assert about["note_needs"] == needs


def test_the_table_names_each_concept_and_the_scopes_to_register(connected) -> None:
    out = io.StringIO()
    call_command("check_ehr", "epic", stdout=out)
    text = out.getvalue()
    assert "care_plans" in text
    (notes,) = [line for line in text.splitlines() if line.startswith("notes")]
    assert notes.split()[-1] == "it."
    assert "A note must have its visit." in notes
    assert "supported with a quirk" in text
    assert "Asked for once for each category." in text
    assert "Scopes to register:\nlaunch openid fhirUser" in text
