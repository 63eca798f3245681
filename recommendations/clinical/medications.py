"""Orders, prescriptions and reported home medications. An order is not proof of intake."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from recommendations.clinical import fhir_json
from recommendations.clinical.dosage import Dosage, dosage, strength
from recommendations.clinical.facts import Coding, MedicationFact
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Arguments,
    Choice,
    Limit,
    Resource,
    Term,
    Tool,
    Unusable,
    first,
    matches,
    standing,
)
from smartapp.fhir.results import Concept

CURRENT = ("active", "on-hold")
_CAP = 50


class MedicationArguments(Arguments):
    """Which medications."""

    names: list[Term] | None = Field(None, max_length=10, description="Drug names to look for.")
    current_only: bool = Field(
        default=False, description="Only active and on-hold orders; otherwise stopped ones too."
    )
    limit: Limit | None = Field(None, description="At most this many.")


def build(resource: Resource) -> MedicationFact:
    """A MedicationRequest, or a MedicationStatement where an EHR has them."""
    raw = resource.raw
    name, codes = drug_of(resource)
    said = _dosage(resource, strength(name))
    statement = raw.get("resourceType") == "MedicationStatement"
    return MedicationFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=fhir_json.string(raw, "status"),
        intent=fhir_json.string(raw, "intent"),
        # Oracle Health tells home medications from orders by reportedBoolean and intent=plan.
        reported=statement or bool(raw.get("reportedBoolean") or raw.get("reportedReference")),
        dosage_text=said.text,
        dose=said.dose,
        strength=strength(name),
        route=said.route,
        frequency=said.frequency,
        as_needed=said.as_needed,
        coded=said.coded,
        differing=said.differing,
        authored=fhir_json.date(raw, "authoredOn", "dateAsserted", "effectiveDateTime"),
        reason=resource.masked(fhir_json.first_words(raw, "reasonCode")),
        warnings=said.warnings,
    )


def _dosage(resource: Resource, strength: str) -> Dosage:
    raw = resource.raw
    instructions = fhir_json.items(raw, "dosageInstruction") or fhir_json.items(raw, "dosage")
    return dosage(instructions, resource.masked, strength=strength)


def drug_of(resource: Resource) -> tuple[str, tuple[Coding, ...]]:
    """The drug's name: inline, or in the Medication that is referred to (Epic)."""
    raw = resource.raw
    inline: Any = fhir_json.item(raw, "medicationCodeableConcept")
    if name := fhir_json.words(inline):
        return name, fhir_json.codings(inline)
    shown = fhir_json.string(fhir_json.item(raw, "medicationReference"), "display")
    referred = resource.referred(fhir_json.reference(raw, "medicationReference"))
    concept = fhir_json.item(referred, "code")
    name = fhir_json.words(concept) or shown
    if not name:
        raise Unusable("no name")
    return name, fhir_json.codings(concept)


def choose(facts: Sequence[MedicationFact], given: MedicationArguments) -> Choice:
    """Current ones first, newest first."""
    found = standing(facts)
    if given.current_only:
        found = [f for f in found if f.status in CURRENT]
    if given.names:
        found = [f for f in found if matches(f, given.names)]
    found.sort(key=lambda f: f.status not in CURRENT)
    return first(found, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.MEDICATIONS,
    description=(
        "Medication orders, prescriptions and reported home medications: name, dose, route, "
        "frequency, status, date. Current ones first. An order does not prove that it is taken."
    ),
    arguments=MedicationArguments,
    concepts=(Concept.MEDICATIONS,),
    prefix="med",
    build=build,
    choose=choose,
    when=lambda fact: fact.authored,
)
