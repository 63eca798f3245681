"""Whose resource is it? Only the launched patient's may be handed out."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from audit.events.base import Event
from audit.events.fhir import OtherPatientDropped
from audit.recorder import record
from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import ForeignAddress, OtherPatientSent
from smartapp.fhir.transport import alerts
from smartapp.fhir.transport.asked import Collector

# Types that belong to no patient.
_SHARED = frozenset(
    {
        "Medication",
        "Substance",
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "HealthcareService",
        "Device",
    }
)


class Owner(Enum):
    """To whom a resource belongs."""

    PATIENT = "patient"
    NOBODY = "nobody"  # a type without patients
    OTHER = "other"
    UNNAMED = "unnamed"  # it should name a patient and does not


def owner_of(raw: dict[str, Any], *, patient_id: str, base: Base) -> Owner:
    """Tell whose ``raw`` is. One reference to another patient makes it the other's."""
    if raw.get("resourceType") == "Patient":
        return Owner.PATIENT if raw.get("id") == patient_id else Owner.OTHER
    patients = set(_patients(raw, base))
    if not patients:
        return Owner.NOBODY if raw.get("resourceType") in _SHARED else Owner.UNNAMED
    return Owner.PATIENT if patients == {patient_id} else Owner.OTHER


def patients_of(raw: dict[str, Any], *, base: Base) -> set[str]:
    """Return the ids of all patients whose ``raw`` is; "" stands for one of another server."""
    if raw.get("resourceType") == "Patient":
        return {str(raw.get("id", ""))}
    return set(_patients(raw, base))


def belongs_to_nobody(resource_type: str) -> bool:
    """Whether resources of a type belong to no patient, such as a Medication."""
    return resource_type in _SHARED


def tell_dropped(
    events: Collector, base: Base, *, concept: str, resource_type: str, count: int = 1
) -> None:
    """Let the trail and operations know that another patient's resources came and were dropped."""
    events.add(OtherPatientDropped(concept=concept, resource_type=resource_type, count=count))
    alerts.notice(base.url, OtherPatientSent())


class AtOnce:
    """Takes events outside of a round of reading: each is recorded in the caller's transaction."""

    def add(self, event: Event) -> None:
        """Record one."""
        record(event)


def binary_is_anothers(parsed: Any, secured_by: str, *, patient_id: str, base: Base) -> bool:
    """Whether a Binary says that it is secured as another patient's, in its body or its header.

    ``parsed`` is its JSON, if it is JSON, and ``secured_by`` its ``X-Security-Context``. Most name
    nobody, or the document that led here, which was held to be the patient's.
    """
    if isinstance(parsed, dict) and parsed.get("resourceType") == "Binary":
        owner = owner_of(parsed, patient_id=patient_id, base=base)
        if owner is Owner.OTHER:
            return True
    references = (each.strip() for each in secured_by.split(","))
    patients = {each for text in references for each in _patient({"reference": text}, base)}
    return bool(patients - {patient_id})


def _patients(raw: dict[str, Any], base: Base) -> Iterator[str]:
    for name in ("subject", "patient", "beneficiary"):
        yield from _patient(raw.get(name), base)
    if raw.get("resourceType") == "Binary":
        yield from _patient(raw.get("securityContext"), base)
    participants = raw.get("participant")
    if raw.get("resourceType") == "Appointment" and isinstance(participants, list):
        for participant in participants:
            if isinstance(participant, dict):
                yield from _patient(participant.get("actor"), base)


def _patient(element: Any, base: Base) -> Iterator[str]:
    if not isinstance(element, dict):
        return
    try:
        reference = base.reference(element.get("reference"))
    except ForeignAddress:
        yield ""  # somebody at another server: nobody's id
        return
    if reference is not None and reference.resource_type == "Patient":
        yield reference.id
