"""Doses given, and doses that were due and not given. Only these show that a drug was given."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from recommendations.clinical import fhir_json
from recommendations.clinical.dosage import Dosage, dosage, strength
from recommendations.clinical.facts import AdministrationFact, PartialDate
from recommendations.clinical.medications import drug_of
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Choice,
    Filter,
    Resource,
    Term,
    Tool,
    first,
    matches,
    since,
    standing,
)
from smartapp.fhir.results import Concept

_CAP = 50
# R4 medication-admin-status: of these ``statusReason`` says why; it was not, or not all, given.
_HINDERED = frozenset(("not-done", "on-hold", "stopped"))


class AdministrationArguments(Filter):
    """Which doses."""

    names: list[Term] | None = Field(None, max_length=10, description="Drug names to look for.")


def build(resource: Resource) -> AdministrationFact:
    """A MedicationAdministration."""
    raw = resource.raw
    name, codes = drug_of(resource)
    said = _dosage(resource, strength(name))
    status = fhir_json.string(raw, "status")
    why = "statusReason" if status in _HINDERED else "reasonCode"
    period = fhir_json.item(raw, "effectivePeriod")
    return AdministrationFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=status,
        dose=said.dose,
        dosage_text=said.text,
        strength=strength(name),
        route=said.route,
        differing=tuple(kind for kind in said.differing if kind in {"dose", "route"}),
        start=fhir_json.date(raw, "effectiveDateTime", "effectivePeriod"),
        end=fhir_json.date(period, "end"),
        reason=resource.masked(fhir_json.first_words(raw, why)),
        warnings=said.warnings,
    )


def _dosage(resource: Resource, strength: str) -> Dosage:
    """Its one dosage, read as an order's is: words and codes are held against one another."""
    given = fhir_json.item(resource.raw, "dosage")
    instruction: dict[str, Any] = {
        "text": given.get("text"),
        "route": given.get("route"),
        "doseAndRate": [{"doseQuantity": given.get("dose")}],
    }
    return dosage([instruction], resource.masked, strength=strength)


def _when(fact: AdministrationFact) -> PartialDate | None:
    return fact.start


def choose(facts: Sequence[AdministrationFact], given: AdministrationArguments) -> Choice:
    """Newest first."""
    found = since(standing(facts), given.since, _when)
    if given.names:
        found = [f for f in found if matches(f, given.names)]
    return first(found, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.ADMINISTRATIONS,
    description=(
        "Doses given on a ward, and due ones that were not given (not-done), newest first: drug, "
        "dose, route, time, status, and why one was not given. Each is one dose, and no order."
    ),
    arguments=AdministrationArguments,
    concepts=(Concept.ADMINISTRATIONS,),
    prefix="adm",
    build=build,
    choose=choose,
    when=_when,
)
