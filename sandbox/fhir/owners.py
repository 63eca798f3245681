"""Whose a resource is: the patients in whose compartment it lies."""

from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]

# Where each type names its patient; the rest use `patient` or `subject`.
_PATIENT_PATHS: dict[str, tuple[str, ...]] = {
    "Coverage": ("beneficiary",),
    "Appointment": ("participant",),
    "Group": (),
}


def patients_of(resource: Resource) -> frozenset[str]:
    """Return the ids of the patients in whose compartment a resource lies."""
    if resource["resourceType"] == "Patient":
        return frozenset({resource["id"]})
    paths = _PATIENT_PATHS.get(resource["resourceType"], ("patient", "subject"))
    found = (reference for path in paths for reference in references_in(resource.get(path)))
    return frozenset(
        reference.split("/")[-1]
        for reference in found
        if reference.split("/")[-2:-1] == ["Patient"]
    )


def references_in(value: Any) -> Iterator[str]:
    """Yield the references of a member: of one, of several, or of participants."""
    if isinstance(value, list):
        for item in value:
            yield from references_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        elif "actor" in value:
            yield from references_in(value["actor"])
