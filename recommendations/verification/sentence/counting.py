"""A number of things that are named ("Two active naproxen orders: A and B"), without a claim."""

from recommendations.verification.chart import Chart
from recommendations.verification.claims import CountClaim
from recommendations.verification.dates import agrees, date_of
from recommendations.verification.holding.numbers import count
from recommendations.verification.plain import listed
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Cast, Item
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
_FROM, _TO = listed("from between since"), listed("to and until through till")
_MOST = 5  # words between the number and what it numbers


def spanned(item: Item, scan: Scan, cast: Cast) -> bool:
    """Whether a day is an end of the time that was counted over: "six times from 2 to 9 Nov"."""
    days = [i for i in scan.items if i.kind == "date"]
    if len(days) != 2 or item not in days:
        return False
    leads = scan.said[days[0].start - 1] if days[0].start else ""
    between = set(scan.said[days[0].end : days[1].start])
    gap = scan.gap(days[1].start)
    if leads not in _FROM or not (between <= _TO and (between or "-" in gap)):
        return False
    told = [i.value.iso for i in days]
    return any(_ends(told, claim, cast) for claim in cast.counts)


def _ends(told: list[str], claim: CountClaim, cast: Cast) -> bool:
    """Whether the days told are those of the claim, or of the first and last that it counts."""
    if [claim.since, claim.until] == told:
        return True
    counted = [date_of(s.fact, "") for s in cast.subjects if s.handle in claim.refs]
    known = sorted((when for when in counted if when), key=lambda when: when.text)
    return bool(known) and agrees(told[0], known[0]) and agrees(told[1], known[-1])


def _times(item: Item, scan: Scan, binding: Binding, chart: Chart) -> bool:
    """ "Colonoscopy x2", of two that are cited and the chart has no other."""
    before = [i for i in scan.items if i.kind == "name" and i.end == item.start]
    if not before:
        return False
    refs = tuple(binding.subject(i).handle for i in sorted(before[0].subjects) if i >= 0)
    claim = CountClaim(what=before[0].text, refs=refs, number=int(item.value.value))
    return len(refs) == claim.number and not count(claim, chart)


def numbers_named(item: Item, scan: Scan, binding: Binding, chart: Chart) -> bool:
    """Whether just so many are named, and no other in the chart would be counted with them."""
    value = item.value
    if item.kind != "number" or value.unit or value.comparator or not value.value.isdigit():
        return False
    if not item.text[:1].isdigit() and item.text[1:].isdigit():
        return _times(item, scan, binding, chart)
    ahead = scan.said[item.end : item.end + _MOST]
    at = next((i for i, word in enumerate(ahead) if word in _NOUNS), None)
    if at is None:
        return False
    subjects = [binding.subject(i) for i in sorted(binding.mentioned()) if i >= 0]
    refs = tuple(s.handle for s in subjects if s.fact.kind == _NOUNS[ahead[at]])
    if len(refs) != int(value.value) or not refs:
        return False
    return not count(CountClaim(what=" ".join(ahead[: at + 1]), refs=refs, number=len(refs)), chart)
