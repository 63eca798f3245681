"""Text that an earlier note has word for word, and that may have been copied forward from it.

Of 33 billion words in the notes of one health system, 50.1 % were duplicated from an earlier note,
counted in runs of ten words (Steinkamp, Kantrowitz, Airan-Javia, JAMA Netw Open
2022;5(9):e2233348). A quotation is true of the note it names all the same, so it is
checked; that its words are older than the note is told beside it.
"""

import re
from collections.abc import Iterator

from recommendations.clinical.facts import NoteFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, NoteClaim
from recommendations.verification.dates import shown
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat
from recommendations.verification.rules import finding

# As in that study. "No acute distress" stands in many notes and was copied into none.
LEAST_WORDS = 10
_WORD = re.compile(r"[^\W_]+")


def cautions(statement: DraftedStatement, chart: Chart) -> tuple[Finding, ...]:
    """What to know of quotations that hold; raises nothing, marks nothing."""
    return tuple(dict.fromkeys(_cautions(statement, chart)))


def _cautions(statement: DraftedStatement, chart: Chart) -> Iterator[Finding]:
    for claim in statement.claims:
        if isinstance(claim, NoteClaim) and (earlier := source_of(claim, chart)):
            whose = f" by {earlier.author}" if earlier.author else ""
            said = (
                f"The same words already stand in a note of {shown(earlier.authored)}{whose}: "
                "they may have been copied forward."
            )
            yield finding("copied_forward", said, ref=earlier.handle)


def source_of(claim: NoteClaim, chart: Chart) -> NoteFact | None:
    """The first note that has what a later one is quoted with; ``None`` where there is none.

    Only notes that were read can be known; of two of one day neither is the earlier.
    """
    note = chart.fact(claim.ref)
    texts = dict(chart.notes())
    if not isinstance(note, NoteFact) or note.handle not in texts:
        return None
    run = _run(texts[note.handle], flat(claim.quote))
    found = (chart.fact(handle) for handle, text in texts.items() if run and run in text)
    earlier = [f for f in found if isinstance(f, NoteFact) and _day(f) and _day(f) < _day(note)]
    return min(earlier, key=_day, default=None)


def _run(text: str, quote: str) -> str:
    """The quotation, with as much of its note around it as makes a run; empty where none is."""
    at = text.find(quote)
    spans = [found.span() for found in _WORD.finditer(text)]
    inside = [i for i, (start, end) in enumerate(spans) if at <= start and end <= at + len(quote)]
    if at < 0 or not inside or len(spans) < LEAST_WORDS:
        return ""
    first, last = inside[0], inside[-1]
    lacking = max(0, LEAST_WORDS - (last - first + 1))
    last = min(len(spans) - 1, last + lacking)
    first = max(0, min(first, last - LEAST_WORDS + 1))
    return text[spans[first][0] : spans[last][1]]


def _day(note: NoteFact) -> str:
    return note.authored.day if note.authored else ""
