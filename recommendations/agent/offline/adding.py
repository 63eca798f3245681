"""One statement of one fact, for what a draft left out: worded by code, held like every other."""

from recommendations.agent.offline import orders, phrases, reactions
from recommendations.agent.offline.phrases import Said
from recommendations.agent.offline.words import iso
from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    Fact,
    MedicationFact,
    NoteFact,
    ObservationFact,
)
from recommendations.clinical.observations import FINAL
from recommendations.verification import Chart, Reader, reword, second_person, settle
from recommendations.verification.claims import DraftedStatement, ObservationClaim


def telling(section: str, fact: Fact, chart: Chart, *, reader: Reader, quote: str = "") -> Said:
    """The statement that tells ``fact``, or quotes ``quote`` of it; ``None`` where none holds.

    To a patient in plain words to them, or not at all: an order as clinicians write it is none.
    """
    said = _said(section, fact, quote)
    if said is None:
        return None
    if reader.is_patient:
        said = _to_patient(said, chart)
    elif isinstance(fact, ObservationFact) and fact.status not in FINAL:
        said = said.model_copy(update={"text": reword(said, chart) or said.text})
    if said is None:
        return None
    text, verdict = settle(said, chart, reader=reader)
    return said.model_copy(update={"text": text}) if verdict.outcome.signable else None


def _to_patient(said: DraftedStatement, chart: Chart) -> Said:
    text = second_person.sentences(said.claims, chart)
    return said.model_copy(update={"text": text}) if text else None


def _said(section: str, fact: Fact, quote: str) -> Said:
    if isinstance(fact, NoteFact):
        return phrases.note(section, fact, quote) if quote else None
    match fact:
        case MedicationFact():
            return orders.medication(section, fact)
        case AllergyFact():
            return reactions.allergy(section, fact)[0]
        case ConditionFact():
            return phrases.condition(section, fact)
        case ObservationFact():
            final = fact.status in FINAL
            return phrases.observation(section, fact) if final else _not_final(section, fact)
    return None


def _not_final(section: str, fact: ObservationFact) -> Said:
    """Whatever is known of it so far; code words it with its status."""
    claim = ObservationClaim(
        ref=fact.handle,
        name=fact.name,
        value=fact.value.value if fact.value else None,
        value_text=fact.value_text,
        unit=fact.value.unit if fact.value else "",
        when=iso(fact.effective),
    )
    return phrases.say(section, f"{fact.status} {fact.name}", claim)
