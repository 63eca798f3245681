"""How hard a statement is to read, as a school grade of the United States.

Flesch-Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid, Fishburne, Rogers
and Chissom, Naval Technical Training Command, Research Branch Report 8-75, 1975). Syllables are
counted by the vowels that are heard, by rule and not by dictionary: within a tenth of a syllable a
word of what people count (tests hold the rule against words counted by hand).

What cannot be said otherwise does not count as hard: a name of the chart's own (drug, condition,
test, service), as verification reads it in the sentence, counts as one word of two syllables; a
number, a date's part or a unit as one word of one. This is the house's own rule; the grade with
every name counted as it stands is given beside it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from recommendations.verification import units
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.sentence.cast import cast_of
from recommendations.verification.sentence.scanning import Scan

_NAMES = frozenset(("name", "term", "reaction", "reason", "occasion", "detail", "component",
                    "value_text", "author"))  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['\u2019/.-][^\W_]+)*|%")
_ENDED = re.compile(r"[.!?]+(?=\s|$|[\u201d\"')])")
_HEARD = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^laeiouy]e|[^aeiouytd]ed|[^aeiouyscgzxh]es|[^aeiouy]eless|[^aeiouy]ely)$"
)
_APART = re.compile(r"i[ao](?!u)|[^tcsg]io|eo|ua(?!r)|uou|ying|[^aeiouy]ism$|dnt$")
NAME_SYLLABLES = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formula is reckoned from.

    ``named`` is the syllables with every name as it stands, ``named_words`` the words so.
    """

    sentences: int
    words: int
    syllables: int
    named_words: int
    named: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.sentences + other.sentences,
            self.words + other.words,
            self.syllables + other.syllables,
            self.named_words + other.named_words,
            self.named + other.named,
        )

    @property
    def grade(self) -> float:
        """The grade, to one decimal place, never below 0."""
        return _grade(self.sentences, self.words, self.syllables)

    @property
    def grade_with_names(self) -> float:
        """The grade with every name counted as it stands."""
        return _grade(self.sentences, self.named_words, self.named)


NOTHING = Counts(0, 0, 0, 0, 0)


def measured(statement: DraftedStatement, chart: Chart) -> Counts:
    """The counts of one statement over the chart it cites."""
    scan = Scan(statement.text, cast_of(statement, chart))
    spans = [
        (scan.tokens[item.start].start, scan.tokens[item.end - 1].end)
        for item in scan.items
        if item.kind in _NAMES
    ]
    return counts(scan.text, spans)


def counts(text: str, names: Iterable[tuple[int, int]] = ()) -> Counts:
    """The counts of a text, of which the stretches ``names`` are names of the chart's own."""
    taken = sorted(names)
    words = syllables_ = named_words = named = 0
    last = -1
    for found in _WORD.finditer(text):
        heard = syllables(found[0])
        named_words, named = named_words + 1, named + heard
        place = next((at for at, (a, b) in enumerate(taken) if a <= found.start() < b), None)
        if place is None:
            words, syllables_ = words + 1, syllables_ + heard
        elif place != last:
            words, syllables_, last = words + 1, syllables_ + NAME_SYLLABLES, place
    ends = len(_ENDED.findall(text)) or (1 if named_words else 0)
    return Counts(ends, words, syllables_, named_words, named)


def syllables(word: str) -> int:
    """How many syllables are heard in a word; one of a number, a unit or a letter alone."""
    low = word.lower()
    if any(c.isdigit() for c in low) or len(low) < 3 or _is_unit(word):
        return 1
    if "-" in low or "/" in low:
        return sum(syllables(part) for part in re.split(r"[-/]", low) if part)
    found = len(_HEARD.findall(low)) + len(_APART.findall(low)) - len(_SILENT.findall(low))
    return max(1, found)


def _is_unit(word: str) -> bool:
    return units.known(word) and (len(word) < 4 or "/" in word)


def _grade(sentences: int, words: int, syllables_: int) -> float:
    if not sentences or not words:
        return 0.0
    return max(0.0, round(0.39 * words / sentences + 11.8 * syllables_ / words - 15.59, 1))
