"""Which passage of a note is quoted: the first that says why the patient came, word for word.

Nothing is made of what it says. A quote is whole sentences from the beginning of a paragraph, so
that no "denies" or "no" is cut off, and so that what is quoted is what the author put first: one
sentence picked out of several can reassure where the note does not.
"""

import re
from collections.abc import Iterator, Sequence

from recommendations.clinical.facts import NoteFact
from recommendations.verification.holding.notes import TURNING
from recommendations.verification.plain import words

LONGEST = 240
_FEWEST = 5  # words
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
# A row of a table, a masked part, or marks of quotation are not quoted.
_NOT_PLAIN = re.compile(r" \| |[\[\]“”\"]")
_ENDED = (".", "!", "?")


def quote(fact: NoteFact) -> str:
    """A passage to quote; empty where the note has none that is whole and short enough."""
    lines = [line.strip() for line in fact.text.split("\n")]
    found = [passage for before, part in _parts(lines) if (passage := _passage(before, part))]
    # What ends like a sentence says more than a title does.
    ended = (passage for passage in found if passage.endswith(_ENDED))
    return next(ended, found[0] if found else "")


def beginning(text: str) -> str:
    """A text by itself, as far as whole sentences of it can be quoted."""
    passage = ""
    for sentence in sentences(" ".join(text.split())):
        longer = f"{passage} {sentence}".strip()
        if len(longer) > LONGEST or _NOT_PLAIN.search(sentence):
            break
        passage = longer
    return passage


def _parts(lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Where a passage may begin, with the line before: under a telling heading, then anywhere."""
    for place, line in enumerate(lines):
        if heading := _HEADINGS.match(line):
            later = lines[place + 1 :]
            if heading["rest"]:
                yield line[: heading.start("rest")], [heading["rest"], *later]
            else:
                yield line, later[next((n for n, each in enumerate(later) if each), 0) :]
    for place in range(len(lines)):
        yield (lines[place - 1] if place else ""), lines[place:]


def _passage(before: str, lines: Sequence[str]) -> str:
    """As many whole sentences from the beginning of ``lines`` as can be quoted.

    Over the end of its line a passage is read with the line before it, which must not turn it.
    """
    turned = not before.endswith(_ENDED) and bool(TURNING & set(words(before)))
    told = _paragraph(lines[:1] if turned else lines)
    if told[:1].islower():  # the rest of a sentence that began on the line before
        return ""
    passage = ""
    for sentence in sentences(told):
        longer = f"{passage} {sentence}".strip()
        if len(longer) > LONGEST or _NOT_PLAIN.search(sentence) or sentence.endswith(":"):
            break
        if passage and not sentence.endswith(_ENDED):  # it goes on elsewhere, or is a title
            break
        passage = longer
    return passage if len(passage.split()) >= _FEWEST else ""


def _paragraph(lines: Sequence[str]) -> str:
    """The first line, with the lines that go on with it."""
    told = lines[0].lstrip("#*•-\u2013 ") if lines else ""
    for line in lines[1:]:
        ended = told.endswith(_ENDED)
        if not line or _HEADINGS.match(line) or not (line[0].isalnum() or line[0] == "("):
            break
        if not ended and not line[0].islower():
            break
        told = f"{told} {line}"
    return told.strip()


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
