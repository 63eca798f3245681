"""A decision put together again from its events alone, for a stranger in six years."""

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from audit import ledger, lines, selectors, wording
from audit.errors import EventNotFound
from audit.models import AuditEvent

# What stands before the last of these was put away, and is no part of the draft.
_PUT_AWAY = frozenset({"draft.taken_up", "draft.statements_withdrawn"})
_DECIDED = frozenset({"draft.signed", "draft.rejected"})
_CHOICES = frozenset(
    {"statement.approved", "statement.edited", "statement.rejected", "statement.reopened"}
)
# Words, numbers with their decimals ("12.5" is one word), spaces, signs.
_WORDS = re.compile(r"\s+|\w+(?:[.,]\w+)*|[^\w\s]")
_MARKS = {
    "checked": "i-m-checked",
    "inferred": "i-m-inferred",
    "not_found": "i-m-notfound",
    "contradicted": "i-m-contradicted",
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
class Verified:
    """A drafted statement and what verification said of it."""

    entry: Entry
    text: str
    outcome: str
    mark: str
    words: list[str]
    put_away: bool

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


@dataclass
class Story:
    """Everything about one draft. Entries are in the order of time."""

    draft_id: UUID
    entries: list[Entry]
    proof: ledger.Report
    looks: list[AuditEvent] = field(default_factory=list)

    def _of(self, *prefixes: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.row.type.startswith(prefixes)]

    @property
    def launch(self) -> list[Entry]:
        """The launch, its tokens, the panel."""
        return self._of("launch.", "token.", "panel.")

    @property
    def reads(self) -> list[Entry]:
        """Requests to the EHR."""
        return self._of("fhir.")

    @property
    def tools(self) -> list[Entry]:
        """What the drafter was given of the chart."""
        return self._of("draft.read")

    @property
    def calls(self) -> list[Entry]:
        """What went to the model, and came back."""
        return self._of("model.")

    @property
    def drafting(self) -> list[Entry]:
        """How the draft went, from the request to its end."""
        steps = ("requested", "started", "taken_up", "statements_withdrawn", "fell_back")
        return self._of(*(f"draft.{step}" for step in (*steps, "ready", "failed")))

    @property
    def looked(self) -> list[Entry]:
        """Views and sources opened."""
        return self._of("draft.viewed", "citation.")

    @property
    def decided(self) -> list[Entry]:
        """Every choice, words typed, and refusals of choices."""
        return self._of("statement.", "edit.", "decision.")

    @property
    def signature(self) -> Entry | None:
        """The signature or the rejection, if there was one."""
        return next((e for e in reversed(self.entries) if e.row.type in _DECIDED), None)

    @property
    def other(self) -> list[Entry]:
        """Events that no part of the page knows: none is left out."""
        shown = [self.launch, self.reads, self.tools, self.calls, self.drafting, self.looked]
        known = {e.row.pk for part in [*shown, self.decided] for e in part}
        known |= {v.entry.row.pk for v in self.verified}
        return [e for e in self.entries if e.row.pk not in known and e.row.type not in _DECIDED]

    @cached_property
    def verified(self) -> list[Verified]:
        """Each statement as it was verified; those put away later are marked so."""
        last = max((e.row.pk for e in self.entries if e.row.type in _PUT_AWAY), default=0)
        return [
            _verified(entry, put_away=entry.row.pk < last)
            for entry in self._of("draft.statement_verified")
        ]

    @property
    def standing(self) -> list[Verified]:
        """The statements that made the draft."""
        return [statement for statement in self.verified if not statement.put_away]

    @property
    def tally(self) -> list[tuple[str, str, int]]:
        """Mark, words and count of each outcome."""
        counts = Counter(statement.outcome for statement in self.standing)
        return [(_MARKS[key], key.replace("_", " "), counts[key]) for key in _MARKS]

    @cached_property
    def choices(self) -> list[Choice]:
        """The last choice on each statement, in the order of the draft."""
        drafted = {s.entry.values.get("statement_id"): s.text for s in self.standing}
        last = {
            entry.values.get("statement_id"): entry
            for entry in self.entries
            if entry.row.type in _CHOICES
        }
        order = [key for key in drafted if key in last] + [
            key for key in last if key not in drafted
        ]
        return [_choice(last[key], drafted.get(key, "")) for key in order]

    @property
    def edited(self) -> int:
        """How many statements were put in the clinician's own words."""
        return sum(choice.verb == "edited" for choice in self.choices)

    @cached_property
    def sources(self) -> list[Look]:
        """Sources opened, longest first."""
        return _looks(self.looked)

    @property
    def longest(self) -> int:
        """The seconds of the longest look, for the plot's caption."""
        return round(max((look.milliseconds for look in self.sources), default=0) / 1000)

    @property
    def versions(self) -> list[wording.Fact]:
        """Everything that decided, with its version."""
        found: dict[str, Any] = {}
        for entry in self.entries:
            found |= entry.values.get("versions") or {}
            for name in ("attestation_version", "prompt_version", "model_id", "drafter"):
                if entry.values.get(name):
                    found[name] = entry.values[name]
        return wording.facts(found)

    @property
    def document(self) -> str:
        """What was drafted, in words."""
        keys = (entry.values.get("document") for entry in self.entries)
        return wording.document(next((str(key) for key in keys if key), ""))

    @property
    def headline(self) -> str:
        """How it ended, in one sentence."""
        last = self.signature
        if last is None:
            failed = any(e.row.type == "draft.failed" for e in self.drafting)
            return "The draft could not be made." if failed else "Nobody has signed this draft."
        name = wording.who(last.row)
        if last.row.type == "draft.rejected":
            return f"{name} rejected this draft. Nothing of it was signed."
        changed = wording.counted(self.edited, "statement")
        how = f"after putting {changed} in their own words" if self.edited else "as it was drafted"
        return f"{name} signed this note {how}."

    @property
    def incomplete(self) -> list[Entry]:
        """Reads that did not bring everything."""
        return [entry for entry in self.reads if entry.row.outcome != "success"]

    @property
    def resources(self) -> int:
        """How many resources the EHR returned."""
        return sum(int(entry.values.get("count") or 0) for entry in self.reads)

    @property
    def failed_checks(self) -> int:
        """How many standing statements could not be signed as drafted."""
        return sum(not statement.holds for statement in self.standing)

    @property
    def signed_text_matches(self) -> bool:
        """Whether the signed text still has the hash that was signed."""
        last = self.signature
        if last is None or not last.values.get("text"):
            return False
        return _sha256(last.values["text"]) == last.values.get("text_sha256")


def reconstruct(draft_id: UUID) -> Story:
    """Put a draft's story together and verify the chains it stands in.

    Raises :class:`EventNotFound` where the trail knows no such draft.
    """
    rows = selectors.events_of_draft(draft_id)
    if not any(row.draft_id == str(draft_id) for row in rows):
        raise EventNotFound(f"There is no draft {draft_id} in the trail.")
    entries = [Entry(row, row.detail | selectors.sealed_fields(row)) for row in rows]
    streams = sorted({row.stream for row in rows if row.stream != "system"})
    return Story(draft_id, entries, ledger.verify(streams), selectors.looks_at_draft(draft_id))


def _verified(entry: Entry, *, put_away: bool) -> Verified:
    outcome = str(entry.values.get("outcome_found", ""))
    findings = (entry.values.get("verdict") or {}).get("findings") or []
    return Verified(
        entry=entry,
        text=str(entry.values.get("text", "")),
        outcome=outcome,
        mark=_MARKS.get(outcome, "i-m-notfound"),
        words=[str(finding.get("words", "")) for finding in findings],
        put_away=put_away,
    )


def _choice(entry: Entry, drafted: str) -> Choice:
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


def _looks(entries: Iterable[Entry]) -> list[Look]:
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


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
