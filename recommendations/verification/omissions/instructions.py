"""What the notes of the last visit tell to be done."""

import re
from collections.abc import Iterator

from recommendations.clinical.facts import EncounterFact, NoteFact
from recommendations.verification.chart import Chart

_DAYS = 400  # a yearly visit and some weeks
_MOST = 6
_ENDED = re.compile(r"(?<=[.!?;])\s+")
_HEADING = re.compile(
    r"^\W*(?:plan|follow[- ]?up|instructions|discharge instructions|recommendations)\W*:\s*",
    re.IGNORECASE,
)
_TO_DO = re.compile(
    r"(?:patient (?:is )?to |please )?(?:repeat|recheck|re-check|follow[- ]?up (?:with|in|at)|"
    r"return (?:in|to|if)|schedule|refer (?:to|for)|obtain|check|monitor|labs? in|"
    r"call (?:if|the clinic|us|for))\b",
    re.IGNORECASE,
)
_NOTHING_NEW = re.compile(r"(?:continue|unchanged|no changes?|as before)\b", re.IGNORECASE)
_DONE = re.compile(r"\b(?:was|were|has been|have been|had|no|not|denies|declined)\b", re.IGNORECASE)


def instructions(chart: Chart) -> Iterator[tuple[NoteFact, str]]:
    """Each instruction with its note, word for word; none of a note that was tampered with.

    A sentence in the line of a plan's heading, or one that begins with what is to be done.
    """
    tampered = {handle for handle, _ in chart.orders}
    found = (
        (note, said)
        for note in _of_last_visit(chart)
        if note.handle not in tampered
        for said in _told(note.text)
    )
    for number, each in enumerate(found):
        if number < _MOST:
            yield each


def _of_last_visit(chart: Chart) -> list[NoteFact]:
    """The notes of the last visit that is over; where there are none, those of the newest day."""
    notes = [
        note
        for note in chart.standing(NoteFact)
        if note.text and not note.superseded and note.authored is not None
        and (days := chart.days_since(note.authored)) is not None and 0 <= days <= _DAYS
    ]  # fmt: skip
    if not notes:
        return []
    visits = [
        (visit.start.day, visit.end.day if visit.end else visit.start.day)
        for visit in chart.standing(EncounterFact)
        if visit.status == "finished" and visit.start is not None
    ]
    begin, end = max(visits, default=("", ""))
    of_visit = [note for note in notes if begin and begin <= _day(note) <= end]
    newest = max(_day(note) for note in notes)
    return of_visit or [note for note in notes if _day(note) == newest]


def _day(note: NoteFact) -> str:
    return note.authored.day if note.authored else ""


def _told(text: str) -> Iterator[str]:
    for line in text.splitlines():
        heading = _HEADING.match(line)
        for sentence in _ENDED.split(line[heading.end() :] if heading else line):
            said = sentence.strip(" -*\u2022\t")
            if _planned(said) if heading else _to_do(said):
                yield said


def _planned(said: str) -> bool:
    return len(said.split()) > 1 and not _NOTHING_NEW.match(said)


def _to_do(said: str) -> bool:
    return bool(_TO_DO.match(said)) and not _DONE.search(said)
