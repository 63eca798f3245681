"""One sentence of somebody's own, read against all facts whose names stand in it."""

import re
from collections.abc import Iterator

from recommendations.clinical.facts import EncounterFact, Fact
from recommendations.verification.chart import Chart
from recommendations.verification.own_words.aliases import by_alias, with_aliases
from recommendations.verification.plain import bagged, flat, listed, tokens
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Cast, Item, Subject
from recommendations.verification.sentence.judging import Judgement, datum
from recommendations.verification.sentence.scanning import Scan
from recommendations.verification.sentence.stays import is_stay

_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\u201c\"])|\n+|;\s")
# Words of a plan: what follows is to be, and the chart does not have it yet.
_PLANS = listed(
    "increase increased decrease decreased reduce reduced reducing start started starting stop "
    "stopping change changed switch switched raise raised lower lowered titrate add added plan "
    "planned will restart resume begin recommend consider hold held uptitrate taper today instead "
    "new try could should would target aim aiming goal avoid repeat recheck book rebook refer "
    "until doubled halved due"
)
# What is said of now, and may have been seen since the chart was read.
_FRESH = listed(
    "today now bedside tonight listened examined exam examination home outside elsewhere clinic"
)
_WEIGHED = listed(
    "if when whenever once unless until may might could would should whether possible possibly "
    "probable probably perhaps likely unlikely suspect suspected unclear target aim goal risk "
    "avoid screening"
)
_TOLD = listed("says said reports reported tells told according apparently admits thinks feels")
# What was, before what the chart has now.
_BEFORE = re.compile(
    r"\b(?:was on|were on|had been on|used to|before|previously|formerly|earlier|in the past|"
    r"years ago|tolerated|at one time|once took|as a child|as a young)\b"
)
_MOST = 60  # facts of one sentence: a name may stand for hundreds of results
_QUOTED = re.compile(r'"([^"]{3,})"')
# Before a number: a limit, a target or how far something moved, and no value.
_BOUNDED = listed(
    "above below under over than least most between by until about around goal target within"
)
_PARTS = re.compile(r"[,;:()]|\bbut\b|\bwhile\b|\balthough\b")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, and the parts that a semicolon sets apart."""
    return (each for each in _END.split(text) if each.strip())


def named(text: str, chart: Chart) -> list[Fact]:
    """The facts whose names stand in ``text``; a test's name stands for all results of it."""
    return _named([token.word for token in tokens(flat(text))], chart)


def _named(said: list[str], chart: Chart) -> list[Fact]:
    names = chart.names()
    found: dict[str, Fact] = {}
    for start in range(len(said)):
        for size in range(1, min(chart.longest_name(), len(said) - start) + 1):
            for fact in names.get(bagged(tuple(said[start : start + size])), ())[:_MOST]:
                found[fact.handle] = fact
    if {"admitted", "admission", "discharged"} & set(said):
        found |= {f.handle: f for f in chart.standing(EncounterFact) if is_stay(f)}
    return list(found.values())


def unquoted(text: str, chart: Chart) -> str:
    """The words without what they quote of a note: that is the note's own to say."""
    plain = flat(text)
    for hit in reversed(list(_QUOTED.finditer(plain))):
        if any(hit[1].rstrip(". ") in note for _, note in chart.notes()):
            plain = f"{plain[: hit.start(1)]}...{plain[hit.end(1) :]}"
    return plain


class Own:
    """One sentence. ``planned``: it tells what is to be; ``fresh``: of now; ``past``: of before."""

    def __init__(self, text: str, chart: Chart, *, whole: str = "") -> None:
        said = [token.word for token in tokens(flat(text))]
        places = by_alias(said, chart)
        meant = {f.handle: f for _, found in places.values() for f in found}
        facts = list(({f.handle: f for f in _named(said, chart)} | meant).values())
        self.chart = chart
        self.whole = flat(whole or text).lower()  # all of the words, for whom a pronoun means
        self.scan = Scan(text, Cast(tuple(Subject(i, f) for i, f in enumerate(facts))))
        if places and self.scan.said == said:
            index = {f.handle: i for i, f in enumerate(facts)}
            self.scan.items = with_aliases(self.scan.items, places, index)
        self.binding = Binding(self.scan, chart)
        self.said = self.scan.said
        self.low = self.scan.low
        self.agreed: set[str] = set()  # handles of what was compared and holds
        words = set(self.said)
        self.planned = bool(_PLANS & words)
        self.fresh = bool(_FRESH & words) or "this morning" in self.low or "just" in words
        self.told = bool(_TOLD & words)
        self.past = bool(_BEFORE.search(self.low))

    def fact(self, index: int) -> Fact:
        """The fact of a subject."""
        return self.binding.subject(index).fact

    def facts(self, item: Item, kind: type | tuple[type, ...]) -> list[Fact]:
        """The facts of a kind that a name stands for."""
        found = (self.fact(i) for i in sorted(item.subjects) if i >= 0)
        return [fact for fact in found if isinstance(fact, kind)]

    def names(self, kind: type | tuple[type, ...]) -> Iterator[tuple[Item, list[Fact]]]:
        """Each name in the sentence that stands for facts of a kind."""
        for item in self.scan.items:
            if item.kind == "name" and (found := self.facts(item, kind)):
                yield item, found

    def nearest(
        self, item: Item, kind: type | tuple[type, ...], *, most: int = 5
    ) -> tuple[Item, list[Fact]] | None:
        """The name that an item stands by: in its own part of the sentence, few words away."""
        near = [
            (self._away(item, name), name, found)
            for name, found in self.names(kind)
            if name.start != item.start and not self.parted(name, item)
        ]
        away, name, found = min(near, key=lambda each: each[0], default=(most + 1, item, []))
        return (name, found) if away <= most else None

    @staticmethod
    def _away(item: Item, name: Item) -> float:
        # What follows a name belongs to it rather than to the next.
        return item.start - name.end if item.start >= name.end else name.start - item.end + 0.5

    def parted(self, one: Item, other: Item) -> bool:
        """Whether a comma, "but" or their like stands between two items."""
        first, last = sorted((one, other), key=lambda each: each.start)
        return bool(_PARTS.search(self.text(first.end - 1, last.start + 1, inner=True)))

    def text(self, start: int, end: int, *, inner: bool = False) -> str:
        """The characters of tokens ``start`` to ``end``; ``inner`` leaves out both end tokens."""
        places = self.scan.tokens[start:end]
        if not places:
            return ""
        if inner:
            return self.low[places[0].end : max(places[0].end, places[-1].start)]
        return self.low[places[0].start : places[-1].end]

    def weighed(self, item: Item, *, back: int = 6) -> bool:
        """Whether it is weighed, wished or conditional rather than told."""
        return bool(_WEIGHED & set(self.said[max(0, item.start - back) : item.end + 1]))

    def negated(self, item: Item) -> bool:
        """Whether a "no" or "not" stands shortly before."""
        before = [i for i in self.scan.items if i.family == "negation" and i.start < item.start]
        return any(item.start - i.end <= 4 for i in before)

    def bounded(self, item: Item) -> bool:
        """Whether a number is a limit or a target, and no value."""
        signed = item.kind == "number" and bool(item.value.comparator)
        return signed or bool(set(self.said[max(0, item.start - 2) : item.start]) & _BOUNDED)

    def only(self, *kinds: type) -> tuple[Item, list[Fact]] | None:
        """The one name of the sentence, where it has no other and is of one of these kinds."""
        every = [i for i in self.scan.items if i.kind == "name"]
        if len({i.subjects for i in every}) != 1:
            return None
        found = self.facts(every[0], kinds)
        return (every[0], found) if found else None

    def cues(self, *families: str) -> Iterator[Item]:
        """The cues of some families."""
        return (i for i in self.scan.items if i.kind == "cue" and i.family in families)

    def days(self) -> list[Item]:
        """The dates that are told."""
        return [i for i in self.scan.items if i.kind == "date"]

    def says(self, item: Item, index: int) -> Judgement:
        """What one fact says of a number, a date or a dose."""
        return datum(item, self.binding.subject(index), self.chart)
