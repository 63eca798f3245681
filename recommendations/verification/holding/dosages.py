"""What an order says of its dose, word for word; and its coding, where that says otherwise.

Where words and codes of an order differ, code does not choose. The sentence is therefore one that
code words: both sides, between quotation marks, and that they differ.
"""

from recommendations.clinical.facts import MedicationFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DosageClaim
from recommendations.verification.dates import shown
from recommendations.verification.naming import drug_named_differently, surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bagged, flat, listed, words
from recommendations.verification.rules import differs, finding

_TEXT = listed("says say text words reads")
_CODING = listed("coding coded codes")
_WHOSE = _TEXT | _CODING | listed("the order for of in its it and while but whereas is are as to")


def dosage(claim: DosageClaim, fact: MedicationFact, chart: Chart) -> list[Finding]:
    """An order's words as claimed: all of them, and what its coding says otherwise."""
    found = drug_named_differently(claim.name, fact)
    pairs = ((claim.text, fact.dosage_text), (claim.coded, fact.coded))
    if not claim.text and not claim.coded and (fact.coded or fact.warnings):
        return found  # that there is more than a sentence can hold
    for said, recorded in pairs:
        if flat(said) != flat(recorded):
            found.append(
                differs("dosage_differs", said or "nothing", recorded or "nothing", fact.handle)
            )
    return found


def sentence(claim: DosageClaim, fact: MedicationFact) -> str:
    """The one sentence of such a claim, as code words it."""
    dated = f"{'reported' if fact.reported else 'ordered'} {shown(fact.authored)}"
    parts = [claim.name, fact.status.replace("-", " "), dated if fact.authored else ""]
    head = ", ".join(part for part in parts if part)
    if not claim.text:
        why = (
            "its text and its coding differ"
            if fact.coded
            else "its words are too long for a statement"
        )
        return f"{head}: {why}; see the order."
    if not claim.coded:
        return f"{head}: the order says {_quoted(claim.text)}."
    return (
        f"{head}: text and coding differ. The text says {_quoted(claim.text)}, "
        f"the coding says {_quoted(claim.coded)}."
    )


def _quoted(text: str) -> str:
    return f"\u201c{text.rstrip(' .;,!?')}\u201d"


def _word_for_word(text: str, claim: DosageClaim, fact: MedicationFact) -> bool:
    """Whether a sentence has all of both, and besides only the drug and whose words they are."""
    rest = flat(text).casefold()
    for part in (claim.text, claim.coded):
        whole = flat(part).casefold().rstrip(" .;,!?")
        if whole and rest.count(whole) != 1:
            return False
        rest = rest.replace(whole, " ") if whole else rest
    left = words(rest)
    told = tuple(word for word in left if word not in _WHOSE)
    apart = not claim.coded or ({*left} & _TEXT and {*left} & _CODING)
    return bool(claim.text and apart) and bagged(told) in surfaces(fact)


def reworded(text: str, claim: DosageClaim, fact: MedicationFact) -> list[Finding]:
    """What is wrong with a sentence that is not the claim's own."""
    if flat(text) == flat(sentence(claim, fact)) or _word_for_word(text, claim, fact):
        return []
    words = "Tells what an order says in other words than the order's."
    return [finding("dosage_differs", words, ref=fact.handle, draft=text)]
