"""The parts of a reconstructed decision, each made from events alone."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit import lines, wording
from audit.models import AuditEvent

# Words, numbers with their decimals ("12.5" is one word), spaces, signs.
_WORDS = re.compile(r"\s+|\w+(?:[.,]\w+)*|[^\w\s]")
MARKS = {
    "checked": "i-m-checked",
    "inferred": "i-m-inferred",
    "not_found": "i-m-notfound",
    "contradicted": "i-m-contradicted",
}
_BECAME = {
    "omission.added": "added by the clinician, worded by code",
    "omission.taken_out": "added, and taken out again",
    "omission.dismissed": "not needed, as the clinician said",
    "omission.listed_again": "not needed at first, then left as it was",
}
# Shown by their own part of the page, so not again among the plain facts.
_SHOWN_APART = frozenset({"draft_id", "document", "versions", "request", "answer", "result"})


@dataclass(slots=True)
class Entry:
    """One event with its sealed fields opened."""

    row: AuditEvent
    values: dict[str, Any]

    @property
    def line(self) -> lines.Line:
        """The row in words."""
        return lines.line(self.row)

    @property
    def facts(self) -> list[wording.Fact]:
        """The short fields in words."""
        found = wording.facts(self.values, leave=_SHOWN_APART)
        return [fact for fact in found if not fact.long]

    @property
    def exact(self) -> list[wording.Fact]:
        """The long fields, in full: what was sent, what came back."""
        named = [name for name in ("request", "answer", "result") if self.values.get(name)]
        return [
            wording.Fact(wording.label(name), wording.unfolded(self.values[name]), long=True)
            for name in named
        ]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something that the draft left out, and what became of it."""

    words: str
    rule: str
    became: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A drafted statement and what verification said of it."""

    entry: Entry
    text: str
    outcome: str
    mark: str
    words: list[str]
    put_away: bool
    given_way: str = ""  # to what, after it was sent back to the model

    @property
    def holds(self) -> bool:
        """Whether it could be signed as it stood."""
        return self.outcome in {"checked", "inferred"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the clinician did with one statement, in the end."""

    entry: Entry
    verb: str
    text: str
    diff: list[tuple[str, str]]  # ("same" | "del" | "ins", words)


@dataclass(frozen=True, slots=True)
class Look:
    """A source that was opened, and for how long in all."""

    name: str
    source: str
    milliseconds: int
    times: int
    high_stakes: str
    share: float  # of the longest, 0 to 100


def verified(entry: Entry, *, put_away: bool, given_way: Entry | None = None) -> Verified:
    """Return a verified statement out of its event, and that of its giving way."""
    outcome = str(entry.values.get("outcome_found", ""))
    findings = (entry.values.get("verdict") or {}).get("findings") or []
    return Verified(
        entry=entry,
        text=str(entry.values.get("text", "")),
        outcome=outcome,
        mark=MARKS.get(outcome, "i-m-notfound"),
        words=[str(finding.get("words", "")) for finding in findings],
        put_away=put_away or given_way is not None,
        given_way=_given_way(given_way.values) if given_way is not None else "",
    )


def _given_way(values: dict[str, Any]) -> str:
    if not values.get("replacement_id"):
        return "sent back to the model, which took it back"
    return f"sent back to the model, which replaced it: “{values.get('after', '')}”"


def choice(entry: Entry, drafted: str) -> Choice:
    """Return a choice out of its event; ``drafted`` is the statement it is about."""
    verb = entry.row.type.removeprefix("statement.")
    before = str(entry.values.get("before") or drafted)
    after = str(entry.values.get("after") or "")
    text = str(entry.values.get("text") or after or drafted)
    return Choice(entry, verb, text, diff(before, after) if after else [])


def diff(before: str, after: str) -> list[tuple[str, str]]:
    """Return the way from one text to the other, word by word: same, del and ins in turn."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    steps: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            steps.append(("same", "".join(old[old_from:old_to])))
            continue
        steps.append(("del", "".join(old[old_from:old_to])))
        steps.append(("ins", "".join(new[new_from:new_to])))
    return [(kind, words) for kind, words in steps if words]


def looks(entries: Iterable[Entry]) -> list[Look]:
    """Add up, per source of a statement, how often it was opened and how long it stayed open."""
    opened: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries:
        key = (str(entry.values.get("statement_id")), str(entry.values.get("handle")))
        if entry.row.type == "citation.opened":
            look = opened.setdefault(key, {"ms": 0, "times": 0, "values": entry.values})
            look["times"] += 1
        elif entry.row.type == "citation.closed" and key in opened:
            opened[key]["ms"] += int(entry.values.get("ms") or 0)
    longest = max((look["ms"] for look in opened.values()), default=0) or 1
    found = [_look(look, longest) for look in opened.values()]
    return sorted(found, key=lambda look: -look.milliseconds)


def _look(look: dict[str, Any], longest: int) -> Look:
    values = look["values"]
    return Look(
        name=str(values.get("name") or values.get("kind") or values.get("handle") or "A source"),
        source=str(values.get("source") or ""),
        milliseconds=look["ms"],
        times=look["times"],
        high_stakes=", ".join(values.get("high_stakes") or ()),
        share=round(100 * look["ms"] / longest, 1),
    )


def unsaid(entries: Iterable[Entry]) -> list[Unsaid]:
    """Everything that was ever missing in a draft, and what became of it in the end."""
    words: dict[str, tuple[str, str]] = {}
    became: dict[str, str] = {}
    for entry in entries:
        if entry.row.type == "draft.omissions_found":
            for each in entry.values.get("omissions") or ():
                words.setdefault(each["omission_id"], (each["words"], each["rule"]))
        elif (said := _BECAME.get(entry.row.type)) is not None:
            why = wording.spaced(entry.values.get("reason"))
            became[str(entry.values.get("omission_id"))] = f"{said}: {why}" if why else said
    return [
        Unsaid(said, rule, became.get(key, "left as it was")) for key, (said, rule) in words.items()
    ]
