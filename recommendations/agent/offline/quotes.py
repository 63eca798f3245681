"""Which sentence of a note is quoted: the first that says why the patient came, word for word.

Nothing is made of what it says. A quote is whole lines or whole sentences, so that no "denies" or
"no" is cut off.
"""

import re

from recommendations.clinical.facts import NoteFact

LONGEST = 220
_HEADINGS = re.compile(
    r"^\W*(?:chief complaint|cc|reason for visit|subjective|hpi|s|history of present illness|"
    r"interval history|presenting complaint|hospital course|assessment|impression)\W*"
    r"(?::|$)\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
# A full stop after these is none: "Dr. Osei", "2 p.m.", "approx. 3".
_ABBREVIATED = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|vs|approx|no|pt|hx|dx|rx|e\.g|i\.e|a\.m|p\.m|jr|sr|fig|inc|q\.d|b\.i\.d|"
    r"t\.i\.d|p\.o)|\b[A-Z])\.$",
    re.IGNORECASE,
)


def quote(fact: NoteFact) -> str:
    """One sentence or line to quote; empty where the note has none that is short enough."""
    lines = [line.strip() for line in fact.text.split("\n")]
    found = [words for line in (*_under_headings(lines), *lines) if (words := _first(line))]
    # A line that ends like a sentence says more than a title does.
    ended = (words for words in found if words[-1] in ".!?")
    return next(ended, found[0] if found else "")


def _under_headings(lines: list[str]) -> list[str]:
    found = []
    for place, line in enumerate(lines):
        if heading := _HEADINGS.match(line):
            after = (later for later in lines[place + 1 :] if later)
            found.append(heading["rest"] or next(after, ""))
    return found


def _first(line: str) -> str:
    line = line.lstrip("#*•-\u2013 ").strip()
    sentence = sentences(line)[0] if line else ""
    wordy = len(sentence.split()) >= 5 and not sentence.endswith(":")
    # A row of a table, or a masked line, is no sentence.
    plain = " | " not in sentence and not re.search(r"[“”\"]", sentence)
    if sentence[:1].islower():  # the rest of a sentence that began on the line before
        return ""
    return sentence if wordy and plain and len(sentence) <= LONGEST else ""


def sentences(text: str) -> list[str]:
    """``text`` cut after ``.``, ``!`` and ``?`` where a sentence ends there."""
    found: list[str] = []
    start = 0
    for stop in re.finditer(r"[.!?]+(?=\s+[^a-z\s])", text):
        piece = text[start : stop.end()].strip()
        if not _ABBREVIATED.search(piece):
            found.append(piece)
            start = stop.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found
