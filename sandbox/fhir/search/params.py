"""The search parameters this server can answer, by type: the one table search and metadata share.

Names and types follow the R4 specification, plus ``docstatus``, which one vendor adds.
"""

from collections.abc import Iterable

from sandbox.fhir.search.param import Param, date, patient, reference, string, subject, token

# A drug given inline also has a Medication of its own, so it can be referred to.
INLINE_DRUG = "medicationCodeableConcept"


COMMON = [
    Param("_id", "token", ("id",)),
    Param("_lastUpdated", "date", ("meta.lastUpdated",)),
]
_NAMES = [
    *string(name="name.family|name.given|name.text", family="name.family", given="name.given"),
    *token(identifier="identifier"),
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
        *date(birthdate="birthDate"),
        *token(
            gender="gender",
            phone="telecom[system=phone]",
            email="telecom[system=email]",
            telecom="telecom",
            active="active",
        ),
        *string(address_postalcode="address.postalCode"),
    ],
    "Practitioner": [*_NAMES, *token(active="active")],
    "PractitionerRole": [
        *reference(practitioner="practitioner", organization="organization", location="location"),
        *token(identifier="identifier", specialty="specialty", role="code", active="active"),
    ],
    "Person": [*_NAMES],
    "RelatedPerson": [*patient("patient"), *_NAMES],
    "Organization": [
        *string(name="name|alias"),
        *token(identifier="identifier", type="type", active="active"),
    ],
    "Location": [
        *string(name="name|alias"),
        *token(identifier="identifier", type="type", status="status"),
        *reference(organization="managingOrganization"),
    ],
    "Encounter": [
        *subject(),
        *date(date="period"),
        *token(identifier="identifier", status="status", type="type", **{"class": "class"}),
        *reference(
            participant="participant.individual",
            location="location.location",
            service_provider="serviceProvider",
        ),
    ],
    "Condition": [
        *subject(),
        *token(
            category="category",
            clinical_status="clinicalStatus",
            verification_status="verificationStatus",
            code="code",
            identifier="identifier",
        ),
        *reference(encounter="encounter"),
        *date(onset_date="onsetDateTime|onsetPeriod", recorded_date="recordedDate"),
    ],
    "AllergyIntolerance": [
        *patient("patient"),
        *token(
            clinical_status="clinicalStatus",
            verification_status="verificationStatus",
            code="code|reaction.substance",
            category="category",
            criticality="criticality",
        ),
        *date(date="recordedDate"),
    ],
    "MedicationRequest": [
        *subject(),
        *token(
            status="status", intent="intent", category="category", code="medicationCodeableConcept"
        ),
        *date(
            authoredon="authoredOn",
            date="dosageInstruction.timing|dosageInstruction.timing.repeat.boundsPeriod",
        ),
        *reference(
            encounter="encounter",
            medication=f"medicationReference|{INLINE_DRUG}",
            requester="requester",
        ),
    ],
    "Medication": [*token(code="code", status="status", identifier="identifier")],
    "MedicationAdministration": [
        *subject(),
        *token(status="status", code="medicationCodeableConcept"),
        *date(effective_time="effectiveDateTime|effectivePeriod"),
        *reference(
            context="context",
            medication=f"medicationReference|{INLINE_DRUG}",
            performer="performer.actor",
            request="request",
        ),
    ],
    "Observation": [
        *subject(),
        *token(
            category="category",
            code="code",
            status="status",
            identifier="identifier",
            component_code="component.code",
            combo_code="code|component.code",
        ),
        *date(date="effectiveDateTime|effectivePeriod|effectiveInstant"),
        *reference(encounter="encounter", performer="performer", has_member="hasMember"),
        *_VALUES,
    ],
    "DocumentReference": [
        *subject(),
        *token(
            type="type",
            category="category",
            status="status",
            docstatus="docStatus",
            identifier="identifier|masterIdentifier",
            contenttype="content.attachment.contentType",
        ),
        *date(date="date", period="context.period"),
        *reference(encounter="context.encounter", author="author", authenticator="authenticator"),
    ],
    "DiagnosticReport": [
        *subject(),
        *token(category="category", code="code", status="status", identifier="identifier"),
        *date(date="effectiveDateTime|effectivePeriod", issued="issued"),
        *reference(encounter="encounter", result="result", performer="performer"),
    ],
    "Appointment": [
        *patient("participant.actor"),
        *reference(actor="participant.actor"),
        Param("practitioner", "reference", ("participant.actor",), target="Practitioner"),
        Param("location", "reference", ("participant.actor",), target="Location"),
        *date(date="start"),
        *token(status="status", service_category="serviceCategory", service_type="serviceType"),
    ],
    "Immunization": [
        *patient("patient"),
        *date(date="occurrenceDateTime"),
        *token(status="status", vaccine_code="vaccineCode"),
    ],
    "CarePlan": [
        *subject(),
        *token(category="category", status="status", intent="intent"),
        *date(date="period"),
        *reference(encounter="encounter", condition="addresses"),
    ],
    "CareTeam": [
        *subject(),
        *token(status="status", category="category"),
        *date(date="period"),
        *reference(participant="participant.member", encounter="encounter"),
    ],
    "Procedure": [
        *subject(),
        *date(date="performedDateTime|performedPeriod"),
        *token(status="status", code="code", category="category"),
        *reference(encounter="encounter"),
    ],
    "ServiceRequest": [
        *subject(),
        *token(status="status", intent="intent", category="category", code="code"),
        *date(authored="authoredOn"),
        *reference(encounter="encounter", requester="requester"),
    ],
    "FamilyMemberHistory": [
        *patient("patient"),
        *token(status="status", relationship="relationship", code="condition.code"),
        *date(date="date"),
    ],
    "Communication": [
        *subject(),
        *token(status="status", category="category"),
        *date(sent="sent", received="received"),
        *reference(sender="sender", recipient="recipient", encounter="encounter"),
    ],
    "Provenance": [
        *patient("target"),
        *reference(target="target", agent="agent.who"),
        *date(recorded="recorded"),
    ],
    "Goal": [
        *subject(),
        *token(lifecycle_status="lifecycleStatus", category="category"),
        *date(start_date="startDate", target_date="target.dueDate"),
    ],
    "Group": [
        *token(identifier="identifier", type="type", actual="actual", code="code"),
        *reference(member="member.entity"),
        *string(name="name"),
    ],
    "List": [*subject(), *token(code="code", status="status"), *date(date="date")],
    "Coverage": [
        *patient("beneficiary"),
        *reference(beneficiary="beneficiary", payor="payor"),
        *token(status="status", type="type"),
    ],
}

# One vendor's own parameters, which begin with a hyphen; no other lists them.
_TABLE["MedicationRequest"].append(
    Param("-timing-boundsPeriod", "date", ("dosageInstruction.timing.repeat.boundsPeriod",))
)
_TABLE["Appointment"].append(
    Param("-date-or-req-period", "date", ("start", "requestedPeriod")),
)

# A message has no status as e-mail of its own here.
_TABLE["Communication"].append(Param("-email-status", "token", ("status",)))

# A coverage names no encounter: see ``own_params``.
_TABLE["Coverage"].append(Param("-encounter", "reference", ("beneficiary",)))

PARAMS: dict[str, dict[str, Param]] = {
    kind: {param.name: param for param in [*COMMON, *params]} for kind, params in _TABLE.items()
}


def names(resource_type: str, leave_out: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the parameters of a type, without some and without any vendor's own."""
    left = set(leave_out)
    return tuple(
        name for name in PARAMS[resource_type] if name not in left and not name.startswith("-")
    )
