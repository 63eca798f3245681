"""EHRs that are down, that lie, or that are no EHR: refused with a code, or told in the table."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.concepts import ConceptQuery
from smartapp.models import Ehr, EhrReport
from tests.conftest import free_port
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr

pytestmark = pytest.mark.usefixtures("ehr")
ASKS = [asks for asks in load("generic").concepts.values() if isinstance(asks, ConceptQuery)]
REFUSES = (401, {}, b"")


def statement(**changes: Any) -> dict[str, Any]:
    kinds = {asks.type for asks in ASKS} | {"Medication"}
    params = ["patient", "category", "date", "status", "effective-time", "sent", "authored"]
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": kind,
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [{"name": name} for name in params],
                        "searchInclude": [f"{kind}:medication"],
                    }
                    for kind in sorted(kinds)
                ],
            }
        ],
    } | changes


@pytest.fixture
def honest(lax: LaxEhr) -> LaxEhr:
    """Says what it does and guards what it serves."""
    lax.raw["/fhir/metadata"] = (200, {}, json.dumps(statement()).encode())
    for asks in ASKS:
        lax.raw[f"/fhir/{asks.type}"] = REFUSES
    lax.raw["/fhir/Patient/countersign-check"] = REFUSES
    return lax


def says(lax: LaxEhr, **changes: Any) -> None:
    lax.raw["/fhir/metadata"] = (200, {}, json.dumps(statement(**changes)).encode())


def without(kind: str, **changes: Any) -> list[dict[str, Any]]:
    """The statement's types, one of them other than it was."""
    (rest,) = statement()["rest"]
    kept = [each for each in rest["resource"] if each["type"] != kind]
    changed = [{"type": kind} | changes] if changes else []
    return [{"mode": "server", "resource": [*kept, *changed]}]


def told() -> tuple[dict[str, Any], str]:
    """The report, and what the command ended with."""
    out = io.StringIO()
    try:
        call_command("check_ehr", "lax", "--json", stdout=out)
    except CommandError as error:
        return json.loads(out.getvalue()), str(error)
    return json.loads(out.getvalue()), ""


def found(report: dict[str, Any], concept: str) -> tuple[str, list[str]]:
    (one,) = [each for each in report["findings"] if each["concept"] == concept]
    return one["verdict"], [note["code"] for note in one["notes"]]


def refused(code: str) -> None:
    report, error = told()
    assert report["refused"] == code
    assert error.startswith(f"{code}: ")
    row = AuditEvent.objects.latest("pk")
    assert (row.type, row.outcome, row.code, row.ehr) == ("ehr.checked", "refused", code, "lax")
    assert EhrReport.objects.latest().report["refused"] == code


def test_an_honest_ehr_is_supported(honest: LaxEhr) -> None:
    report, error = told()
    assert (report["met"], error) == (True, "")
    assert {each["verdict"] for each in report["findings"]} == {"supported"}
    assert all("Authorization" not in asked.headers for asked in honest.asked)


def test_one_that_is_down_is_refused(honest: LaxEhr, ehr: Ehr) -> None:
    ehr.issuer = f"http://127.0.0.1:{free_port()}/fhir"
    ehr.save()
    refused("ehr_unavailable")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_one_whose_statement_fails_is_refused(honest: LaxEhr, status: int) -> None:
    honest.raw["/fhir/metadata"] = (status, {}, b"")
    refused("ehr_unavailable")


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b"<html>not found</html>"),
        (200, {}, b"<html>sign in</html>"),
        (200, {}, b"<CapabilityStatement xmlns='http://hl7.org/fhir'/>"),
        (200, {}, b'{"resourceType": "OperationOutcome"}'),
        (200, {}, b"[1, 2"),
        (200, {}, b"[" * 100_000),
        (302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""),
        (401, {}, b""),
    ],
)
def test_a_statement_that_is_none_is_refused(honest: LaxEhr, answer: Any) -> None:
    honest.raw["/fhir/metadata"] = answer
    refused("capability_unreadable")


@pytest.mark.parametrize("version", ["1.0.2", "3.0.2", "5.0.0", 4, None, ""])
def test_another_version_of_fhir_is_refused(honest: LaxEhr, version: Any) -> None:
    says(honest, fhirVersion=version)
    refused("fhir_version_unsupported")


@pytest.mark.parametrize(
    ("smart", "code"),
    [
        ({"token_endpoint": "http://evil.example.org/token"}, "discovery_unreadable"),
        ({"token_endpoint": REMOVED}, "discovery_unreadable"),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce_unsupported"),
    ],
)
def test_an_unsafe_configuration_is_refused(honest: LaxEhr, smart: Any, code: str) -> None:
    honest.smart = smart
    refused(code)
    assert honest.asked_of("/fhir/metadata") == []


@pytest.mark.parametrize("issuer", ["http://ehr.example.org/r4", "ftp://x", "https://e.org/r4?x=1"])
def test_an_issuer_that_is_not_safe_is_not_asked(issuer: str) -> None:
    with pytest.raises(CommandError, match="issuer_unsafe"):
        call_command("check_ehr", issuer, stdout=io.StringIO())


@pytest.mark.parametrize("patient", ["../x", "a b", "x" * 65])
def test_what_is_no_patients_id_is_refused(patient: str) -> None:
    with pytest.raises(CommandError, match="id of its Patient"):
        call_command("check_ehr", "lax", patient=patient, stdout=io.StringIO())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, {}, b""), "answered_not_found"),
        ((200, {}, b"<html>sign in</html>"), "answered_unreadable"),
        ((500, {}, b""), "answered_server_fault"),
        ((400, {}, b"{}"), "answered_refused"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "answered_refused"),
    ],
)
def test_what_is_listed_and_not_served_is_missing(honest: LaxEhr, answer: Any, code: str) -> None:
    honest.raw["/fhir/CarePlan"] = answer
    report, error = told()
    assert found(report, "care_plans") == ("missing", [code])
    assert found(report, "labs") == ("supported", [])
    assert not report["met"]
    assert "is missing" in error


@pytest.mark.parametrize(
    ("includes", "codes"),
    [
        (["MedicationRequest:medication"], []),
        (["*"], []),  # as Epic lists them
        (["MedicationRequest:*"], []),
        (["MedicationRequest:requester"], ["one_by_one"]),
        ([], ["one_by_one"]),
        ("*", ["one_by_one"]),  # no list
    ],
)
def test_drugs_come_with_their_orders_where_the_ehr_lists_that_by_name_or_all(
    honest: LaxEhr, includes: Any, codes: list[str]
) -> None:
    listed = statement()["rest"][0]["resource"]
    (orders,) = [each for each in listed if each["type"] == "MedicationRequest"]
    says(honest, rest=without(**orders | {"kind": orders.pop("type"), "searchInclude": includes}))
    assert found(told()[0], "medications")[1] == codes


def written(report: dict[str, Any]) -> tuple[str, set[str]]:
    (one,) = [each for each in report["findings"] if each["concept"] == "notes"]
    return one["write"], {note["code"] for note in one["write_notes"]}


SENT = {"note_needs", "note_sent_as"}
PARAMS = [{"name": name} for name in ("patient", "category", "date")]


@pytest.mark.parametrize(
    ("interactions", "scopes", "write", "codes"),
    [
        (["create"], [], "supported", set()),
        (["create"], ["user/DocumentReference.cruds"], "supported", set()),
        (["create"], ["patient/*.write"], "supported", set()),
        ([], [], "missing", {"create_not_listed"}),
        (["update"], ["user/*.cruds"], "missing", {"create_not_listed"}),
        (["create"], ["user/DocumentReference.rs"], "missing", {"create_scope_not_listed"}),
        (["create"], ["user/Observation.cruds"], "missing", {"create_scope_not_listed"}),
        # A server's scope says nothing of what a clinician may write.
        (["create"], ["system/*.cruds"], "missing", {"create_scope_not_listed"}),
    ],
)
def test_whether_a_note_could_be_written_is_told_and_no_reading_hangs_on_it(
    honest: LaxEhr, interactions: list[str], scopes: list[str], write: str, codes: set[str]
) -> None:
    listed = [{"code": each} for each in ("read", "search-type", *interactions)]
    says(honest, rest=without("DocumentReference", interaction=listed, searchParam=PARAMS))
    honest.smart = {"scopes_supported": scopes}
    report, error = told()
    assert written(report) == (write, codes | SENT)
    assert found(report, "notes") == ("supported", [])
    assert (report["met"], error) == (True, "")
    assert {each.method for each in honest.asked if hasattr(each, "method")} <= {"GET"}


def test_corrections_are_asked_about_where_the_profile_knows_them_as_updates(
    honest: LaxEhr, ehr: Ehr
) -> None:
    ehr.profile_overrides = {"note": {"amend": "put_if_match", "stored_as": "signed_by_the_user"}}
    ehr.save()
    listed = [{"code": each} for each in ("read", "search-type", "create")]
    says(honest, rest=without("DocumentReference", interaction=listed, searchParam=PARAMS))
    honest.smart = {"scopes_supported": ["user/DocumentReference.crs"]}
    write, codes = written(told()[0])
    assert write == "supported"
    assert codes == {
        "update_not_listed", "update_scope_not_listed", "note_signed_by_user", *SENT,
    }  # fmt: skip


def test_of_what_is_read_alone_nothing_is_said_about_writing(honest: LaxEhr) -> None:
    report, _ = told()
    others = [each for each in report["findings"] if each["concept"] != "notes"]
    assert {(each["write"], *each["write_notes"]) for each in others} == {("",)}


def test_what_is_served_without_a_token_is_told(honest: LaxEhr) -> None:
    honest.raw["/fhir/Observation"] = (200, {}, b'{"resourceType": "Bundle"}')
    report, _ = told()
    assert found(report, "labs") == ("supported with a quirk", ["open_without_token"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "type_not_listed"),
        ({"interaction": [{"code": "read"}]}, "interaction_not_listed"),
        (
            {"interaction": [{"code": "search-type"}], "searchParam": [{"name": "category"}]},
            "patient_not_listed",
        ),
    ],
)
def test_what_is_not_listed_is_missing(honest: LaxEhr, changes: Any, code: str) -> None:
    says(honest, rest=without("CarePlan", **changes))
    verdict, codes = found(told()[0], "care_plans")
    assert (verdict, code in codes) == ("missing", True)


def test_a_type_that_no_workflow_reads_may_be_missing(honest: LaxEhr) -> None:
    says(honest, rest=without("Immunization"))
    report, error = told()
    assert found(report, "immunizations")[0] == "missing"
    assert (report["met"], error) == (True, "")


def test_drugs_that_are_not_included_are_read_one_by_one(honest: LaxEhr) -> None:
    listed = {
        "interaction": [{"code": "search-type"}],
        "searchParam": [{"name": "patient"}, {"name": "status"}],
    }
    says(honest, rest=without("MedicationRequest", **listed))
    assert found(told()[0], "medications") == ("fallback", ["one_by_one"])


def test_parameters_that_may_be_ignored_are_told(honest: LaxEhr) -> None:
    listed = {"interaction": [{"code": "search-type"}], "searchParam": [{"name": "patient"}]}
    says(honest, rest=without("Observation", **listed))
    report, _ = told()
    assert found(report, "labs") == ("supported with a quirk", ["parameters_unlisted"])
    honest.raw["/fhir/metadata"] = (200, {}, json.dumps(statement(rest="nonsense")).encode())
    assert found(told()[0], "labs")[0] == "missing"


def test_one_that_serves_backends_alone_is_checked_all_the_same_and_said_to(
    honest: LaxEhr,
) -> None:
    notes = [note["code"] for note in told()[0]["notes"]]
    assert "no_authorization" not in notes
    honest.smart = {"authorization_endpoint": REMOVED}
    notes = [note["code"] for note in told()[0]["notes"]]
    assert "no_authorization" in notes


def test_subsets_are_asked_for_where_the_ehr_lists_them(honest: LaxEhr) -> None:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    parts = [
        f"patient/Observation.rs?category={system}|{each}" for each in ("laboratory", "vital-signs")
    ]
    honest.smart = {"scopes_supported": ["patient/*.rs", *parts]}
    scopes = told()[0]["scopes"].split()
    assert set(parts) <= set(scopes)
    assert "patient/Observation.rs" not in scopes
    assert "patient/Condition.rs" in scopes
