"""Orders with more than one dose: "5 mg every evening, 7.5 mg on Mondays".

Each dose holds only with the words that the order gives it, and none of them is the whole order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.clinical.facts import MedicationFact
from recommendations.verification import units
from recommendations.verification.amounts import Amount, amounts_in, same_amount
from recommendations.verification.plain import flat, words

_AMOUNT = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?\s*[A-Za-z%]+")
_TIMES = frozenset(("d", "wk", "mo", "h", "min", "a", "s"))
_WHEN = re.compile(
    r"\b(every|each|daily|nightly|night|evenings?|mornings?|noon|bedtime|once|twice|times|weekly"
    r"|(mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(max(imum)?|up to|no more than|not (to )?exceed|or)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose, and the words between it and the next."""

    amount: Amount
    words: frozenset[str]


def schedule(fact: MedicationFact) -> tuple[Dose, ...]:
    """The doses of an order that has several in one unit; empty for every other order."""
    if _LIMIT.search(fact.dosage_text):
        return ()  # a bound, or a choice: neither is a second dose
    doses = doses_in(fact.dosage_text)
    unit = fact.dose.unit if fact.dose is not None else doses[0].amount[1] if doses else ""
    alike = tuple(d for d in doses if units.ucum(d.amount[1]) == units.ucum(unit))
    distinct = {d.amount[0] for d in alike}
    return alike if len(distinct) > 1 and len(alike) == len(doses) else ()


def doses_in(text: str) -> list[Dose]:
    """Every amount of a text that is no time, with the words after it."""
    plain = flat(text)
    found = []
    for hit in _AMOUNT.finditer(plain):
        amounts = amounts_in(hit[0])
        if amounts and amounts[0][1] and units.ucum(amounts[0][1]) not in _TIMES:
            found.append((hit, amounts[0]))
    ends = [hit.start() for hit, _ in found[1:]] + [len(plain)] * bool(found)
    return [
        Dose(amount, frozenset(words(plain[hit.end() : end])))
        for (hit, amount), end in zip(found, ends, strict=True)
    ]


def told_wrongly(text: str, order: Sequence[Dose]) -> bool:
    """Whether ``text`` gives a dose of ``order`` the words of another one."""
    return any(_taken(dose, order) for dose in doses_in(text))


def told_in_part(text: str, order: Sequence[Dose], *, name: str) -> bool:
    """Whether ``text`` names a dose of ``order`` and not every one.

    A strength in the drug's own ``name`` is a dose only where the text also says when it is taken.
    """
    rest = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE) if name else text
    said = [dose.amount for dose in doses_in(text if _WHEN.search(rest) else rest)]
    named = [any(same_amount(one.amount, amount) for amount in said) for one in order]
    return any(named) and not all(named)


def _taken(said: Dose, order: Sequence[Dose]) -> bool:
    own = [one for one in order if same_amount(one.amount, said.amount)]
    if not own:
        return False  # another drug's dose, or one that is held against the order elsewhere
    ours = frozenset[str]().union(*(one.words for one in own))
    theirs = frozenset[str]().union(*(one.words for one in order if one not in own))
    return bool(said.words & (theirs - ours))
