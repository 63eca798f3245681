"""What an export could not give is told as missing, and costs no neighbour."""

import json

import pytest

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.fhir.bulk import importing, lines
from smartapp.fhir.bulk.wishes import Wish
from smartapp.fhir.transport import alerts
from smartapp.models import Ehr
from smartapp.models.launches import patient_index
from tests.smartapp.fhir.bulk.exporting_ehr import ExportingEhr, observations
from tests.smartapp.fhir.bulk.running import MIB, events, imported, lacks, run


def test_another_persons_record_is_not_handed_over(ehr: Ehr, exporting: ExportingEhr) -> None:
    def line(patient: str, family: str, born: str) -> bytes:
        raw = {"resourceType": "Patient", "id": patient, "birthDate": born}
        return json.dumps({**raw, "name": [{"family": family}]}).encode() + b"\n"

    exporting.put(
        "a", "Patient", line("p1", "Okafor", "1950-01-01") + line("p2", "Li", "1960-02-02")
    )
    export, _ = run(ehr, Wish("g1", ("Patient",)))
    assert imported(export)[0] == ["p1", "p2"]

    exporting.files["a"].body = line("p1", "Quist", "1999-09-09") + line("p2", "Li", "1960-02-02")
    before = alerts.figures().get((exporting.issuer, "other_patient"), 0)
    export, _ = run(ehr, Wish("g1", ("Patient",)))
    ids, done = imported(export)
    assert (ids, done.resources) == (["p2"], 1)
    assert lacks(export) == [("Patient", "other_patient", "Patient")]
    assert alerts.figures()[exporting.issuer, "other_patient"] == before + 1
    row = AuditEvent.objects.get(type="fhir.other_patient")
    assert (row.patient_index, row.ehr) == (patient_index(ehr, "p1"), "bulk")


def test_what_an_error_file_names_is_what_is_lacking(ehr: Ehr, exporting: ExportingEhr) -> None:
    def line(words: str) -> bytes:
        issue = {"severity": "error", "code": "forbidden", "diagnostics": words}
        return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode() + b"\n"

    wish = Wish("g1", ("Observation", "Condition"))
    exporting.put("a", "Observation", observations(1))
    words = ("No scope for Condition.", "Observation or Condition", "Conditional", "Immunization")
    exporting.put("e", "OperationOutcome", b"".join(map(line, words)), kind="error")
    export, _ = run(ehr, wish)
    told = [(each["resource_type"], each["reason"], each["count"]) for each in export.missing]
    assert told == [("", "forbidden", 3), ("Condition", "forbidden", 1)]
    assert "No scope" not in json.dumps(export.missing)


def test_one_file_that_is_gone_costs_no_other(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Condition", observations(1), statuses=[404] * 9)
    exporting.put("b", "Observation", observations(2))
    exporting.put("c", "Observation", b"<html>Sign in</html>", content_type="text/html")
    exporting.put("d", "Observation", observations(1, start=2), count=3)
    export, _ = run(ehr)
    assert lacks(export) == [
        ("Condition", "failed", "not_found"),
        ("Observation", "unreadable", "html_instead"),
        ("Observation", "cut_off", "fewer_than_counted"),
    ]
    ids, done = imported(export)
    assert ids == ["o0", "o1", "o2"]
    assert len(done.missing) == 3
    assert events("fhir.bulk_ended")[0]["outcome"] == "incomplete"


def test_what_the_ehr_says_it_could_not_export_is_missing(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    def told(severity: str, code: str) -> bytes:
        issue = {"severity": severity, "code": code, "diagnostics": "Halloway, Ruth"}
        return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode() + b"\n"

    said = told("error", "forbidden") * 2 + told("warning", "suppressed") + b"not json\n"
    said += told("error", "exception") + told("information", "informational")
    exporting.put("e", "OperationOutcome", said, kind="error")
    exporting.put("a", "Observation", observations(1))
    export, _ = run(ehr)
    assert sorted((e["reason"], e["count"]) for e in export.missing) == [
        ("failed", 1),
        ("forbidden", 2),
        ("suppressed", 1),
        ("unreadable", 1),
    ]
    assert imported(export)[0] == ["o0"]
    assert "Halloway" not in json.dumps(export.missing)


def test_broken_lines_cost_no_neighbour(ehr: Ehr, exporting: ExportingEhr) -> None:
    good = observations(2).splitlines()
    strange = [
        b"{",
        b"[]",
        b'{"resourceType":"Patient","id":"p1"}',
        b'{"resourceType":"Observation"}',
    ]
    exporting.put("a", "Observation", b"\n".join([good[0], *strange, b"", b"  ", good[1]]))
    export, _ = run(ehr)
    ids, done = imported(export)
    assert ids == ["o0", "o1"]
    assert (done.resources, done.unreadable) == (2, 4)
    assert lacks(export) == [("Observation", "unreadable", "lines")]


def test_a_line_without_end_does_not_fill_the_memory(
    ehr: Ehr, exporting: ExportingEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lines, importing):
        monkeypatch.setattr(module, "LONGEST_LINE", 2 * MIB)
    exporting.put("a", "Observation", b"x" * (9 * MIB) + b"\n" + observations(1))
    export, _ = run(ehr)
    ids, done = imported(export)
    assert (ids, done.unreadable) == (["o0"], 1)


def test_deleted_resources_are_handed_over_as_references(ehr: Ehr, exporting: ExportingEhr) -> None:
    entries = [
        {"request": {"method": "DELETE", "url": "Observation/o7"}},
        {"request": {"method": "DELETE", "url": "https://ehr.example/R4/Patient/p9"}},
        {"request": {"method": "PUT", "url": "Patient/p3"}},
        {"request": {"method": "DELETE", "url": "../nothing"}},
    ]
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    exporting.put("d", "Bundle", body, kind="deleted")
    export, _ = run(ehr)
    gone: list[str] = []
    bulk.import_export(export.pk, lambda batch: gone.extend(batch.deleted))
    assert gone == ["Observation/o7", "Patient/p9"]


def test_a_listed_file_that_holds_nothing_is_told_as_missing(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", observations(1))
    exporting.put("b", "Condition", b"")
    export, _ = run(ehr)
    ids, done = imported(export)
    assert ids == ["o0"]
    assert [(each["resource_type"], each["detail"]) for each in done.missing] == [
        ("Condition", "empty_file")
    ]
