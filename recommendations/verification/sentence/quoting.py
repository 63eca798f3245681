"""Quotations in a sentence, taken out before the rest is read."""

import unicodedata

from recommendations.clinical.facts import NoteFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, NoteClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat
from recommendations.verification.rules import finding

_STOPS = (".", "!", "?")
_CLOSING = ".!?,;:)]|*#-"


def unquoted(statement: DraftedStatement) -> tuple[str, list[Finding]]:
    """The sentence with its notes' quotations blanked, and what is wrong with them."""
    text = flat(statement.text)
    notes = [claim for claim in statement.claims if isinstance(claim, NoteClaim)]
    found: list[Finding] = []
    for claim in notes:
        at, quote = _place(text, flat(claim.quote))
        if at < 0:
            words = "The sentence does not quote the note word for word."
            found.append(finding("quote_missing", words, ref=claim.ref, draft=statement.text))
            continue
        text = text[:at] + " " * len(quote) + text[at + len(quote) :]
    return text, found


def ended(statement: DraftedStatement, chart: Chart) -> list[Finding]:
    """Quotations that the sentence closes with a full stop where the note's sentence goes on."""
    text, found = flat(statement.text), []
    for claim in statement.claims:
        fact = chart.fact(claim.ref) if isinstance(claim, NoteClaim) else None
        if not isinstance(claim, NoteClaim) or not isinstance(fact, NoteFact):
            continue
        quote = flat(claim.quote)
        closed = not quote.endswith(_STOPS) and f"{quote}." in text
        on = [_next(flat(line), quote) for line in fact.text.split("\n") if quote in flat(line)]
        if closed and on and all(on):
            words = (
                f"Closes a quotation with a full stop; the note goes on with \u201c{on[0]}\u201d."
            )
            found.append(finding("quote_cut", words, ref=claim.ref, draft=claim.quote, chart=on[0]))
    return found


def _next(line: str, quote: str) -> str:
    """The word with which the sentence goes on after a quotation; empty where it ends."""
    after = line[line.index(quote) + len(quote) :].lstrip()
    return "" if not after or after[0] in _CLOSING else after.split(" ", maxsplit=1)[0]


def _place(text: str, quote: str) -> tuple[int, str]:
    """Where a quotation stands, between quotation marks; its last full stop may be left out."""
    for form in (quote, quote.rstrip(".;, ")):
        at = text.find(form)
        while at >= 0:
            if text[at - 1 : at] in {'"', "'"} and text[at + len(form) :].lstrip(".,; ")[:1] in {
                '"',
                "'",
            }:
                return at, form
            at = text.find(form, at + 1)
    return -1, ""


def hidden(text: str) -> list[Finding]:
    """Characters that nobody sees: controls, zero-width ones, changes of direction."""
    if all(unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"} for c in text):
        return []
    words = "The text has characters that cannot be seen."
    return [finding("hidden_characters", words)]
