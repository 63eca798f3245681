"""One patient of a night: one request, a sealed chart, and whatever is missing said."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from audit.models import AuditEvent
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.vendors import profile_of
from smartapp.models import BackendClient, BackendToken, Ehr, Night, NightPatient
from smartapp.models.launches import patient_index
from smartapp.night import charts, claims, nights, reading
from smartapp.night.errors import PatientLost
from smartapp.night.working import Working
from tests.smartapp.night.hospital import Hospital, bundle, result, withheld

Work = Callable[[Night], Working]


def only(night: Night) -> NightPatient:
    return NightPatient.objects.get(night=night)


def told(kind: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type=kind))


def test_a_chart_costs_one_request_and_every_search_of_it_is_in_the_trail(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    night = nights.begin(ehr, ["p1", "p2"])
    work(night)
    assert hospital.asked == ["POST ", "POST "]
    assert nights.progress(night) == nights.Progress(2, 2, 0, 0, 2, 0)
    requested = [row.detail for row in told("fhir.requested") if row.detail["method"] == "GET"]
    assert len(requested) == len(hospital.inside)
    labs = [each for each in requested if each["path"] == "Observation" and each["count"]]
    assert len(labs) == 2
    assert {row.patient_index for row in told("night.patient_read")} == {
        patient_index(ehr, "p1"),
        patient_index(ehr, "p2"),
    }


def test_what_was_read_is_sealed_exact_and_opened_by_one_door_that_tells(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    work(nights.begin(ehr, ["p1"]))
    sealed = bytes(NightPatient.objects.get().chart_sealed or b"")
    assert sealed
    assert b"Potassium" not in sealed
    chart = charts.prepared(ehr, "p1", purpose="a test")
    assert chart is not None
    (potassium,) = chart[Concept.LABS].resources
    assert potassium.raw["valueQuantity"]["value"] == Decimal("7.1")
    assert chart[Concept.LABS].complete
    assert told("night.chart_opened")[0].patient_index == patient_index(ehr, "p1")
    assert charts.prepared(ehr, "p2", purpose="a test") is None


def test_another_patients_resources_are_dropped_and_told(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.wrong["Observation"] = bundle(result("o1", "p1"), result("o9", "somebody"))
    night = nights.begin(ehr, ["p1"])
    work(night)
    chart = charts.prepared(ehr, "p1", purpose="a test") or {}
    assert [each.id for each in chart[Concept.LABS].resources] == ["o1-p1"]
    assert Reason.OTHER_PATIENT in {each.reason for each in chart[Concept.LABS].missing}
    assert told("fhir.other_patient")
    assert "labs: other_patient (Observation)" in only(night).missing


def test_what_the_ehr_withholds_is_a_gap_that_is_told_and_not_tried_again(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.wrong["AllergyIntolerance"] = bundle(withheld())
    night = nights.begin(ehr, ["p1"])
    work(night)
    assert only(night).missing == ["allergies: suppressed (withheld)"]
    assert told("night.patient_read")[0].detail["missing"] == only(night).missing
    assert len(hospital.asked) == 1
    assert nights.progress(night).incomplete == 1


def test_a_patient_that_is_not_there_fails_at_once_and_costs_the_others_nothing(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    hospital.wrong["Patient/p1"] = 404
    night = nights.begin(ehr, ["p1", "p2"])
    work(night)
    assert dict(night.patients.values_list("state", "code")) == {
        "failed": "not_found", "read": "",
    }  # fmt: skip
    (failed,) = told("night.patient_failed")
    assert (failed.patient_index, failed.code) == (patient_index(ehr, "p1"), "not_found")
    assert nights.end_if_done(night)
    (ended,) = told("night.ended")
    assert (ended.outcome, ended.detail["read"], ended.detail["failed"]) == ("incomplete", 1, 1)


def test_a_search_that_the_ehr_had_no_time_for_is_asked_again_by_itself(
    ehr: Ehr, hospital: Hospital, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = hospital.answer

    def busy(path: str) -> Any:
        first = path.startswith("Condition") and path in hospital.inside
        return (503, None) if first and f"GET {path}" not in hospital.asked else answer(path)

    monkeypatch.setattr(hospital, "answer", busy)
    night = nights.begin(ehr, ["p1"])
    work(night)
    assert hospital.asked[0] == "POST "
    assert {each.split("?")[0] for each in hospital.asked[1:]} == {"GET Condition"}
    assert only(night).missing == []
    assert only(night).requests == len(hospital.asked)


def test_an_ehr_that_is_down_is_tried_again_later_and_given_up_in_the_end(
    ehr: Ehr, hospital: Hospital, work: Work, settings: Any
) -> None:
    settings.NIGHT_MAX_ATTEMPTS = 2
    settings.NIGHT_LEASE_SECONDS = 0.5
    hospital.batches = 503
    night = nights.begin(ehr, ["p1"])
    work(night)
    waiting = only(night)
    assert (waiting.state, waiting.attempts, waiting.code) == ("waiting", 1, "ehr_unavailable")
    assert claims.claim(night) is None  # not before its pause is over
    night.patients.update(due_at=night.begun_at)
    work(night)
    assert (only(night).state, only(night).code) == ("failed", "ehr_unavailable")
    assert told("night.patient_failed")[0].detail["attempts"] == 2


def test_an_ehr_that_takes_no_batches_is_asked_one_by_one_from_then_on(
    ehr: Ehr, hospital: Hospital, work: Work, settings: Any
) -> None:
    hospital.batches = 404
    night = nights.begin(ehr, ["p1", "p2"])
    work(night)
    night.refresh_from_db()
    assert not night.batches
    assert [each for each in hospital.asked if each.startswith("POST")] == ["POST "]
    assert nights.progress(night).read == 2
    assert nights.progress(night).requests == len(hospital.asked)


def test_a_batch_whose_answers_do_not_match_it_is_not_believed(
    ehr: Ehr, hospital: Hospital, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = hospital._row
    monkeypatch.setattr(hospital, "_row", lambda url: {} if url.startswith("Patient") else row(url))
    night = nights.begin(ehr, ["p1"])
    work(night)
    assert hospital.asked == ["POST ", "GET Patient/p1"]
    assert only(night).state == "read"


def test_without_access_the_night_stands_still_and_no_patient_loses_an_attempt(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    night = nights.begin(ehr, ["p1"])
    BackendToken.objects.all().delete()
    BackendClient.objects.update(is_active=False)
    assert work(night).stopped
    night.refresh_from_db()
    assert (night.state, night.code) == ("reading", "not_registered")
    assert (only(night).state, only(night).attempts) == ("waiting", 0)
    assert not hospital.asked


def test_where_each_of_a_batch_is_counted_it_takes_as_many_places(
    ehr: Ehr, hospital: Hospital, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = profile_of(ehr)
    assert profile.batch is not None
    counted = profile.batch.model_copy(update={"counted": "each"})
    rate = profile.rate.model_copy(
        update={"night": profile.rate.night.model_copy(update={"per_second": 200.0})}
    )
    changed = profile.model_copy(update={"batch": counted, "rate": rate})
    taken = []
    from smartapp.fhir.transport import rate_limit  # noqa: PLC0415
    from smartapp.night import ways  # noqa: PLC0415

    take = rate_limit.Bucket.take

    def counting(bucket: rate_limit.Bucket) -> Any:
        place = take(bucket)
        taken.append(place.taken)
        return place

    monkeypatch.setattr(rate_limit.Bucket, "take", counting)
    for module in (reading, ways):
        monkeypatch.setattr(module, "profile_of", lambda _: changed)
    work(nights.begin(ehr, ["p1"]))
    assert hospital.asked == ["POST "]
    assert sum(taken) == len(hospital.inside) > 10


def test_a_worker_that_was_only_slow_writes_nothing_over_the_one_that_took_over(
    ehr: Ehr, hospital: Hospital, work: Work
) -> None:
    night = nights.begin(ehr, ["p1"])
    slow = claims.claim(night)
    assert slow is not None
    assert claims.claim(night) is None
    night.patients.update(lease_until=night.begun_at)  # it fell silent
    work(night)
    read = only(night)
    for write in (claims.put_back, claims.later, claims.fail):
        with pytest.raises(PatientLost):
            write(slow, "late")
    with pytest.raises(PatientLost):
        claims.read(slow, reading.NightReader(night).read("p1"))
    assert bytes(only(night).chart_sealed or b"") == bytes(read.chart_sealed or b"")
    assert len(told("night.patient_read")) == 1
    assert not told("night.patient_failed")


def test_a_patient_whose_workers_die_again_and_again_is_given_up(
    ehr: Ehr, hospital: Hospital, work: Work, settings: Any
) -> None:
    night = nights.begin(ehr, ["p1"])
    for _ in range(settings.NIGHT_MAX_ATTEMPTS):
        assert claims.claim(night) is not None
        night.patients.update(lease_until=night.begun_at)
    work(night)
    assert (only(night).state, only(night).code) == ("failed", "worker_lost")
    assert not hospital.asked
