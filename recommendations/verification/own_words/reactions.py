"""What a substance did to somebody, where the chart tells another reaction."""

from collections.abc import Iterator

from recommendations.clinical.facts import AllergyFact
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.plain import Bag, bag, listed
from recommendations.verification.rules import differs

_LEADS = listed("caused causes cause gave gives reaction reacted after from with developed makes")
# Reactions that weigh differently: taking one for another changes what may be given.
_SEVERE = (
    "anaphylaxis", "anaphylactic shock", "angioedema", "bronchospasm",
    "stevens johnson syndrome", "toxic epidermal necrolysis",
)  # fmt: skip
_MILD = ("rash", "nausea", "vomiting", "hives", "urticaria", "itching", "diarrhea", "cough")


def findings(own: Own) -> Iterator[Finding]:
    """A severe reaction that is not recorded, and a mild one where a severe one is."""
    if not _LEADS & set(own.said):
        return
    for name, found in own.names(AllergyFact):
        recorded = {n for f in found if isinstance(f, AllergyFact)
                    for r in f.reactions for n in condition_names(r.manifestation)}  # fmt: skip
        said = _said(own, recorded)
        if not recorded or not said or own.weighed(name) or own.negated(name):
            continue
        allergy = next(f for f in found if isinstance(f, AllergyFact) and f.reactions)
        chart = ", ".join(r.manifestation for r in allergy.reactions)
        yield differs("reaction_differs", f"{name.text}: {said}", chart, allergy.handle)


def _said(own: Own, recorded: set[Bag]) -> str:
    """The reaction that is told and not recorded; none where a recorded one is told with it."""
    low = f" {own.low} "
    told = [each for each in (*_SEVERE, *_MILD) if each in low]
    if any(recorded & condition_names(each) for each in told):
        return ""
    severe = bool(recorded & {bag(each) for each in _SEVERE})
    return next((each for each in told if severe or each in _SEVERE), "")
