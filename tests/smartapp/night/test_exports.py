"""Charts out of an export of the group: what it holds is asked for no more, and all else is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.fhir.identities import Identity
from smartapp.fhir.results import Concept
from smartapp.fhir.transport import alerts
from smartapp.models import BackendToken, BulkExport, Ehr, Night, NightPart, NightPatient
from smartapp.models.launches import patient_index
from smartapp.night import charts, exports, nights, tasks, waking
from smartapp.night.working import Working
from tests.smartapp.night.hospital import EXPORTED_AT, Hospital, Resource, member, result

Work = Callable[[Night], Working]


@pytest.fixture
def ehr(ehr: Ehr) -> Ehr:
    """The EHR is an Epic: it takes no batches, and exports."""
    Ehr.objects.filter(pk=ehr.pk).update(vendor="epic")
    ehr.refresh_from_db()
    return ehr


@pytest.fixture
def hospital(hospital: Hospital) -> Hospital:
    """Two members, and an export of what they have."""
    people = ("p1", "p2")
    hospital.members = [member(f"Patient/{each}") for each in people]
    hospital.exports = {
        "Patient": [person(each) for each in people],
        "Observation": [result("o1", each) for each in people],
        "MedicationRequest": [order(each) for each in people],
    }
    hospital.wrong["Medication/"] = drug()
    return hospital


@pytest.fixture(autouse=True)
def woken_for_exports(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    sent: list[object] = []
    monkeypatch.setattr(waking, "wake_export", sent.append)
    return sent


def person(patient: str, **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": patient, "birthDate": "1960-01-02", **more}


def order(patient: str) -> Resource:
    return {
        "resourceType": "MedicationRequest", "id": f"m-{patient}", "status": "active",
        "subject": {"reference": f"Patient/{patient}"},
        "medicationReference": {"reference": "Medication/shared"},
    }  # fmt: skip


def drug() -> Resource:
    return {"resourceType": "Medication", "id": "shared", "code": {"text": "Warfarin"}}


def outcome(words: str, code: str = "suppressed", severity: str = "warning") -> Resource:
    issue = {"severity": severity, "code": code, "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def night_of(ehr: Ehr) -> Night:
    return again(nights.begin_for_group(ehr, "g1"))


def again(night: Night) -> Night:
    return Night.objects.select_related("ehr", "export").get(pk=night.pk)


def taken(ehr: Ehr) -> Night:
    """Begin a night, and have its export laid ready."""
    night = night_of(ehr)
    assert night.exporting
    exports.go_on(night)
    assert not again(night).exporting
    return again(night)


def told(kind: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type=kind))


def asked(hospital: Hospital, *starts: str) -> list[str]:
    return [each for each in hospital.asked if each.startswith(tuple(f"GET {s}" for s in starts))]


def chart_of(ehr: Ehr, patient: str) -> Any:
    return charts.prepared(ehr, patient, purpose="a test") or {}


def missing_of(ehr: Ehr, patient: str) -> list[str]:
    found: list[str] = NightPatient.objects.get(key=patient_index(ehr, patient)).missing
    return found


def test_nothing_that_the_export_holds_is_asked_for_again(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    night = taken(ehr)
    kick_off = next(each for each in hospital.asked if "$export" in each)
    assert "_type=Patient,Condition,MedicationRequest" in kick_off
    assert "Appointment,FamilyMemberHistory" in kick_off
    assert "Immunization" not in kick_off  # which no workflow reads
    assert hospital.asked[-1] == "DELETE bulk/1"
    before = len(hospital.asked)
    work(night)
    # One drug of both, read once; all else was there.
    assert hospital.asked[before:] == ["GET Medication/shared"]
    # All but the one for the group: the kick-off, the status, the files, the deletion.
    of_export = before - 1
    assert of_export == len(asked(hospital, "Group/g1/$export", "bulk/")) + 1 >= 6
    assert nights.progress(night) == nights.Progress(2, 2, 0, 0, of_export + 1, of_export)
    for patient in ("p1", "p2"):
        chart = chart_of(ehr, patient)
        (potassium,) = chart[Concept.LABS].resources
        assert potassium.id == f"o1-{patient}"
        assert potassium.raw["valueQuantity"]["value"] == Decimal("7.1")
        assert chart[Concept.LABS].read_at == datetime.fromisoformat(EXPORTED_AT)
        assert chart[Concept.VITALS].resources == ()  # the search is for a category
        assert chart[Concept.MEDICATIONS].included["Medication/shared"].raw == drug()
        # Doses given and messages cannot be asked for at this vendor's.
        assert {key for key, each in chart.items() if not each.complete} == {
            Concept.ADMINISTRATIONS,
            Concept.MESSAGES,
        }


def test_each_answer_out_of_the_export_is_in_the_trail_and_nothing_is_left_lying(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    night = taken(ehr)
    lying = NightPart.objects.get(kind="Observation", key=patient_index(ehr, "p1"))
    assert b"Potassium" not in bytes(lying.content_sealed)
    work(night)
    requested = [row for row in told("fhir.requested") if row.detail["path"] == "Observation"]
    assert {row.detail["cache"] for row in requested} == {"export"}
    assert {row.patient_index for row in requested} == {
        patient_index(ehr, "p1"),
        patient_index(ehr, "p2"),
    }
    assert sum(row.detail["count"] for row in requested) == 2
    (laid,) = told("night.export_taken")
    assert (laid.detail["count"], laid.outcome) == (6, "success")
    assert not NightPart.objects.filter(kind="Observation").exists()
    assert nights.end_if_done(night)
    assert not NightPart.objects.exists()
    assert BulkExport.objects.get().state == "imported"


def test_what_the_ehr_withheld_from_the_export_is_a_gap_of_each_chart(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.lacking = [outcome("Client not authorized for MedicationRequest - Outside Record.")]
    work(taken(ehr))
    assert missing_of(ehr, "p1") == ["medications: suppressed (withheld)"]
    (row, _) = told("night.patient_read")
    never = ["administrations: unsupported (vendor)", "messages: unsupported (vendor)"]
    # Of every chart there, and so of no night.
    assert sorted(row.detail["missing"]) == sorted(["medications: suppressed (withheld)", *never])
    assert not asked(hospital, "MedicationRequest", "AllergyIntolerance")


def test_a_worker_that_comes_second_takes_nothing_from_under_the_readers(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    late = taken(ehr)
    late.exporting = True  # as it was a moment ago, when another worker looked
    exports.go_on(late)
    assert NightPart.objects.filter(night=late).exists()
    before = len(hospital.asked)
    work(again(late))
    assert hospital.asked[before:] == ["GET Medication/shared"]
    assert [each.id for each in chart_of(ehr, "p1")[Concept.LABS].resources] == ["o1-p1"]


def test_who_is_not_in_the_export_is_asked_for_and_has_no_empty_chart(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.exports = {kind: rows[:1] for kind, rows in hospital.exports.items()}
    work(taken(ehr))
    assert asked(hospital, "Patient/p2", "Observation?patient=p2")
    assert not asked(hospital, "Patient/p1", "Observation?patient=p1")
    assert chart_of(ehr, "p2")[Concept.LABS].resources


@pytest.mark.parametrize(
    ("words", "asked_for"),
    [("No scope for Observation.", {"Observation"}), ("Some were not exported.", None)],
)
def test_a_type_that_is_not_whole_is_asked_for_by_patient(
    ehr: Ehr, hospital: Hospital, work: Work, words: str, asked_for: set[str] | None
) -> None:
    hospital.lacking = [outcome(words, "forbidden", "error")]
    night = taken(ehr)
    before = len(hospital.asked)
    work(night)
    kinds = {each[4:].partition("?")[0].partition("/")[0] for each in hospital.asked[before:]}
    if asked_for is None:  # of what, it does not say: the export is believed to hold nothing
        assert {"Patient", "Observation", "Condition", "Appointment"} <= kinds
    else:
        assert kinds == asked_for | {"Medication"}
    assert nights.progress(night).read == 2


def test_what_names_no_patient_or_two_is_nobodys(ehr: Ehr, hospital: Hospital, work: Work) -> None:
    unnamed = {"resourceType": "Procedure", "id": "x", "status": "completed"}
    both = {**result("o2", "p1"), "patient": {"reference": "Patient/p2"}}
    stranger = result("o3", "somebody")
    hospital.exports["Procedure"] = [unnamed]
    hospital.exports["Observation"] += [both, stranger]
    alarms = alerts.figures().get((ehr.issuer, "other_patient"), 0)
    night = taken(ehr)
    work(night)
    for patient in ("p1", "p2"):
        assert [each.id for each in chart_of(ehr, patient)[Concept.LABS].resources] == [
            f"o1-{patient}"
        ]
    dropped = [row.detail["count"] for row in told("fhir.other_patient")]
    assert dropped == [1, 1]
    # Two people's data in one is alarming; somebody who joined the group meanwhile is not.
    assert alerts.figures()[ehr.issuer, "other_patient"] == alarms + 1
    assert len(asked(hospital, "Procedure")) == 2  # so this type is not held whole


def test_an_export_that_is_refused_is_asked_for_once_more_without_the_doubtful(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.kick_offs = [400]
    night = night_of(ehr)
    exports.go_on(night)
    assert again(night).exporting
    exports.go_on(again(night))
    assert not again(night).exporting
    first, second = (each for each in hospital.asked if "$export" in each)
    assert "FamilyMemberHistory" in first
    assert "FamilyMemberHistory" not in second
    work(again(night))
    assert {each[4:].partition("?")[0] for each in asked(hospital, "Appointment", "Family")} == {
        "Appointment", "FamilyMemberHistory",
    }  # fmt: skip
    assert not asked(hospital, "Condition")
    assert nights.progress(night).requests == len(hospital.asked) - 1


def test_without_an_export_the_night_goes_on_one_by_one(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.kick_offs = [403]
    night = night_of(ehr)
    assert not work(night).stopped
    assert not asked(hospital, "Patient")  # nobody is read before it is known
    exports.go_on(night)
    (given_up,) = told("night.export_given_up")
    assert given_up.code == "access_denied"
    work(again(night))
    assert nights.progress(night).read == 2
    assert asked(hospital, "Observation")


def test_an_export_that_takes_too_long_is_given_up_and_ended_at_the_ehr(
    ehr: Ehr, hospital: Hospital, woken_for_exports: list[object]
) -> None:
    hospital.preparing = True
    night = night_of(ehr)
    exports.go_on(night)
    assert again(night).exporting
    assert not exports.unfinished().exists()  # not before the EHR wants to be asked again
    Night.objects.update(begun_at=timezone.now() - timedelta(hours=4, seconds=1))
    BulkExport.objects.update(due_at=timezone.now())
    woken_for_exports.clear()
    tasks.sweep()
    assert woken_for_exports == [night.pk]
    exports.go_on(again(night))
    assert told("night.export_given_up")[0].code == "export_late"
    for _ in range(3):
        exports.go_on(again(night))
    assert BulkExport.objects.get().state == "cancelled"
    assert hospital.asked[-1] == "DELETE bulk/1"
    assert not exports.unfinished().exists()


def test_a_night_that_is_ended_leaves_no_export_behind(ehr: Ehr, hospital: Hospital) -> None:
    hospital.preparing = True
    night = night_of(ehr)
    exports.go_on(night)
    nights.cancel(again(night))
    assert not again(night).exporting
    assert list(exports.unfinished()) == [night]
    for _ in range(3):
        exports.go_on(again(night))
    assert (BulkExport.objects.get().state, hospital.asked[-1]) == ("cancelled", "DELETE bulk/1")
    assert not NightPart.objects.exists()


def test_a_worker_that_dies_while_it_lays_ready_lays_nothing_twice(
    ehr: Ehr, hospital: Hospital, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = night_of(ehr)
    take = exports.parts.Storing.take

    def die(storing: Any, batch: bulk.Batch) -> None:
        take(storing, batch)
        if batch.resource_type == "Observation":
            raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(exports.parts.Storing, "take", die)
        with pytest.raises(SystemExit):
            exports.go_on(night)
    assert again(night).exporting
    exports.go_on(again(night))
    work(again(night))
    assert [each.id for each in chart_of(ehr, "p1")[Concept.LABS].resources] == ["o1-p1"]
    assert NightPart.objects.filter(kind="Observation").count() == 0


def test_without_access_the_night_stands_still_before_its_export(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    night = nights.begin_for_group(ehr, "g1")
    token = BackendToken.objects.get()
    client = token.client
    BackendToken.objects.all().delete()
    type(client).objects.update(is_active=False)
    exports.go_on(again(night))
    assert (again(night).code, again(night).exporting) == ("not_registered", True)
    assert BulkExport.objects.count() == 0


def test_another_persons_record_in_the_export_is_refused_and_the_patient_asked_for(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    known = person("p1", gender="female", name=[{"family": "Okafor"}])
    assert Identity(ehr, "p1").admits(known)
    other = person("p1", gender="male", name=[{"family": "Quist"}])
    hospital.exports["Patient"][0] = other
    hospital.wrong["Patient/p1"] = known
    alarms = alerts.figures().get((ehr.issuer, "other_patient"), 0)
    night = taken(ehr)
    (refused,) = told("fhir.other_patient")
    assert refused.patient_index == patient_index(ehr, "p1")
    assert alerts.figures()[ehr.issuer, "other_patient"] == alarms + 1
    work(night)
    assert asked(hospital, "Patient/") == ["GET Patient/p1"]
    assert chart_of(ehr, "p1")[Concept.PATIENT].resources[0].raw == known


def test_a_night_keeps_no_chart_under_another_persons_record(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    assert Identity(ehr, "p1").admits(person("p1", gender="female", name=[{"family": "Okafor"}]))
    hospital.wrong["Patient/p1"] = person("p1", gender="male", name=[{"family": "Quist"}])
    night = nights.begin(ehr, ["p1", "p2"])  # a list, of which there is no export
    assert not night.exporting
    work(night)
    assert dict(night.patients.values_list("state", "code")) == {
        "failed": "other_patient", "read": "",
    }  # fmt: skip
    assert chart_of(ehr, "p1") == {}
    assert told("fhir.other_patient")[0].patient_index == patient_index(ehr, "p1")


def test_one_site_may_do_without_exports(ehr: Ehr, hospital: Hospital, work: Work) -> None:
    ehr.profile_overrides = {"export": None}
    ehr.save()
    night = night_of(ehr)
    assert not night.exporting
    work(night)
    assert nights.progress(night).read == 2
    assert not any("$export" in each for each in hospital.asked)


def test_what_an_export_leaves_goes_into_one_batch_where_the_ehr_takes_them(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    ehr.profile_overrides = {
        "export": {"types": ["Patient", "Observation"], "perhaps": []},
        "batch": {"most": 25, "counted": "once"},
    }
    ehr.save()
    night = taken(ehr)
    before = len(hospital.asked)
    work(night)
    assert hospital.asked[before:] == ["POST ", "POST "]
    kinds = {each.partition("?")[0].partition("/")[0] for each in hospital.inside}
    assert "Condition" in kinds
    assert not kinds & {"Patient", "Observation"}
    assert [each.id for each in chart_of(ehr, "p1")[Concept.LABS].resources] == ["o1-p1"]
