"""A sentence read from left to right, every token as exactly one thing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from recommendations.clinical.facts import (
    AdministrationFact,
    MedicationFact,
    ObservationFact,
    Quantity,
)
from recommendations.verification import units
from recommendations.verification.lexicon.neutral import NUMBER_WORDS, TIMES, neutral_words
from recommendations.verification.naming.drugs import strengths
from recommendations.verification.plain import (
    FILLERS,
    bagged,
    flat,
    listed,
    stem,
    tokens,
    without_kinds,
)
from recommendations.verification.sentence import patterns
from recommendations.verification.sentence.context import meant, side_of_span
from recommendations.verification.sentence.ends import ended
from recommendations.verification.sentence.items import Cast, Date, Item, Number
from recommendations.verification.sentence.parts import parted
from recommendations.verification.sentence.phrases import cue_at, range_at, route_at
from recommendations.verification.sentence.shorthand import written_out
from recommendations.verification.sentence.vocabulary import INITIALS, Entry, Vocabulary, vocabulary
from recommendations.verification.sentence.years import with_years

_OR_EYE = listed("od om o.d o.m")
_SIGN = re.compile(r"[<>]=?")
_BREAK = re.compile(r"[;!?]|(?<!\b\w)\.\s")
_SILENT = re.compile(
    r"[\s.,;:()\[\]\-/'\"%&!*\u00b0\u2022{}]*(?:<=?|>=?|~|=|\u2248|\u00b1|\+)?[\s.,;:()\-/'\"%]*\Z"
)
_ROLES = {
    "end": {"until", "to", "through", "ended", "resolved", "discharged", "till", "stopped"},
    "start": {"since", "onset", "from", "began", "started", "admitted", "start"},
    "recorded": {"recorded", "entered", "documented", "added"},
    "judged": {"refuted", "confirmed"},
}  # fmt: skip
_OF_RANGES = listed("range limit reference ref normal expects")
_HEDGES = listed("may might can could would should if not no whether")
DRUGS = frozenset(("medication", "administration"))
_SKIPPED = {"on", "in", "at", "the", "of", "was", "is", "date", "dated", "and"}


class Scan:
    """One sentence as items. ``text`` is flat; ``low`` is the same in lower case."""

    def __init__(self, text: str, cast: Cast) -> None:
        self.text = written_out(without_kinds(flat(text)), cast.kinds())
        self.low = self.text.lower()
        if len(self.low) != len(self.text):  # "İ" grows in lower case: keep places the same
            self.low = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        self.tokens = tokens(self.text)
        self.said = [token.word for token in self.tokens]
        self.cast = cast
        self.kinds = cast.kinds()
        self._stems = [stem(word) for word in self.said]
        self._vocabulary: Vocabulary = vocabulary(cast, self._heading())
        self._units = _units(cast)
        self._neutral = neutral_words(frozenset(self.kinds))
        items = with_years(list(self._items()))
        self.items = ended(parted(items, self.said), self.said)

    def _heading(self) -> frozenset[str]:
        """The words before the first colon: what stands there need not be said with each name."""
        head, colon, rest = self.low.partition(":")
        return (
            frozenset(map(stem, (t.word for t in tokens(head)))) if colon and rest else frozenset()
        )

    def gap(self, at: int) -> str:
        """The characters before token ``at``."""
        start = self.tokens[at - 1].end if at else 0
        return self.text[start : self.tokens[at].start]

    def hedged(self, at: int) -> bool:
        """Whether a "may" or a "not" stands shortly before: the word is weighed, not asserted."""
        return bool(_HEDGES & set(self.said[max(0, at - 3) : at]))

    def strange(self) -> list[str]:
        """Characters between words that are no plain punctuation."""
        found = []
        spans = [(self.tokens[item.start].start, self._end(item)) for item in self.items]
        at = 0
        for start, end in [*spans, (len(self.text), 0)]:
            between = self.text[at:start] if start > at else ""
            before_number = bool(end) and self.text[start : start + 1].isdigit()
            if not _SILENT.match(between) or (
                not before_number and re.search(r"[<>~=\u2248\u00b1+]", between.strip())
            ):
                found.append(between.strip())
            at = max(at, end)
        return [text for text in found if text and text != "+" and text not in self._signs()]

    def _signs(self) -> set[str]:
        """A result of signs alone ("++"), where one result is spoken of."""
        facts = [s.fact for s in self.cast.subjects]
        told = (
            facts[0].value_text if len(facts) == 1 and isinstance(facts[0], ObservationFact) else ""
        )
        value = without_kinds(flat(told)).rpartition("=")[2].strip()
        return set() if value.isalnum() else {value}

    def _end(self, item: Item) -> int:
        return max(self.tokens[item.end - 1].end, self.tokens[item.start].start + len(item.text))

    def _items(self) -> Iterator[Item]:
        at = 0
        while at < len(self.tokens):
            item = next(filter(None, (reader(self, at) for reader in _READERS)))
            yield item
            at = item.end

    def _until(self, at: int, stop: int) -> int:
        """The token after the last one that begins before character ``stop``."""
        end = at + 1
        while end < len(self.tokens) and self.tokens[end].start < stop:
            end += 1
        return end

    def _item(self, kind: str, at: int, stop: int, value: object = None) -> Item:
        start = self.tokens[at].start
        return Item(kind, at, self._until(at, stop), self.text[start:stop], value)

    def name(self, at: int) -> Item | None:
        """A phrase of the facts' own."""
        if self._stems[at] not in self._vocabulary.words:
            return None
        for size in range(min(self._vocabulary.longest, len(self.said) - at), 0, -1):
            entries = self._vocabulary.entries.get(bagged(tuple(self.said[at : at + size])))
            if (
                entries
                and not self._exchanged(at, size, entries[0])
                and not self._turned(at, size, entries[0])
                and (entries[0][2] != INITIALS or self._capitals(at))
                and (entries[0][0] in {"author", "why"} or not self._broken(at, size))
            ):
                kind = entries[0][0]
                own = [e for e in entries if e[0] == kind]
                stop = self.tokens[at + size - 1].end
                found = self._item(kind, at, stop, own[0][2])
                return replace(found, end=at + size, subjects=frozenset(e[1] for e in own))
        return None

    def _exchanged(self, at: int, size: int, entry: Entry) -> bool:
        """Whether a drug of several strengths is named with each at another's place."""
        fact = self.cast.subjects[entry[1]].fact if entry[1] >= 0 else None
        if not isinstance(fact, MedicationFact | AdministrationFact):
            return False
        said = strengths(self.text[self.tokens[at].start : self.tokens[at + size - 1].end])
        known = strengths(fact.name)
        return len(said) > 1 and not set(said) <= set(known)

    def _capitals(self, at: int) -> bool:
        return self.text[self.tokens[at].start : self.tokens[at].end].isupper()

    def _turned(self, at: int, size: int, entry: Entry) -> bool:
        """Whether a result in words is told with another sign: "<100,000" for ">100,000"."""
        if entry[0] != "value_text":
            return False
        start, stop = self.tokens[at].start, self.tokens[at + size - 1].end
        said = self.text[max(0, start - 2) : stop]
        return _SIGN.findall(said) != _SIGN.findall(flat(entry[2]))

    def _broken(self, at: int, size: int) -> bool:
        text = self.text[self.tokens[at].start : self.tokens[at + size - 1].start]
        return bool(_BREAK.search(text)) or self.said[at + size - 1] in {"the", "of", "a", "an"}

    def age(self, at: int) -> Item | None:
        """``68-year-old``."""
        hit = patterns.age_at(self.low, self.tokens[at].start)
        return self._item("age", at, *hit) if hit else None

    def date(self, at: int) -> Item | None:
        """A date, with the part that the words before it give it."""
        hit = patterns.date_at(self.low, self.tokens[at].start)
        if hit is None:
            return None
        role = "end" if self._closes_stay(at) else self._role(at)
        return self._item("date", at, hit[0], Date(hit[1].iso, role))

    def _closes_stay(self, at: int) -> bool:
        """ "Hospital admission 3-8 Oct 2026": the day after the dash is the last."""
        dash = at > 0 and self.gap(at).strip() == "-" and self.said[at - 1][:1].isdigit()
        return dash and bool(self.kinds & {"encounter", "care_plan"})

    def _role(self, at: int) -> str:
        back = at - 1
        while back >= 0 and self.said[back] in _SKIPPED and at - back < 4:
            back -= 1
        word = self.said[back] if back >= 0 else ""
        if word == "back" or (word == "to" and self.said[back - 1 : back] == ["back"]):
            return "start"
        return next((role for role, said in _ROLES.items() if word in said), "")

    def clock(self, at: int) -> Item | None:
        """``08:00``, of a dose that was given then."""
        if "administration" not in self.kinds:
            return None
        hit = patterns.clock_at(self.low, self.tokens[at].start)
        return self._item("clock", at, hit[0], (hit[1], self._role(at))) if hit else None

    def ago(self, at: int) -> Item | None:
        """``three days ago``."""
        hit = patterns.ago_at(self.low, self.tokens[at].start)
        return self._item("ago", at, *hit) if hit else None

    def frequency(self, at: int) -> Item | None:
        """``twice daily``."""
        hit = patterns.frequency_at(self.low, self.tokens[at].start)
        if hit is None or (self.said[at] in _OR_EYE and not self._no_eye()):
            return None
        return self._item("frequency", at, hit[0], patterns.canonical(hit[1]))

    def _no_eye(self) -> bool:
        """Whether orders are spoken of, and of no eye: there "OD" is the right one."""
        told = (
            f"{s.fact.name} {s.fact.dosage_text} {s.fact.route}".lower()
            for s in self.cast.subjects
            if isinstance(s.fact, MedicationFact)
        )
        return "medication" in self.kinds and not any(
            word in text for text in told for word in ("eye", "drop", "ophthal")
        )

    def as_needed(self, at: int) -> Item | None:
        """``as needed``."""
        stop = patterns.as_needed_at(self.low, self.tokens[at].start)
        return self._item("as_needed", at, stop) if stop else None

    def pair(self, at: int) -> Item | None:
        """``118/70``."""
        hit = patterns.pair_at(self.low, self.tokens[at].start)
        return self._item("pair", at, *hit) if hit else None

    def span(self, at: int) -> Item | None:
        """``3.5-5.1``, and ``3.5 to 5.1`` after the word range."""
        hit = patterns.span_at(self.low, self.tokens[at].start)
        if hit and (hit[2] or "range" in self.said[max(0, at - 4) : at]):
            return self._item("span", at, hit[0], hit[1])
        if not _OF_RANGES & set(self.said[max(0, at - 4) : at]):
            return None
        open_ = patterns.limit_at(self.low, self.tokens[at].start, self._units)
        return self._item("span", at, *open_) if open_ else None

    def number(self, at: int) -> Item | None:
        """A number in digits, or as a word."""
        if self._numeral_unit(at):
            return self.unit(at)
        if self.said[at][:1] in {"x", "\u00d7"} and self.said[at][1:].isdigit():
            return self._item("number", at, self.tokens[at].end, Number(self.said[at][1:]))
        hit = patterns.number_at(self.low, self.tokens[at].start, self._units)
        if hit:
            return replace(self._item("number", at, *hit), family=self._bound(at))
        if "count" in self.kinds and self.said[at] in TIMES:
            return self._item("number", at, self.tokens[at].end, Number(str(TIMES[self.said[at]])))
        if (value := NUMBER_WORDS.get(self.said[at])) is not None:
            end, unit = patterns.unit_at(self.low, self.tokens[at].end) or (self.tokens[at].end, "")
            return self._item("number", at, end, Number(str(value), unit))
        return None

    def _numeral_unit(self, at: int) -> bool:
        """Whether a unit that begins with a number stands alone here: "both 10*9/L"."""
        start = self.tokens[at].start
        return any(u[:1].isdigit() and self.low.startswith(u, start) for u in self._units)

    def _bound(self, at: int) -> str:
        """Whether a number is told as an end of the reference range, not as a value."""
        before = self.said[max(0, at - 4) : at]
        if before and ";" in self.gap(at):
            return ""  # "in range; 5.4 on 9 Nov": another value
        told = {"range", "limit", "reference"} & set(before)
        if not told or before[-1] not in {"of", "range", "limit", "is", "normal"}:
            return ""
        return next((f"{end} bound" for end in ("upper", "lower") if end in before), "bound")

    def unit(self, at: int) -> Item | None:
        """The one unit of all results that are cited, told once for all of them."""
        if len(self._units) != 1:
            return None
        start = self.tokens[at].start
        hit = patterns.unit_at(f" {self.low[start:]}", 0, self._units)
        same = hit and units.ucum(hit[1]) == units.ucum(next(iter(self._units)))
        return self._item("word", at, start + hit[0] - 1) if hit and same else None

    def cue(self, at: int) -> Item | None:
        """A phrase that asserts something."""
        if self.said[at] == "only" and at + 1 < len(self.tokens) and self.as_needed(at + 1):
            return self._item("word", at, self.tokens[at].end)
        if self.said[at] == "on" and self._before_drug(at):
            return Item("cue", at, at + 1, "on", "taken", "intake")
        size, found = cue_at(self.said, at) or (1, None)
        ranged = range_at(self.said, at) if "observation" in self.kinds else None
        if ranged and ranged[0] > size:
            size, found = ranged
        if size > 1 and self.said[at] in FILLERS and self.name(at + 1):
            return None  # "the same" of "the same-day visit"
        found = meant(found, at, size, self.said, self.kinds)
        found = side_of_span(self.said[at], self.low, self.tokens[at].end) or found
        if found is None:
            return None
        family, value = found
        if family == "plain":
            stop = self.tokens[at + size - 1].end
            return replace(self._item("word", at, stop), end=at + size)
        stop = self.tokens[at + size - 1].end
        return replace(self._item("cue", at, stop, value), end=at + size, family=family)

    def _before_drug(self, at: int) -> bool:
        item = self.name(at + 1) if at + 1 < len(self.said) else None
        if item is None or item.kind != "name":
            return False
        kinds = {s.fact.kind for s in self.cast.subjects if s.index in item.subjects}
        return bool(kinds & DRUGS)

    def route(self, at: int) -> Item | None:
        """``by mouth``, where a drug or a vaccine is spoken of."""
        hit = route_at(self.said, at) if self.kinds & DRUGS else None
        if hit is None:
            return None
        stop = self.tokens[at + hit[0] - 1].end
        return replace(self._item("route", at, stop, hit[1]), end=at + hit[0])

    def word(self, at: int) -> Item:
        """A word that asserts nothing, or else residue."""
        kind = "word" if self.said[at] in self._neutral else "residue"
        return self._item(kind, at, self.tokens[at].end)


def _units(cast: Cast) -> frozenset[str]:
    """The facts' own units, which may be in no table."""
    quantities = [
        quantity
        for subject in cast.subjects
        if isinstance(fact := subject.fact, _MEASURED)
        for quantity in _quantities(fact)
    ]
    return frozenset(flat(q.unit).lower() for q in quantities if q.unit)


_MEASURED = (ObservationFact, MedicationFact, AdministrationFact)


def _quantities(fact: ObservationFact | MedicationFact | AdministrationFact) -> list[Quantity]:
    if isinstance(fact, MedicationFact | AdministrationFact):
        return [fact.dose] if fact.dose else []
    return [*([fact.value] if fact.value else []), *(part.value for part in fact.components)]


_READERS: tuple[Callable[[Scan, int], Item | None], ...] = (
    Scan.name, Scan.age, Scan.date, Scan.clock, Scan.ago, Scan.frequency, Scan.as_needed, Scan.pair,
    Scan.span, Scan.number, Scan.unit, Scan.route, Scan.cue, Scan.word,
)  # fmt: skip
