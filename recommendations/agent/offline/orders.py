"""An order in a sentence; where it says more than one thing of its dose, in its own words."""

from pydantic import ValidationError

from recommendations.agent.offline.phrases import Said, say
from recommendations.agent.offline.words import day, drug, iso
from recommendations.clinical.facts import MedicationFact
from recommendations.verification.claims import DosageClaim, MedicationClaim
from recommendations.verification.holding import dosages
from recommendations.verification.holding.schedules import schedule
from recommendations.verification.wording import dose_in_words


def medication(section: str, fact: MedicationFact) -> Said:
    """ "Spironolactone 25 mg oral daily, active, ordered 27 Oct 2026."

    Where an order has several doses ("5 mg every evening, 7.5 mg on Mondays"), or its text and its
    coding differ, its own words are told: half of them would be taken for the whole.
    """
    if (fact.dosage_text or fact.coded) and (fact.warnings or schedule(fact)):
        return dosage(section, fact)
    name, dose = drug(fact)
    parts = [dose_in_words(dose), fact.route, fact.frequency, "as needed" if fact.as_needed else ""]
    how = " ".join(part for part in parts if part)
    joint = ", " if dose and name == fact.name else " "
    text = f"{name}{joint}{how}" if how else name
    text += f", {fact.status}" if fact.status else ""
    if fact.authored and fact.status == "draft":  # prepared, and not ordered yet
        text += f" of {day(fact.authored)}"
    elif fact.authored:
        text += f", {'reported' if fact.reported else 'ordered'} {day(fact.authored)}"
    claim = MedicationClaim(
        ref=fact.handle,
        name=name,
        dose=dose,
        route=fact.route,
        frequency=fact.frequency,
        as_needed=True if fact.as_needed else None,
        status=fact.status,
        ordered=iso(fact.authored),
    )
    return say(section, text, claim)


def dosage(section: str, fact: MedicationFact) -> Said:
    """ "Warfarin 5 mg, active: text and coding differ. The text says “…”, the coding says “…”." """
    said = {"text": fact.dosage_text, "coded": fact.coded}
    return _order(section, fact, **said) or _order(section, fact)


def _order(section: str, fact: MedicationFact, **said: str) -> Said:
    try:
        claim = DosageClaim(ref=fact.handle, name=fact.name, **said)
    except ValidationError:
        return None
    return say(section, dosages.sentence(claim, fact), claim)
