"""Words that are nothing: what cannot be shown to assert nothing stops the sentence."""

import re
from collections.abc import Callable
from itertools import pairwise

from recommendations.clinical.facts import MedicationFact
from recommendations.verification.lexicon import tables
from recommendations.verification.lexicon.neutral import NOT_OF_RELATIVES, SYMPTOMS
from recommendations.verification.naming.drugs import mentions
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bagged, listed, words
from recommendations.verification.rules import finding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_NEGATING = listed("no not never avoid unless except without stop hold until")

# How names of conditions end; what a drafter concludes is often in no table.
_DIAGNOSIS = re.compile(
    r"(?:\w{3}itis|\w{3}osis|\w{2}emia|opathy|\w{3}oma|\w{3}uria|penia|plegia|toxicity|sclerosis)$"
    r"(?<!diagnosis)(?<!prognosis)"
)


def residue_findings(scan: Scan, told: Callable[[int], bool]) -> list[Finding]:
    """Findings for names that no claim cites and for words outside the neutral ones.

    ``told`` says whether the word at a place is said to stand in a cited note, and does.
    """
    loose = [item.start for item in scan.items if item.kind == "residue"]
    loose = [at for at in (*loose, *_of_the_patient(scan)) if not _dosage(scan, at)]
    named = {at: known for at in loose if (known := _known(scan, at)) and not told(at)}
    found = [_named(*known) for known in dict.fromkeys(named.values())]
    if scan.cast.inferred:
        return [*found, *(_unborne(i.text, i.value) for i in scan.items if _causes(i, scan, told))]
    found += [_unborne(item.text, item.value) for item in scan.items if item.family == "unborne"]
    rest = [scan.said[at] for at in sorted(loose) if at not in named]
    rest += scan.strange()
    if rest:
        said = ", ".join(f"\u201c{word}\u201d" for word in dict.fromkeys(rest))
        words_ = f"Nothing that it cites bears out {said}."
        found.append(finding("words_unsupported", words_, draft=" ".join(rest)))
    return found


def _causes(item: Item, scan: Scan, told: Callable[[int], bool]) -> bool:
    """Whether a judgement asserts a cause; it may weigh one, or tell that a note names it."""
    said = item.family == "unborne" and item.value == "a cause"
    return said and not scan.hedged(item.start) and not told(item.start)


def _of_the_patient(scan: Scan) -> list[int]:
    """In a statement about relatives alone, words that bring the patient in."""
    if scan.kinds != {"family_history"}:
        return []
    return [at for at, word in enumerate(scan.said) if word in NOT_OF_RELATIVES]


def _known(scan: Scan, at: int) -> tuple[str, str] | None:
    """The known name that the word is part of, and the rule that it breaks."""
    for start, end, _ in mentions(tuple(scan.said)):
        if start <= at < end:
            return " ".join(scan.said[start:end]), "drug_uncited"
    for size in (4, 3, 2, 1):
        for start in range(max(0, at - size + 1), at + 1):
            said = tuple(scan.said[start : start + size])
            if scan.cast.inferred and size == 1 and _free(said[0]):
                continue
            if bagged(said) in tables.conditions():
                return " ".join(said), "condition_uncited"
            if bagged(said) in tables.tests()[1] and not scan.cast.inferred:
                return " ".join(said), "test_uncited"
    word = scan.said[at]
    return (word, "condition_uncited") if _DIAGNOSIS.search(word) else None


def _free(word: str) -> bool:
    """Whether a word by itself says too little to be the name of a condition."""
    return len(word) < 5 or word in SYMPTOMS


def _named(word: str, rule: str) -> Finding:
    kind = rule.removesuffix("_uncited")
    words_ = f"Names \u201c{word}\u201d, a {kind} that no claim of this statement cites."
    return finding(rule, words_, draft=word)


def _unborne(text: str, why: object) -> Finding:
    words_ = f"\u201c{text}\u201d is {why}, and nothing that it cites says so."
    return finding("words_unsupported", words_, draft=text)


def _dosage(scan: Scan, at: int) -> bool:
    """Whether a word stands as it does in an order's own instructions, none of which forbids."""
    for subject in scan.cast.subjects:
        if not isinstance(subject.fact, MedicationFact):
            continue
        told = words(subject.fact.dosage_text)
        if _NEGATING & set(told):
            continue
        for pair in ((at - 1, at), (at, at + 1)):
            said = tuple(scan.said[max(0, pair[0]) : pair[1] + 1])
            if len(said) == 2 and said in set(pairwise(told)):
                return True
        if scan.said[at] in set(words(subject.fact.name)) and scan.said[at].isalpha():
            return True
    return False
