"""Problems and appointments written back: each vendor's demands, and what it makes of them."""

from typing import Any

from sandbox.fhir.demands import codes, demand, encounter_of, reference
from sandbox.fhir.gate import Gate

Resource = dict[str, Any]

_CATEGORIES = "http://terminology.hl7.org/CodeSystem/condition-category"
_PROBLEM = {"coding": [{"system": _CATEGORIES, "code": "problem-list-item"}]}
_BOOKED = {"booked", "proposed"}


def generic(condition: Resource, gate: Gate) -> Resource:
    """Demand what is wrong, and an encounter of the same patient where one is named."""
    demand(condition.get("code"), "code is required.", code="required")
    if "encounter" in condition:
        found = encounter_of(condition, condition["encounter"], gate)
        demand(found, "The encounter is not the patient's.", status=422)
    return condition


def epic(condition: Resource, gate: Gate) -> Resource:
    """Take problems; a diagnosis comes back as a problem, too."""
    generic(condition, gate)
    status = codes(condition.get("clinicalStatus"))
    demand(status, "clinicalStatus is required.", code="business-rule")
    kept = {key: value for key, value in condition.items() if key != "encounter"}
    return {**kept, "category": [_PROBLEM]}


def oracle(condition: Resource, gate: Gate) -> Resource:
    """Take problems, and diagnoses of an encounter that is named."""
    generic(condition, gate)
    category = codes(condition.get("category")) & {"problem-list-item", "encounter-diagnosis"}
    demand(len(category) == 1, "category must be problem-list-item or encounter-diagnosis.",
           status=422)  # fmt: skip
    if "encounter-diagnosis" in category:
        demand("encounter" in condition, "encounter is required.", status=422)
    for name in ("clinicalStatus", "verificationStatus"):
        demand(codes(condition.get(name)), f"{name} is required.", status=422)
    return condition


def appointment(resource: Resource, gate: Gate) -> Resource:
    """Demand what R4 does: a status and who takes part."""
    demand(resource.get("status"), "status is required.", code="required")
    demand(resource.get("participant"), "participant is required.", code="required")
    return resource


def oracle_appointment(resource: Resource, gate: Gate) -> Resource:
    """Take what is booked or proposed, with its hours, its place and one patient."""
    appointment(resource, gate)
    demand(resource["status"] in _BOOKED, "status must be booked or proposed.", status=422)
    whole = "start" in resource and "end" in resource
    demand(whole or "requestedPeriod" in resource, "start and end are required.", status=422)
    kinds = [reference(one.get("actor")).partition("/")[0] for one in resource["participant"]]
    demand(kinds.count("Patient") == 1, "One participant must be the patient.", status=422)
    demand("Location" in kinds, "A participant must be the location.", status=422)
    return resource
