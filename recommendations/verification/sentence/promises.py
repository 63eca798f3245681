"""Promises and comfort: a draft makes none, whoever it is written to."""

import re

from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding
from recommendations.verification.sentence.scanning import Scan

# What will be is in no chart; a visit that will take place is booked, and held against that.
_PROMISE = re.compile(
    r"\b(?:will|shall|(?:is|are|am) going to)\b(?! take place)(?: \w+){0,2}|\w'll\b(?: \w+){0,2}"
    r"|\b(?:promis|guarante|assur)\w*|\bno need to worry\b|\bdo(?: not|n't) worry\b"
    r"|\b(?:nothing to worry about|nothing to fear|for sure|certainly)\b"
    r"|\b(?:is|are) (?:perfectly |completely |quite )?(?:safe|harmless|fine)\b"
)


def promises(scan: Scan) -> list[Finding]:
    """A finding where a sentence promises, or sets at ease."""
    if not (found := _PROMISE.search(scan.low)):
        return []
    words = f"\u201c{found[0]}\u201d promises, or sets at ease: a draft does neither."
    return [finding("promise_made", words, draft=found[0])]
