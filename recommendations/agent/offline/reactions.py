"""An allergy with its reactions, all of them."""

from recommendations.agent.offline.phrases import Said, say
from recommendations.clinical.facts import AllergyFact
from recommendations.verification.claims import AllergyClaim

_CLAIMS = 4  # of one statement


def allergy(section: str, fact: AllergyFact) -> list[Said]:
    """ "Allergy: penicillin (anaphylaxis), high criticality.", with four reactions a statement."""
    if fact.none_known:
        return [say(section, fact.name, AllergyClaim(ref=fact.handle, substance=fact.name))]
    reactions = list(dict.fromkeys(r.manifestation for r in fact.reactions))
    starts = range(0, max(1, len(reactions)), _CLAIMS)
    return [_allergy(section, fact, reactions[start : start + _CLAIMS]) for start in starts]


def _allergy(section: str, fact: AllergyFact, reactions: list[str]) -> Said:
    criticality = fact.criticality if fact.criticality in {"high", "low"} else ""
    named = "allergy" in fact.name.lower() or "intolerance" in fact.name.lower()
    text = fact.name if named else f"Allergy: {fact.name}"
    text += f" ({', '.join(reactions)})" if reactions else ""
    text += f", {criticality} criticality" if criticality else ""
    claims = [
        AllergyClaim(
            ref=fact.handle, substance=fact.name, reaction=reaction, criticality=criticality
        )
        for reaction in reactions or [""]
    ]
    return say(section, text, *claims)
