"""Quotations in a sentence, taken out before the rest is read."""

import unicodedata

from recommendations.verification.claims import DraftedStatement, NoteClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat
from recommendations.verification.rules import finding


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
