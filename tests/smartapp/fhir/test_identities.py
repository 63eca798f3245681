"""Another person's record under the launched patient's own id: not believed, told, alarmed."""

import copy
import json

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from smartapp.fhir.identities import Identity, is_somebody_else, marks_of
from smartapp.fhir.reader import reader_for
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.transport import alerts
from smartapp.models import Ehr, PatientIdentity
from tests.sandbox.control import Control
from tests.smartapp.fhir.test_launches import launch_of

__all__ = ["launch_of"]

MRN, SSN = "urn:oid:1.2.3", "http://hl7.org/fhir/sid/us-ssn"
RUTH = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": MRN, "value": "774"}, {"system": SSN, "value": "1"}],
    "name": [{"family": "Halloway", "given": ["Ruth", "Ann"]}],
    "gender": "female",
    "birthDate": "1952-03-11",
}


def ruth(**changes):
    return {**copy.deepcopy(RUTH), **changes}


def differ(one, other):
    return is_somebody_else(marks_of(one, "index"), marks_of(other, "index"))


@pytest.mark.parametrize(
    "later",
    [
        ruth(),
        ruth(name=[{"family": "Okafor", "given": ["Ruth"]}]),
        ruth(name=[{"family": "HALLOWAY", "given": ["Ruth "]}], birthDate="1952-03-12"),
        ruth(name=[{"family": "X", "given": ["Y"]}], gender="male", birthDate="1990-01-01"),
        ruth(identifier=[{"system": MRN, "value": "9"}]),
        ruth(identifier=[{"system": MRN, "value": "9"}, {"system": SSN, "value": "1"}], name=[]),
        ruth(identifier=[], birthDate="1952-03-12"),
        ruth(identifier=[{"system": "urn:other", "value": "774"}], gender="unknown"),
        {"resourceType": "Patient", "id": "p1"},
        ruth(identifier="774", name={"family": "Halloway"}, birthDate=7, gender=None),
    ],
)
def test_a_record_that_was_corrected_is_the_patients_still(later):
    assert not differ(RUTH, later)
    assert not differ(later, RUTH)


@pytest.mark.parametrize(
    "other",
    [
        # A twin: born the same day, of the same name and sex.
        ruth(
            identifier=[{"system": MRN, "value": "775"}],
            name=[{"family": "Halloway", "given": ["Rose"]}],
        ),
        ruth(identifier=[], name=[{"family": "Lindqvist", "given": ["Erik"]}]),
        ruth(identifier=[], gender="male", birthDate="1960-01-01"),
        ruth(identifier=[{"system": MRN, "value": "775"}], birthDate="1960-01-01"),
    ],
)
def test_two_things_that_differ_make_it_somebody_else(other):
    assert differ(RUTH, other)
    assert differ(other, RUTH)


@pytest.fixture
def ehr(db):
    return Ehr.objects.create(
        slug="e", name="E", issuer="https://ehr.example/fhir", vendor="generic", client_id="c"
    )


def test_what_is_kept_tells_nothing_of_the_person(ehr):
    assert Identity(ehr, "p1").admits(RUTH)
    row = PatientIdentity.objects.get()
    kept = json.dumps([row.marks, row.patient_index]).lower()
    for word in ("halloway", "ruth", RUTH["birthDate"], "female", MRN):
        assert word not in kept
    # Nor are two patients of the same sex or day alike in it.
    assert Identity(ehr, "p2").admits(ruth(id="p2"))
    other = PatientIdentity.objects.exclude(pk=row.pk).get()
    assert not {*row.marks["gender"]} & {*other.marks["gender"]}


def test_a_correction_is_kept_so_that_the_next_one_is_held_against_it(ehr):
    known = Identity(ehr, "p1")
    married = ruth(identifier=[], name=[{"family": "Okafor", "given": ["Ruth"]}])
    assert known.admits(ruth(identifier=[]))
    assert known.admits(married)
    assert known.admits({**married, "birthDate": "1952-03-12"})
    assert not known.admits(ruth(identifier=[], birthDate="1960-01-01"))


def test_what_is_left_out_once_is_not_forgotten(ehr):
    known = Identity(ehr, "p1")
    assert known.admits(RUTH)
    assert known.admits({"resourceType": "Patient", "id": "p1"})
    assert not known.admits(ruth(identifier=[], gender="male", birthDate="1960-01-01"))
    assert PatientIdentity.objects.get().refused_at is not None


def test_another_patient_under_our_id_is_dropped_told_and_alarmed(launch_of, sandbox, settings):
    settings.FHIR_CACHE_SECONDS = 0
    launch, control = launch_of(), Control(sandbox.base_url)
    reader = reader_for(launch)
    (own,) = reader.patient().resources
    before = alerts.figures().get((launch.ehr.issuer, "other_patient"), 0)
    try:
        with control.fault("other-patients", kinds=["read"], types=["Patient"]):
            found = reader.read(Concept.PATIENT, fresh=True)
    finally:
        control.clear()
    assert found.resources == ()
    assert [(each.reason, each.detail) for each in found.missing] == [
        (Reason.OTHER_PATIENT, "Patient")
    ]
    assert AuditEvent.objects.filter(type="fhir.other_patient").count() == 1
    assert alerts.figures()[launch.ehr.issuer, "other_patient"] == before + 1
    assert reader.read(Concept.PATIENT, fresh=True).resources[0].raw == own.raw


def test_an_identity_can_be_accepted_anew_by_somebody_who_looked(launch_of):
    launch = launch_of()
    known = Identity(launch.ehr, launch.patient_id)
    stranger = ruth(id=launch.patient_id, identifier=[], birthDate="1960-01-01", gender="male")
    assert known.admits(ruth(id=launch.patient_id))
    assert not known.admits(stranger)
    call_command("accept_identity", f"--launch={launch.pk}")
    assert known.admits(stranger)
    (told,) = AuditEvent.objects.filter(type="fhir.identity_accepted")
    assert launch.pk in told.detail_json
    PatientIdentity.objects.all().delete()
    for unknown in (launch.pk, "-no-such-launch"):
        with pytest.raises(CommandError):
            call_command("accept_identity", f"--launch={unknown}")


def test_two_that_meet_a_patient_at_once_hold_the_second_against_the_first(ehr, monkeypatch):
    known, find = Identity(ehr, "p1"), PatientIdentity.objects.filter
    assert known.admits(RUTH)

    def not_yet(**_):
        monkeypatch.setattr(PatientIdentity.objects, "filter", find)
        return PatientIdentity.objects.none()

    monkeypatch.setattr(PatientIdentity.objects, "filter", not_yet)
    assert not known.admits(ruth(identifier=[], gender="male", birthDate="1960-01-01"))
