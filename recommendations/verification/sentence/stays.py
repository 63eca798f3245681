"""Whether a visit was a stay: "admitted" and "in hospital" are said of stays alone."""

from recommendations.clinical.facts import EncounterFact, Fact
from recommendations.verification.plain import listed, words

# HL7 v3 ActCode of stays, and the words for them.
_STAYS = listed("imp acute nonac obsenc inpatient admission hospital hospitalization stay")


def is_stay(fact: Fact) -> bool:
    """By its class, or by its name."""
    if not isinstance(fact, EncounterFact):
        return False
    return bool({*words(fact.encounter_class), *words(fact.name)} & _STAYS)
