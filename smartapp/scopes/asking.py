"""The scopes we ask for: the fewest the documents need, in the grammar each EHR understands."""

from typing import Literal

# Read by the clinical tools, each for the reason beside it.
RESOURCE_TYPES = (
    "Patient",  # whose chart it is
    "Condition",
    "AllergyIntolerance",
    "MedicationRequest",
    "Medication",  # Epic names the drug in a resource of its own
    "Observation",
    "DocumentReference",
    "Binary",  # where the text of a note is kept
    "Encounter",
    "Appointment",
    "Immunization",
    "CarePlan",
    "Procedure",
    "DiagnosticReport",
    "FamilyMemberHistory",
    "Practitioner",  # the name of who signs
)
_IDENTITY = ("launch", "openid", "fhirUser")
_ENDINGS = {"v1": "read", "v2": "rs"}


def asked_for(
    syntax: Literal["v1", "v2"], *, lasting: Literal["", "online_access", "offline_access"] = ""
) -> str:
    """Return the scope string of a registration; ``lasting`` asks for a refresh token."""
    resources = [f"patient/{each}.{_ENDINGS[syntax]}" for each in RESOURCE_TYPES]
    return " ".join([*_IDENTITY, *([lasting] if lasting else []), *resources])
