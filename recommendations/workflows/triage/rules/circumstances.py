"""What several rules ask: infection suspected, pregnant, blood thinned, defence low."""

from recommendations.workflows.triage.flags import Hit
from recommendations.workflows.triage.measured import Sign
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.spoken import says

_INFECTION = (
    "fever|feverish|febrile|rigors?|chills|shivering|shaking with cold|infect\\w*|sepsis|septic|"
    "pneumonia|cellulitis|pus\\b|abscess|productive cough|cough\\w* up|phlegm|sputum|dysuria|"
    "burning urin\\w*|burns when (?:\\w+ )?(?:pees?|urinates?)|uti\\b|pyelonephritis|"
    "wound (?:is )?(?:red|weeping|hot)|flu\\b|influenza|covid\\w*|meningitis"
)
_PREGNANT = (
    "pregnan\\w*|weeks? gestation|\\d+ weeks? (?:pregnant|along)|gravida|g\\dp\\d|trimester|"
    "antenatal|expecting a baby|positive pregnancy test|\\d{1,2}/40\\b|midwife"
)
_BLED = (
    "warfarin", "apixaban", "rivaroxaban", "dabigatran", "edoxaban", "enoxaparin", "heparin",
    "dalteparin", "phenprocoumon", "acenocoumarol",
)  # fmt: skip
_THINNED = "blood thinners?|anticoagul\\w*|warfarin|apixaban|eliquis|xarelto|rivaroxaban"
_LOW_DRUGS = (
    "methotrexate", "azathioprine", "mycophenolate", "tacrolimus", "ciclosporin", "cyclosporine",
    "adalimumab", "infliximab", "rituximab", "etanercept", "cyclophosphamide", "docetaxel",
    "carboplatin", "cisplatin",
)  # fmt: skip
_LOW = (
    "chemo\\w*|r-chop|folfox|lymphoma|myeloma|immunosuppress\\w*|immunocompromised|neutropeni\\w*|transplant\\w*|leuk\\w*|"
    "on biologics|no spleen|asplenia"
)
_FEVER_WORDS = "fever|feverish|febrile|rigors?|temperature of (?:3[89]|10[0-5])|high temperature"


def suspected(presented: Presented) -> Hit | None:
    """An infection is suspected: the complaint or a problem speaks of one, or there is fever."""
    if words := says(presented.complaint, _INFECTION):
        return Hit(f"the complaint of \u201c{words}\u201d", refs(presented))
    if fact := presented.has("pneumonia", "sepsis", "cellulitis", "pyelonephritis", "infection"):
        return Hit(f"the problem {fact.name}", (fact.handle,))
    return fever(presented)


def fever(presented: Presented) -> Hit | None:
    """38.0 degrees or more measured now, or told."""
    heat = presented.signs.get(Sign.TEMPERATURE)
    if heat is not None and heat.at_least("38.0"):
        return Hit(heat.words, (heat.handle,))
    words = says(presented.complaint, _FEVER_WORDS)
    return Hit(f"the complaint of \u201c{words}\u201d", refs(presented)) if words else None


def pregnant(presented: Presented) -> Hit | None:
    """The complaint or a problem says so; no guess from age and sex."""
    if words := says(presented.complaint, _PREGNANT):
        return Hit(f"\u201c{words}\u201d", refs(presented))
    fact = presented.has("pregnan")
    return Hit(fact.name, (fact.handle,)) if fact else None


def thinned(presented: Presented) -> Hit | None:
    """An anticoagulant is taken, by the list or by what is told."""
    if fact := presented.takes(*_BLED):
        return Hit(fact.name, (fact.handle,))
    words = says(presented.complaint, _THINNED)
    return Hit(f"\u201c{words}\u201d", refs(presented)) if words else None


def low_defence(presented: Presented) -> Hit | None:
    """The immune system is weakened by a drug or an illness that is known."""
    if fact := presented.takes(*_LOW_DRUGS):
        return Hit(fact.name, (fact.handle,))
    if found := presented.has("neutropenia", "transplant", "leukemia", "leukaemia", "lymphoma",
                              "immunodeficiency", "asplenia"):  # fmt: skip
        return Hit(found.name, (found.handle,))
    words = says(presented.complaint, _LOW)
    return Hit(f"\u201c{words}\u201d", refs(presented)) if words else None


def refs(presented: Presented) -> tuple[str, ...]:
    """The complaint as a source."""
    return (presented.complaint_ref,) if presented.complaint_ref else ()
