"""Two ways around a search that is refused: an EHR's own list, and a summary made when asked for.

Over HTTP at the sandbox where a personality has it, and against a scripted EHR for what no honest
EHR sends.
"""

import base64
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from audit.models import AuditEvent
from recommendations.clinical.note_text import plain_text
from smartapp.fhir.results import Concept, Fetched, Reason
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.concepts import Fallback
from smartapp.fhir.vendors.needs import needs_of_concept
from smartapp.fhir.vendors.profiles import Profile
from smartapp.scopes import Need
from tests.sandbox.control import Control
from tests.smartapp.fhir.ehr import BASE, Ehr, bundle, fhir, outcome, reader
from tests.smartapp.fhir.launched import HALLOWAY, TYPES, reader_of

pytestmark = pytest.mark.django_db
REFUSED = "not-retryable"


@pytest.fixture
def control(sandbox):
    control = Control(sandbox.base_url)
    yield control
    control.clear()


def told(kind="fhir.fallback"):
    rows = AuditEvent.objects.filter(type=kind).order_by("sequence")
    return [row.detail | {"outcome": row.outcome} for row in rows]


# --- an EHR's own list ------------------------------------------------------------------------


def test_where_orders_cannot_be_searched_epics_list_names_the_current_ones(sandbox, control):
    usual = reader_of(sandbox, "epic").read(Concept.MEDICATIONS)
    current = {each.id for each in usual.resources if each.raw["status"] in {"active", "on-hold"}}
    granted = reader_of(sandbox, "epic", types=[*TYPES, "List"])
    with control.fault(REFUSED, kinds=["search"], types=["MedicationRequest"]):
        found = granted.read(Concept.MEDICATIONS)
    assert {each.id for each in found.resources} == current
    assert all(
        each.raw["medicationReference"]["reference"] in found.included for each in found.resources
    )
    # A list of what is current is not all there is.
    assert (Reason.FAILED, "request_refused") in {(m.reason, m.detail) for m in found.missing}
    assert [(each["kind"], each["because"], each["whole"], each["outcome"]) for each in told()] == [
        ("search", "refused", True, "failed"),
        ("search", "refused", False, "success"),
    ]
    assert told()[-1]["count"] == len(current)
    asked = [each["path"] for each in told("fhir.requested")]
    assert asked.count("MedicationRequest/{id}") == len(current)


def test_a_list_that_is_not_granted_is_not_asked_for(sandbox, control):
    with control.fault(REFUSED, kinds=["search"], types=["MedicationRequest"]):
        found = reader_of(sandbox, "epic").read(Concept.MEDICATIONS)
    assert found.resources == ()
    assert "List" not in {each["path"] for each in told("fhir.requested")}


def by_list(**more) -> Profile:
    """Epic's profile, its list told where the orders are refused."""
    epic = load("epic")
    asks = epic.concepts[Concept.MEDICATIONS]
    last = asks.fallback[-1].model_dump() | more
    changed = asks.model_copy(update={"fallback": (Fallback.model_validate(last),)})
    return epic.model_copy(update={"concepts": epic.concepts | {Concept.MEDICATIONS: changed}})


def order(resource_id, patient="p1"):
    return {
        "resourceType": "MedicationRequest",
        "id": resource_id,
        "status": "active",
        "subject": {"reference": f"Patient/{patient}"},
        "medicationCodeableConcept": {"text": "Simvastatin 10 MG Oral Tablet"},
    }


def listing(*entries, patient="p1", status="current"):
    return {
        "resourceType": "List",
        "id": f"list-{patient}-{status}",
        "status": status,
        "subject": {"reference": f"Patient/{patient}"},
        "entry": list(entries),
    }


def item(reference, **more):
    return {"item": {"reference": reference}, **more}


def without_orders(*lists):
    """An EHR that refuses searches for orders, has these lists, and gives single orders."""
    ehr = Ehr().on("List", bundle(*lists)).on("MedicationRequest", outcome("not-supported"))
    for each in ("r1", "r2", "r3"):
        ehr.on(f"MedicationRequest/{each}", fhir(order(each)))
    return ehr.on("MedicationRequest/theirs", fhir(order("theirs", "p2")))


def test_what_was_taken_off_a_list_and_lists_that_no_longer_stand_are_passed_over():
    ehr = without_orders(
        listing(item("MedicationRequest/r1"), item("MedicationRequest/r2", deleted=True)),
        listing(item("MedicationRequest/r3"), status="entered-in-error"),
        listing(item("MedicationRequest/r3"), status="retired"),
    )
    found = reader(ehr, profile=by_list(whole=True)).read(Concept.MEDICATIONS)
    assert [each.id for each in found.resources] == ["r1"]
    assert found.complete
    assert found.total is None


@pytest.mark.parametrize(
    ("entry", "reason", "detail"),
    [
        (item("MedicationStatement/s1"), Reason.UNREADABLE, "entries"),
        (item("#inside"), Reason.UNREADABLE, "entries"),
        ({"item": "r1"}, Reason.UNREADABLE, "entries"),
        (item("https://elsewhere.example/MedicationRequest/r1"), Reason.FAILED, "foreign_address"),
        (item("MedicationRequest/theirs"), Reason.OTHER_PATIENT, "MedicationRequest"),
        (item("MedicationRequest/gone"), Reason.FAILED, "not_found"),
    ],
    ids=["another-type", "inside", "no-reference", "abroad", "another-patient", "gone"],
)
def test_an_entry_that_cannot_be_followed_is_told_and_takes_none_with_it(entry, reason, detail):
    ehr = without_orders(listing(entry, item("MedicationRequest/r1")))
    ehr.on("MedicationRequest/gone", outcome("not-found", status=404))
    found = reader(ehr, profile=by_list(whole=True)).read(Concept.MEDICATIONS)
    assert [each.id for each in found.resources] == ["r1"]
    assert {(each.reason, each.detail) for each in found.missing} == {(reason, detail)}
    assert not any("elsewhere" in str(each.url) for each in ehr.asked)


def test_another_patients_list_names_nothing():
    ehr = without_orders(listing(item("MedicationRequest/r1"), patient="p2"))
    found = reader(ehr, profile=by_list(whole=True)).read(Concept.MEDICATIONS)
    assert found.resources == ()
    assert {each.reason for each in found.missing} == {Reason.OTHER_PATIENT}
    assert not any("MedicationRequest/" in path for path in ehr.paths)


def test_a_list_costs_a_scope_only_where_a_site_says_that_it_is_to_be_asked():
    shipped = needs_of_concept(load("epic"), Concept.MEDICATIONS)
    assert Need("List", "search") not in shipped
    wider = needs_of_concept(by_list(scope="asked"), Concept.MEDICATIONS)
    assert Need("List", "search") in wider
    assert Need("MedicationRequest", "read") in wider


# --- a summary made when it is asked for ------------------------------------------------------


@pytest.mark.parametrize(("personality", "ways"), [("oracle", 1), ("generic", 2)])
def test_where_notes_cannot_be_searched_a_summary_is_made_and_the_notes_stay_told(
    sandbox, control, personality, ways
):
    launched = reader_of(sandbox, personality)
    with control.fault(REFUSED, types=["DocumentReference"], personality=personality, count=ways):
        found = launched.read(Concept.NOTES)
        (document,) = found.resources
    assert document.raw["type"]["coding"][0]["code"] == "34133-9"
    assert (Reason.FAILED, "request_refused") in {(m.reason, m.detail) for m in found.missing}
    assert (told()[-1]["whole"], told()[-1]["outcome"]) == (False, "success")
    content, content_type = launched.attachment(document)
    assert content_type.startswith("application/xml")
    assert b"<ClinicalDocument" in content
    assert b"Halloway" in content
    # As the notes tool reads it: sections of the chart, and nothing of the document's own header.
    text, _ = plain_text(content, content_type)
    assert {"Allergies", "Medications", "Problems"} <= set(text.splitlines())
    assert "Halloway" not in text
    paths = [each["path"] for each in told("fhir.requested")]
    assert "DocumentReference/$docref" in paths
    assert "Binary/$autogen-ccd-if" in paths
    # Made again, it is the same document: a handle stays what it was.
    with control.fault(REFUSED, types=["DocumentReference"], personality=personality, count=ways):
        again = launched.read(Concept.NOTES, fresh=True)
    assert [each.id for each in again.resources] == [document.id]


def summary(url):
    return Fetched.of(
        {
            "resourceType": "DocumentReference",
            "id": "d1",
            "subject": {"reference": "Patient/p1"},
            "content": [{"attachment": {"contentType": "application/xml", "url": url}}],
        }
    )


def made(request: httpx2.Request) -> httpx2.Response:
    assert parse_qs(urlsplit(str(request.url)).query) == {"patient": ["p1"]}
    data = base64.b64encode(b"<ClinicalDocument/>").decode()
    binary = {"resourceType": "Binary", "contentType": "application/xml", "data": data}
    return fhir(binary | {"id": "autogen-ccd-if"})


@pytest.mark.parametrize("before", ["", f"{BASE}/"])
def test_a_summary_of_the_launched_patient_is_fetched(before):
    ehr = Ehr().on("Binary/$autogen-ccd-if", made)
    found = reader(ehr).attachment(summary(f"{before}Binary/$autogen-ccd-if?patient=p1"))
    assert found == (b"<ClinicalDocument/>", "application/xml")


@pytest.mark.parametrize(
    "url",
    [
        "Binary/$autogen-ccd-if?patient=p2",
        "Binary/$autogen-ccd-if?patient=p1&patient=p2",
        "Binary/$autogen-ccd-if?patient=p1%26patient%3Dp2",
        "Binary/$autogen-ccd-if?patient=p12",
        "Binary/$autogen-ccd-if?x=1&patient=p1",
        "Binary/$autogen-ccd-if",
        "Binary/$other?patient=p1",
        "Patient/p1/$everything?patient=p1",
        "https://elsewhere.example/Binary/$autogen-ccd-if?patient=p1",
    ],
)
def test_a_summary_of_anybody_else_and_any_other_operation_is_not_asked_for(url):
    ehr = Ehr()
    found = reader(ehr).attachment(summary(url))
    assert (found.reason, found.detail) == (Reason.FAILED, "foreign_address")
    assert ehr.asked == []
    assert told("fhir.foreign_address")[0]["place"] == "attachment"


def test_a_summary_that_says_it_is_another_patients_is_dropped():
    binary = {
        "resourceType": "Binary",
        "id": "autogen-ccd-if",
        "contentType": "application/xml",
        "securityContext": {"reference": "Patient/p2"},
        "data": base64.b64encode(b"<ClinicalDocument/>").decode(),
    }
    ehr = Ehr().on("Binary/$autogen-ccd-if", fhir(binary))
    found = reader(ehr).attachment(summary("Binary/$autogen-ccd-if?patient=p1"))
    assert found.reason is Reason.OTHER_PATIENT
    assert HALLOWAY not in str(told("fhir.other_patient"))
