"""Quotations from notes: word for word, and not cut where what is left out would turn them."""

import re

from recommendations.clinical.facts import NoteFact, ReferralFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import NoteClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat, listed, words
from recommendations.verification.rules import finding

# Left out of a quotation, these change what it says: denial, doubt, somebody else, another time.
TURNING = listed(
    "no not none never without denies denied deny denying negative absent neither nor cannot "
    "unlikely possible possibly probable probably likely suspected suspect questionable rule ruled "
    "r/o if unless whether may might could versus vs doubt uncertain unclear unknown refuted "
    "mother father sister brother son daughter family grandmother grandfather aunt uncle cousin "
    "husband wife partner parents sibling relative mom dad "
    "history hx previously former formerly prior past resolved stopped discontinued allergic "
    "allergy "
    "isn't wasn't doesn't didn't hasn't don't won't can't except avoid refuses refused declined "
    "declines stop hold planned consider considering concern risk screening "
    "copied imported template templated carried-forward per according reportedly alleged alleges "
    "thinks believes claims claimed"
)  # fmt: skip
# After a quotation these make it conditional.
_CONDITIONS = listed("once until provided providing pending")
_WHEN = listed("when after before while as for because since")
_MARKS = frozenset(",;:.!?()[]-\"'|*#")
_AND = {("and",), ("but",), ("or",)}
_END = re.compile(r"[.!?]+(?=\s+[^a-z\s])|\n")
_NUMERAL = re.compile(r"[<>=~\u2248\u00b1-]{0,2}\d(?:[\d.,/:-]*\d)?")
_WORD = re.compile(r"\w+(?:'\w+)?")
_TITLES = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|vs|approx|no|pt|hx|dx|rx|e\.g|i\.e)|\b\w)\.$", re.IGNORECASE
)


def quotation(claim: NoteClaim, fact: NoteFact | ReferralFact, chart: Chart) -> list[Finding]:
    """A quotation as claimed, of a note, a message, or what a referral asks."""
    if isinstance(fact, NoteFact) and fact.superseded:
        said = f"\u201c{fact.name}\u201d was replaced by a later version."
        return [finding("note_superseded", said, ref=fact.handle)]
    quote = flat(claim.quote)
    lines = _lines(fact.text, quote)
    places = [(line, hit.span()) for line in lines for hit in re.finditer(re.escape(quote), line)]
    if not places:
        return _altered(claim, fact)
    cuts = [
        _severed(line, *span) or _cut(line, *span) or _torn(fact.text, line, *span)
        for line, span in places
    ]
    if all(cuts):
        said = f"The quotation leaves out \u201c{cuts[0]}\u201d, which stands in the same sentence."
        ref = fact.handle
        return [finding("quote_cut", said, ref=ref, draft=claim.quote, chart=cuts[0], against=True)]
    return []


def _lines(text: str, quote: str) -> list[str]:
    """The note by lines, and whole for a quotation that runs over several."""
    lines = [flat(line) for line in text.split("\n")]
    return lines if any(quote in line for line in lines) else [flat(text)]


def _altered(claim: NoteClaim, fact: NoteFact | ReferralFact) -> list[Finding]:
    if not fact.text:
        said = "The text of the note that it quotes was not read."
    else:
        said = "The quoted words do not stand in that note."
    return [finding("quote_differs", said, ref=fact.handle, draft=claim.quote)]


def _severed(line: str, at: int, end: int) -> str:
    """The word or number of the note that a quotation begins or ends within; empty if none."""
    parts = (hit for part in (_NUMERAL, _WORD) for hit in part.finditer(line))
    return next((h[0] for h in parts if h.start() < at < h.end() or h.start() < end < h.end()), "")


def _cut(line: str, at: int, stop_at: int) -> str:
    """The word that would turn the quotation, in what is left of its sentences; empty if none."""
    start, stop = 0, len(line)
    for end in _END.finditer(line):
        if _TITLES.search(line[: end.start() + 1]):
            continue
        if end.end() <= at:
            start = end.end()
        elif end.end() >= stop_at:
            stop = end.end()
            break
    before, after = line[start:at], line[stop_at:stop]
    left = (*words(before), *words(after))
    turning = next((word for word in left if word in TURNING), "")
    on = words(after)
    turning = turning or next((word for word in on if word in _CONDITIONS), "")
    return turning or (on[0] if on[:1] and on[0] in _WHEN else "")


def _torn(text: str, line: str, at: int, end: int) -> str:
    """The word that a quotation is torn from: it begins and ends where a clause does."""
    lines = [flat(each) for each in text.split("\n") if each.strip()]
    quote, led, after = line[at:end], line[:at].rstrip(), line[end:].lstrip()
    begins = not led or led[-1] in _MARKS or words(led)[-1:] in _AND
    if not begins and not any(quote.startswith(each) for each in lines):
        return (words(led) or ("",))[-1]
    ends = not after or line[end - 1] in _MARKS or after[0] in _MARKS or words(after)[:1] in _AND
    if not ends and not any(quote.endswith(each) for each in lines):
        return (words(after) or ("",))[0]
    return ""
