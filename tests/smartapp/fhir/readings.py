"""Readings of laboratory results, and of them what the tests compare."""

from audit.models import AuditEvent
from smartapp.fhir.results import Concept
from tests.smartapp.fhir.ehr import reader

PATIENT = {"resourceType": "Patient", "id": "p1"}


def labs(ehr, **more):
    return reader(ehr, **more).read(Concept.LABS)


def ids(result):
    return [each.id for each in result.resources]


def reasons(result):
    return [(each.reason, each.detail) for each in result.missing]


def events(kind):
    return list(AuditEvent.objects.filter(type=kind).order_by("sequence"))
