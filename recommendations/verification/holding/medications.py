"""Orders: drug, dose, route, frequency, whether as needed, status, date."""

from decimal import Decimal

from recommendations.clinical.facts import MedicationFact, Quantity
from recommendations.clinical.frequencies import frequency_in
from recommendations.verification import units
from recommendations.verification.amounts import amounts_in, same_amount
from recommendations.verification.chart import Chart
from recommendations.verification.claims import MedicationClaim
from recommendations.verification.dates import agrees, shown
from recommendations.verification.holding.schedules import schedule
from recommendations.verification.naming import drug_named_differently
from recommendations.verification.outcomes import Finding
from recommendations.verification.routes import route_of
from recommendations.verification.rules import differs, unstated
from recommendations.verification.statuses import same_status

# Forms that an order counts: two tablets of 500 mg may be said either way.
COUNTED = frozenset(("{tablet}", "{capsule}", "{puff}", "{drop}", "{spray}", "{patch}"))


def medication(claim: MedicationClaim, fact: MedicationFact, chart: Chart) -> list[Finding]:
    """An order as claimed."""
    return [
        *drug_named_differently(claim.name, fact),
        *_dose(claim.dose, fact),
        *_route(claim.route, fact),
        *_frequency(claim.frequency, fact),
        *_as_needed(claim, fact),
        *_status(claim.status, fact),
        *_ordered(claim.ordered, fact),
    ]


def _dose(said: str, fact: MedicationFact) -> list[Finding]:
    if not said:
        return []
    amounts = amounts_in(said)
    licensed = doses(fact)
    if amounts and all(any(same_amount(a, b) for b in licensed) for a in amounts):
        return []
    chart = fact.dosage_text or fact.strength
    if fact.dose is not None:
        chart = f"{fact.dose.value:f} {fact.dose.unit}".strip()
    if not chart:
        return [unstated("dose_differs", said, fact.handle, "dose")]
    return [differs("dose_differs", said, chart, fact.handle)]


def doses(fact: MedicationFact) -> list[tuple[str, str]]:
    """Every amount that may stand as this order's dose, as (number, unit).

    The coded dose where there is one; else what the dosage text says. The strength in the name
    counts only where the order gives no dose: beside a dose of two tablets it would mislead.
    An order with a dose for each of several days has several, and so has one whose text and coding
    differ.
    """
    if "dose" in fact.differing:
        return [*amounts_in(fact.dosage_text), *amounts_in(fact.coded)]
    if fact.dose is not None:
        coded = (f"{fact.dose.value:f}", fact.dose.unit)
        told = [coded, *(dose.amount for dose in schedule(fact))]
        return [*told, *come_to(fact.strength, fact.dose)]
    return amounts_in(fact.dosage_text) or amounts_in(fact.strength)


def come_to(strength: str, dose: Quantity) -> list[tuple[str, str]]:
    """What so many tablets or puffs come to: two puffs of 90 mcg are 180 mcg, and not 90.

    Nothing for a dose in another unit.
    """
    each = amounts_in(strength) if _counted(dose.unit) else []
    return [(f"{Decimal(number) * dose.value:f}", unit) for number, unit in each]


def _counted(unit: str) -> bool:
    return units.ucum(unit) in COUNTED


def _route(said: str, fact: MedicationFact) -> list[Finding]:
    if not said:
        return []
    recorded = route_of(fact.route) or route_of(fact.dosage_text)
    if recorded and route_of(said) == recorded:
        return []
    if not recorded:
        return [unstated("route_differs", said, fact.handle, "route")]
    return [differs("route_differs", said, fact.route or recorded, fact.handle)]


def _frequency(said: str, fact: MedicationFact) -> list[Finding]:
    if not said:
        return []
    ours = frequency_in(said) or said.lower()
    if ours == fact.frequency or (not fact.frequency and said.lower() in fact.dosage_text.lower()):
        return []
    if schedule(fact) and said.lower() in fact.dosage_text.lower():
        return []  # whose dose it is, the sentence is asked
    if not fact.frequency and not fact.dosage_text:
        return [unstated("frequency_differs", said, fact.handle, "frequency")]
    return [differs("frequency_differs", said, fact.frequency or fact.dosage_text, fact.handle)]


def _as_needed(claim: MedicationClaim, fact: MedicationFact) -> list[Finding]:
    said = claim.as_needed
    if said is None or said == bool(fact.as_needed):
        return []
    words = ("as needed", "to be taken regularly")
    ours, chart = words if said else reversed(words)
    return [differs("as_needed_differs", ours, chart, fact.handle)]


def _status(said: str, fact: MedicationFact) -> list[Finding]:
    if not said or same_status(said, fact.status):
        return []
    if not fact.status:
        return [unstated("status_differs", said, fact.handle, "status")]
    return [differs("status_differs", said, fact.status, fact.handle)]


def _ordered(said: str, fact: MedicationFact) -> list[Finding]:
    if not said or agrees(said[:10], fact.authored):
        return []
    if fact.authored is None:
        return [unstated("date_differs", shown(said), fact.handle, "date")]
    return [differs("date_differs", shown(said), shown(fact.authored), fact.handle)]
