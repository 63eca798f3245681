"""A number of things that are named ("Two active naproxen orders: A and B"), without a claim."""

from recommendations.verification.chart import Chart
from recommendations.verification.claims import CountClaim
from recommendations.verification.holding.numbers import count
from recommendations.verification.plain import listed
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_NOUNS = {
    **dict.fromkeys(listed("orders prescriptions medications medicines drugs"), "medication"),
    **dict.fromkeys(listed("allergies intolerances"), "allergy"),
    **dict.fromkeys(listed("problems conditions diagnoses"), "condition"),
    **dict.fromkeys(listed("results values readings measurements"), "observation"),
    **dict.fromkeys(listed("visits encounters"), "encounter"),
    **dict.fromkeys(listed("appointments"), "appointment"),
    **dict.fromkeys(listed("procedures"), "procedure"),
    **dict.fromkeys(listed("vaccines vaccinations immunizations"), "immunization"),
}  # fmt: skip
_MOST = 5  # words between the number and what it numbers


def numbers_named(item: Item, scan: Scan, binding: Binding, chart: Chart) -> bool:
    """Whether just so many are named, and no other in the chart would be counted with them."""
    value = item.value
    if item.kind != "number" or value.unit or value.comparator or not value.value.isdigit():
        return False
    ahead = scan.said[item.end : item.end + _MOST]
    at = next((i for i, word in enumerate(ahead) if word in _NOUNS), None)
    if at is None:
        return False
    subjects = [binding.subject(i) for i in sorted(binding.mentioned()) if i >= 0]
    refs = tuple(s.handle for s in subjects if s.fact.kind == _NOUNS[ahead[at]])
    if len(refs) != int(value.value) or not refs:
        return False
    return not count(CountClaim(what=" ".join(ahead[: at + 1]), refs=refs, number=len(refs)), chart)
