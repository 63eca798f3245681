"""The search parameters this server can answer, by type: the one table search and metadata share.

A path is dotted; a list on the way is walked; ``telecom[system=phone]`` keeps only such items.
Names and types follow the R4 specification, plus ``docstatus``, which one vendor adds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# A drug given inline also has a Medication of its own, so it can be referred to.
INLINE_DRUG = "medicationCodeableConcept"


@dataclass(frozen=True, slots=True)
class Param:
    """One search parameter: where its values are and how they compare."""

    name: str
    kind: str
    paths: tuple[str, ...]
    target: str = ""


def _params(kind: str, **paths: str) -> list[Param]:
    return [
        Param(name.replace("_", "-"), kind, tuple(path.split("|"))) for name, path in paths.items()
    ]


def _token(**paths: str) -> list[Param]:
    return _params("token", **paths)


def _date(**paths: str) -> list[Param]:
    return _params("date", **paths)


def _string(**paths: str) -> list[Param]:
    return _params("string", **paths)


def _reference(**paths: str) -> list[Param]:
    return _params("reference", **paths)


def _patient(path: str = "subject") -> list[Param]:
    return [Param("patient", "reference", (path,), target="Patient")]


def _subject() -> list[Param]:
    return [*_patient(), *_reference(subject="subject")]


COMMON = [
    Param("_id", "token", ("id",)),
    Param("_lastUpdated", "date", ("meta.lastUpdated",)),
]
_NAMES = [
    *_string(name="name.family|name.given|name.text", family="name.family", given="name.given"),
    *_token(identifier="identifier"),
]
_VALUES = [
    Param("value-quantity", "quantity", ("valueQuantity",)),
    Param("component-value-quantity", "quantity", ("component.valueQuantity",)),
    Param("code-value-quantity", "composite", ("",)),
    Param("component-code-value-quantity", "composite", ("component",)),
    Param("combo-code-value-quantity", "composite", ("", "component")),
]

_TABLE: dict[str, list[Param]] = {
    "Patient": [
        *_NAMES,
        *_date(birthdate="birthDate"),
        *_token(
            gender="gender",
            phone="telecom[system=phone]",
            email="telecom[system=email]",
            telecom="telecom",
            active="active",
        ),
        *_string(address_postalcode="address.postalCode"),
    ],
    "Practitioner": [*_NAMES, *_token(active="active")],
    "PractitionerRole": [
        *_reference(practitioner="practitioner", organization="organization", location="location"),
        *_token(identifier="identifier", specialty="specialty", role="code", active="active"),
    ],
    "Person": [*_NAMES],
    "RelatedPerson": [*_patient("patient"), *_NAMES],
    "Organization": [
        *_string(name="name|alias"),
        *_token(identifier="identifier", type="type", active="active"),
    ],
    "Location": [
        *_string(name="name|alias"),
        *_token(identifier="identifier", type="type", status="status"),
        *_reference(organization="managingOrganization"),
    ],
    "Encounter": [
        *_subject(),
        *_date(date="period"),
        *_token(identifier="identifier", status="status", type="type", **{"class": "class"}),
        *_reference(
            participant="participant.individual",
            location="location.location",
            service_provider="serviceProvider",
        ),
    ],
    "Condition": [
        *_subject(),
        *_token(
            category="category",
            clinical_status="clinicalStatus",
            verification_status="verificationStatus",
            code="code",
            identifier="identifier",
        ),
        *_reference(encounter="encounter"),
        *_date(onset_date="onsetDateTime|onsetPeriod", recorded_date="recordedDate"),
    ],
    "AllergyIntolerance": [
        *_patient("patient"),
        *_token(
            clinical_status="clinicalStatus",
            verification_status="verificationStatus",
            code="code|reaction.substance",
            category="category",
            criticality="criticality",
        ),
        *_date(date="recordedDate"),
    ],
    "MedicationRequest": [
        *_subject(),
        *_token(
            status="status", intent="intent", category="category", code="medicationCodeableConcept"
        ),
        *_date(
            authoredon="authoredOn",
            date="dosageInstruction.timing|dosageInstruction.timing.repeat.boundsPeriod",
        ),
        *_reference(
            encounter="encounter",
            medication=f"medicationReference|{INLINE_DRUG}",
            requester="requester",
        ),
    ],
    "Medication": [*_token(code="code", status="status", identifier="identifier")],
    "Observation": [
        *_subject(),
        *_token(
            category="category",
            code="code",
            status="status",
            identifier="identifier",
            component_code="component.code",
            combo_code="code|component.code",
        ),
        *_date(date="effectiveDateTime|effectivePeriod|effectiveInstant"),
        *_reference(encounter="encounter", performer="performer", has_member="hasMember"),
        *_VALUES,
    ],
    "DocumentReference": [
        *_subject(),
        *_token(
            type="type",
            category="category",
            status="status",
            docstatus="docStatus",
            identifier="identifier|masterIdentifier",
            contenttype="content.attachment.contentType",
        ),
        *_date(date="date", period="context.period"),
        *_reference(encounter="context.encounter", author="author", authenticator="authenticator"),
    ],
    "DiagnosticReport": [
        *_subject(),
        *_token(category="category", code="code", status="status", identifier="identifier"),
        *_date(date="effectiveDateTime|effectivePeriod", issued="issued"),
        *_reference(encounter="encounter", result="result", performer="performer"),
    ],
    "Appointment": [
        *_patient("participant.actor"),
        *_reference(actor="participant.actor"),
        Param("practitioner", "reference", ("participant.actor",), target="Practitioner"),
        Param("location", "reference", ("participant.actor",), target="Location"),
        *_date(date="start"),
        *_token(status="status", service_category="serviceCategory", service_type="serviceType"),
    ],
    "Immunization": [
        *_patient("patient"),
        *_date(date="occurrenceDateTime"),
        *_token(status="status", vaccine_code="vaccineCode"),
    ],
    "CarePlan": [
        *_subject(),
        *_token(category="category", status="status", intent="intent"),
        *_date(date="period"),
        *_reference(encounter="encounter", condition="addresses"),
    ],
    "CareTeam": [
        *_subject(),
        *_token(status="status", category="category"),
        *_date(date="period"),
        *_reference(participant="participant.member", encounter="encounter"),
    ],
    "Procedure": [
        *_subject(),
        *_date(date="performedDateTime|performedPeriod"),
        *_token(status="status", code="code", category="category"),
        *_reference(encounter="encounter"),
    ],
    "ServiceRequest": [
        *_subject(),
        *_token(status="status", intent="intent", category="category", code="code"),
        *_date(authored="authoredOn"),
        *_reference(encounter="encounter", requester="requester"),
    ],
    "FamilyMemberHistory": [
        *_patient("patient"),
        *_token(status="status", relationship="relationship", code="condition.code"),
        *_date(date="date"),
    ],
    "Communication": [
        *_subject(),
        *_token(status="status", category="category"),
        *_date(sent="sent", received="received"),
        *_reference(sender="sender", recipient="recipient", encounter="encounter"),
    ],
    "Provenance": [
        *_patient("target"),
        *_reference(target="target", agent="agent.who"),
        *_date(recorded="recorded"),
    ],
    "Goal": [
        *_subject(),
        *_token(lifecycle_status="lifecycleStatus", category="category"),
        *_date(start_date="startDate", target_date="target.dueDate"),
    ],
    "Group": [
        *_token(identifier="identifier", type="type", actual="actual", code="code"),
        *_reference(member="member.entity"),
        *_string(name="name"),
    ],
    "Coverage": [
        *_patient("beneficiary"),
        *_reference(beneficiary="beneficiary", payor="payor"),
        *_token(status="status", type="type"),
    ],
}

PARAMS: dict[str, dict[str, Param]] = {
    kind: {param.name: param for param in [*COMMON, *params]} for kind, params in _TABLE.items()
}


def names(resource_type: str, leave_out: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the parameters of a type, without some."""
    return tuple(name for name in PARAMS[resource_type] if name not in set(leave_out))
