"""What several rules ask: infection suspected, pregnant, blood thinned, defence low."""

from recommendations.workflows.triage.flags import Hit
from recommendations.workflows.triage.measured import Sign
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.spoken import says

_INFECTION = (
    "(?<!hay )fever|feverish|febrile|rigors?|chills|shivering|shaking with cold|infect\\w*|sepsis|"
    "septic|"
    "pneumonia|cellulitis|pus\\b|abscess|productive cough|cough\\w* up|phlegm|sputum|dysuria|"
    "burning urin\\w*|burns when (?:\\w+ )?(?:pees?|urinates?)|uti\\b|pyelonephritis|"
    "wound (?:is )?(?:red|weeping|hot)|flu\\b|influenza|covid\\w*|meningitis"
)
_PREGNANT = (
    "pregnan\\w*|weeks? gestation|\\d+ ?(?:weeks?|wks?|w) (?:preg\\w*|along|gone|gestation)|"
    "gravida|"
    "g\\dp\\d|trimester|antenatal|expecting a baby|positive (?:pregnancy )?test(?! for)|"
    "\\d{1,2} ?/40\\b|midwife|preg\\b|prim(?:ip|igravida)\\w*|iup\\b|"
    "(?:late|missed) (?:\\w+ )?period|period (?:is |was )?(?:late|overdue)|unborn|f(?:o)?etal|"
    "(?:two|three|four|five|six|seven|eight|nine) (?:weeks|months) (?:pregnant|gone|along)"
)
_DELIVERED = (
    "post.?partum|post.?natal\\w*|puerper\\w*|lochia|breast.?feeding|"
    "(?:had|birthed|delivered|gave birth)(?: \\w+){0,4} (?:days?|weeks?|wks?) ago|gave birth|"
    "(?:since|after) (?:the |my |her )?(?:birth|delivery|having (?:the |my |her )?baby|c.?section)|"
    "(?:\\d+|two|three|four|five|six) ?(?:days?|weeks?|wks?|/7|/52) (?:after|post|pp)\\b"
    "(?:.?(?:birth|delivery|partum|natal|c.?section|lscs|nvd))|c.?section|caesarean|lscs|nvd\\b"
)
_BLED = (
    "warfarin", "apixaban", "rivaroxaban", "dabigatran", "edoxaban", "enoxaparin", "heparin",
    "dalteparin", "phenprocoumon", "acenocoumarol",
)  # fmt: skip
_THINNED = (
    "(?:blood )?thinners?|anticoagul\\w*|warfarin|coumadin|apixaban|eliquis|xarelto|rivaroxaban|"
    "dabigatran|pradaxa|edoxaban|noac\\b|doac\\b|clexane|enoxaparin|heparin"
)
_CLOTS_BADLY = "h(?:a)?emophili\\w*|von willebrand|low platelets|thrombocytop\\w*|bleeding disorder"
_STEROIDS = (
    "addison\\w*|adrenal (?:insufficiency|crisis|failure)|hypopituitar\\w*|steroid dependent"
)
_LOW_DRUGS = (
    "methotrexate", "azathioprine", "mycophenolate", "tacrolimus", "ciclosporin", "cyclosporine",
    "adalimumab", "infliximab", "rituximab", "etanercept", "cyclophosphamide", "docetaxel",
    "carboplatin", "cisplatin", "paclitaxel", "doxorubicin", "fluorouracil", "capecitabine",
    "oxaliplatin", "tocilizumab", "ustekinumab", "fingolimod", "ocrelizumab", "sirolimus",
    "everolimus", "leflunomide", "tofacitinib", "baricitinib",
)  # fmt: skip
_LOW = (
    "chemo\\w*|r-chop|folfox|lymphoma|myeloma|immunosuppress\\w*|immunocompromised|"
    "neutrop(?:a)?eni\\w*|transplant\\w*|leuk\\w*|on biologics|no spleen|aspleni\\w*|"
    "splenectom\\w*|"
    "(?:tablets|injections|meds|drugs|infusion) (?:\\w+ ){0,3}"
    "(?:immune|crohn\\w*|rheumatoid|ra\\b)|"
    "methotrexate|azathioprine|tacrolimus|mycophenolate|rituximab|infliximab|humira|adalimumab"
)
_FEVER_WORDS = (
    "(?<!hay )fever|feverish|febrile|pyrexi\\w*|rigor\\w*|shiver\\w*|burning up|"
    "hot (?:and|&|n) cold|"
    "high temp\\w*|"
    "(?:running|spiking|got|has|with|a) (?:\\w+ )?temp(?:erature)?\\b(?! (?:\\w+ )?normal)|"
    "temp\\w*(?: \\w+){0,3} (?:3[89]|4[01]|10[0-5])|t ?(?:3[89]|4[01])\\b|temp\\b(?=,| and)|"
    "(?:3[89]|4[01])(?:\\.\\d)? ?(?:degrees|deg|c\\b|celsius)"
)


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
    """The complaint or a problem says so; no guess from age and sex. Of a man it is another's."""
    if presented.sex == "male":
        return None
    if words := says(presented.complaint, _PREGNANT):
        return Hit(f"\u201c{words}\u201d", refs(presented))
    fact = presented.has("pregnan")
    return Hit(fact.name, (fact.handle,)) if fact else None


def pregnant_or_delivered(presented: Presented) -> Hit | None:
    """Pregnant, or delivered some weeks ago by what is told."""
    if found := pregnant(presented):
        return found
    words = "" if presented.sex == "male" else says(presented.complaint, _DELIVERED, past=True)
    return Hit(f"\u201c{words}\u201d", refs(presented)) if words else None


def bleeds(presented: Presented) -> Hit | None:
    """An anticoagulant is taken, or the blood is known to clot badly."""
    if found := thinned(presented):
        return found
    if fact := presented.has("hemophilia", "haemophilia", "von willebrand", "thrombocytopeni"):
        return Hit(fact.name, (fact.handle,))
    words = says(presented.complaint, _CLOTS_BADLY)
    return Hit(f"\u201c{words}\u201d", refs(presented)) if words else None


def steroid_dependent(presented: Presented) -> Hit | None:
    """The adrenals are known to fail: a problem, a drug that replaces, or what is told."""
    if fact := presented.has("addison", "adrenal insufficiency", "hypopituitar", "adrenal hyperpl"):
        return Hit(fact.name, (fact.handle,))
    if drug := presented.takes("fludrocortisone"):
        return Hit(drug.name, (drug.handle,))
    words = says(presented.complaint, _STEROIDS, past=True)
    return Hit(f"\u201c{words}\u201d", refs(presented)) if words else None


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
                              "immunodeficiency", "asplenia",
                              "myeloma"):  # fmt: skip
        return Hit(found.name, (found.handle,))
    words = says(presented.complaint, _LOW)
    return Hit(f"\u201c{words}\u201d", refs(presented)) if words else None


def refs(presented: Presented) -> tuple[str, ...]:
    """The complaint as a source."""
    return (presented.complaint_ref,) if presented.complaint_ref else ()
