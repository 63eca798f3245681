"""Results, messages and home medications written back: each vendor's demands."""

from typing import Any

from sandbox.fhir.demands import LOINC, codes, demand, encounter_of, has_code, reference
from sandbox.fhir.gate import Gate

Resource = dict[str, Any]

# Blood pressure and oxygen saturation are the only ones Oracle takes in components.
_WITH_COMPONENTS = {"85354-9", "55284-4", "59408-5", "2708-6"}


def generic(observation: Resource, gate: Gate) -> Resource:
    """Demand what R4 does: a status and a code; and an encounter of the same patient."""
    demand(observation.get("status"), "status is required.", code="required")
    demand(observation.get("code"), "code is required.", code="required")
    if "encounter" in observation:
        found = encounter_of(observation, observation["encounter"], gate)
        demand(found, "The encounter is not the patient's.", status=422)
    return observation


def epic(observation: Resource, gate: Gate) -> Resource:
    """Take vital signs only."""
    generic(observation, gate)
    vital = "vital-signs" in codes(observation.get("category"))
    demand(vital, "Only vital signs can be filed.", code="business-rule")
    demand(has_code(observation.get("code"), LOINC), "code needs LOINC.", code="business-rule")
    demand(observation.get("effectiveDateTime"), "effectiveDateTime is required.", code="required")
    return observation


def oracle(observation: Resource, gate: Gate) -> Resource:
    """Take vital signs and laboratory results, without modifiers; few in components."""
    generic(observation, gate)
    category = codes(observation.get("category")) & {"vital-signs", "laboratory"}
    demand(category, "category must be vital-signs or laboratory.", status=422)
    demand("modifierExtension" not in observation, "Modifiers are not supported.", status=422)
    if observation.get("component"):
        known = codes(observation.get("code")) & _WITH_COMPONENTS
        demand(known, "This code cannot have components.", status=422)
    demand(observation.get("effectiveDateTime"), "effectiveDateTime is required.", status=422)
    return observation


def message(communication: Resource, gate: Gate) -> Resource:
    """Demand a status and a text."""
    demand(communication.get("status"), "status is required.", code="required")
    demand(communication.get("payload"), "payload is required.", code="required")
    return communication


def oracle_message(communication: Resource, gate: Gate) -> Resource:
    """Take a completed notification or reminder from a Practitioner to Practitioners or a Group."""
    message(communication, gate)
    demand(communication["status"] == "completed", "status must be completed.", status=422)
    sender = reference(communication.get("sender")).partition("/")[0]
    demand(sender == "Practitioner", "sender must be a Practitioner.", status=422)
    kinds = {reference(one).partition("/")[0] for one in communication.get("recipient", [])}
    known = bool(kinds) and kinds <= {"Practitioner", "Group"}
    demand(known, "recipient must be Practitioners or a Group.", status=422)
    category = codes(communication.get("category")) & {"notification", "reminder"}
    demand(category, "category must be notification or reminder.", status=422)
    return communication


def medication(request: Resource, gate: Gate) -> Resource:
    """Demand what R4 does; nothing here places an order, so intent is proposal or plan."""
    named = "medicationCodeableConcept" in request or "medicationReference" in request
    demand(named, "The medication is required.", code="required")
    demand(request.get("status"), "status is required.", code="required")
    demand(request.get("intent") in {"proposal", "plan"}, "intent must be proposal or plan.")
    return request


def reported_medication(request: Resource, gate: Gate) -> Resource:
    """Take only what the patient reports to take at home."""
    medication(request, gate)
    demand("medicationCodeableConcept" in request, "The medication must be inline.", status=422)
    demand(request["status"] == "active", "status must be active.", status=422)
    demand(request.get("reportedBoolean") is True, "reportedBoolean must be true.", status=422)
    return request
