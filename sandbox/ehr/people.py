"""Who can sign in: the clinicians of the charts, a clerk, a relative or a patient."""

from dataclasses import dataclass

from sandbox.ehr import words
from sandbox.fhir.store import store

_MOST_CLINICIANS = 12
# What SMART allows a fhirUser to be.
TYPES = ("Practitioner", "PractitionerRole", "Person", "RelatedPerson", "Patient")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; ``reference`` is ``Type/id`` and becomes the fhirUser."""

    reference: str
    name: str
    title: str

    @property
    def clinician(self) -> bool:
        """Whether an app for clinicians should let this person in."""
        return self.reference.startswith("Practitioner")

    @property
    def own_patient_id(self) -> str:
        """The only chart a patient may open; "" for everybody else."""
        kind, _, own_id = self.reference.partition("/")
        return own_id if kind == "Patient" else ""


def everyone() -> list[Person]:
    """The accounts offered at sign-in, clinicians first."""
    clinicians = store.all("Practitioner")[:_MOST_CLINICIANS]
    specialties = _specialties()
    found = [
        Person(f"Practitioner/{each['id']}", words.name(each), specialties.get(each["id"], ""))
        for each in clinicians
    ]
    clerks = [
        Person(f"Person/{each['id']}", words.name(each), "Registration clerk")
        for each in store.all("Person")[:2]
    ]
    relatives = [
        Person(f"RelatedPerson/{each['id']}", words.name(each), "Relative of a patient")
        for each in store.all("RelatedPerson")[:1]
    ]
    patients = [
        Person(f"Patient/{each['id']}", words.name(each), "Patient, own chart only")
        for each in store.patients()[:1]
    ]
    return [*found, *clerks, *relatives, *patients]


def find(reference: str) -> Person | None:
    """Anybody in the charts who may be a fhirUser, offered at sign-in or not."""
    kind, _, resource_id = reference.partition("/")
    resource = store.get(kind, resource_id) if kind in TYPES else None
    if resource is None:
        return None
    offered = next((each for each in everyone() if each.reference == reference), None)
    return offered or Person(reference, _name(resource), "")


def _name(resource: words.Resource) -> str:
    practitioner = resource.get("practitioner")
    if practitioner:
        return str(practitioner.get("display", "Unnamed"))
    return words.name(resource)


def _specialties() -> dict[str, str]:
    """Practitioner id to specialty, from the roles."""
    found = {}
    for role in store.all("PractitionerRole"):
        who = role.get("practitioner", {}).get("reference", "").removeprefix("Practitioner/")
        what = (role.get("specialty") or role.get("code") or [None])[0]
        found[who] = words.concept(what)
    return found
