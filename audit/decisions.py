"""A decision put together again from its events alone, for a stranger in six years."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from audit import ledger, parts, readings, selectors, wording
from audit.errors import EventNotFound
from audit.models import AuditEvent
from audit.parts import Choice, Entry, Look, Verified

# What stands before the last of these was put away, and is no part of the draft.
_PUT_AWAY = frozenset({"draft.taken_up", "draft.statements_withdrawn"})
_DECIDED = frozenset({"draft.signed", "draft.rejected"})
_CHOICES = frozenset(
    {"statement.approved", "statement.edited", "statement.rejected", "statement.reopened"}
)


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

    @cached_property
    def reads(self) -> readings.Reads:
        """What was asked of the EHR, and what came of it."""
        return readings.Reads(self._of("fhir."))

    @property
    def not_whole(self) -> int:
        """How many parts of the chart were not read whole for the draft, as it counted them.

        A draft of before that was counted, or none, has what the reading itself told.
        """
        ready = next((e for e in reversed(self._of("draft.ready"))), None)
        counted = ready.values.get("not_whole") if ready else None
        return len(self.reads.lacks) if counted is None else len(counted)

    @property
    def tools(self) -> list[Entry]:
        """What the drafter was given of the chart."""
        return self._of("draft.read")

    @property
    def calls(self) -> list[Entry]:
        """What went to the model, and came back."""
        return self._of("model.")

    @property
    def spent(self) -> dict[str, int]:
        """What the model used for this draft: all ``tokens``, and ``cost_micros`` where known."""
        ready = self._of("draft.ready")
        usage = dict(ready[-1].row.detail.get("usage") or {}) if ready else {}
        kinds = ("input", "output", "cache_written", "cache_read")
        return {**usage, "tokens": sum(usage.get(f"{kind}_tokens", 0) for kind in kinds)}

    @property
    def drafting(self) -> list[Entry]:
        """How the draft went, from the request to its end."""
        steps = ("requested", "started", "taken_up", "statements_withdrawn", "fell_back",
                 "statements_sent_back", "statement_superseded", "second_look_ended",
                 "omissions_found")  # fmt: skip
        return self._of(*(f"draft.{step}" for step in (*steps, "ready", "failed")))

    @property
    def looked(self) -> list[Entry]:
        """Views and sources opened."""
        return self._of("draft.viewed", "citation.", "omission.opened", "draft.provenance_exported")

    @property
    def decided(self) -> list[Entry]:
        """Every choice, words typed, and refusals of choices."""
        acts = ("added", "taken_out", "dismissed", "listed_again")
        of_omissions = (f"omission.{act}" for act in acts)
        return self._of("statement.", "edit.", "decision.", *of_omissions)

    @property
    def signature(self) -> Entry | None:
        """The signature or the rejection, if there was one."""
        return next((e for e in reversed(self.entries) if e.row.type in _DECIDED), None)

    @property
    def other(self) -> list[Entry]:
        """Events that no part of the page knows: none is left out."""
        shown = [
            self.launch,
            self.reads.entries,
            self.tools,
            self.calls,
            self.drafting,
            self.looked,
        ]
        known = {e.row.pk for part in [*shown, self.decided] for e in part}
        known |= {v.entry.row.pk for v in self.verified}
        return [e for e in self.entries if e.row.pk not in known and e.row.type not in _DECIDED]

    @cached_property
    def verified(self) -> list[Verified]:
        """Each statement as it was verified; those put away later are marked so."""
        last = max((e.row.pk for e in self.entries if e.row.type in _PUT_AWAY), default=0)
        gone = {e.values.get("statement_id"): e for e in self._of("draft.statement_superseded")}
        return [
            parts.verified(
                entry,
                put_away=entry.row.pk < last,
                given_way=gone.get(entry.values.get("statement_id")),
            )
            for entry in self._of("draft.statement_verified")
        ]

    @property
    def standing(self) -> list[Verified]:
        """The statements that made the draft."""
        return [statement for statement in self.verified if not statement.put_away]

    @property
    def looked_for_omissions(self) -> bool:
        """Whether what the draft leaves out was looked for."""
        return any(e.row.outcome == "success" for e in self._of("draft.omissions_found"))

    @cached_property
    def unsaid(self) -> list[parts.Unsaid]:
        """What the draft left out, and what became of it."""
        return parts.unsaid(self._of("draft.omissions_found", "omission."))

    @property
    def doubtful(self) -> list[Verified]:
        """What could not be signed as drafted, and what was put away."""
        return [each for each in self.verified if each.put_away or not each.holds]

    @property
    def sound(self) -> list[Verified]:
        """What could be signed as drafted."""
        return [statement for statement in self.standing if statement.holds]

    @property
    def tally(self) -> list[tuple[str, str, int]]:
        """Mark, words and count of each outcome."""
        counts = Counter(statement.outcome for statement in self.standing)
        return [(parts.MARKS[key], key.replace("_", " "), counts[key]) for key in parts.MARKS]

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
        return [parts.choice(last[key], drafted.get(key, "")) for key in order]

    @property
    def as_drafted(self) -> list[Choice]:
        """The statements that were approved as they were drafted."""
        return [choice for choice in self.choices if choice.verb == "approved"]

    @property
    def otherwise(self) -> list[Choice]:
        """The statements that were put in other words, left out or taken back."""
        return [choice for choice in self.choices if choice.verb != "approved"]

    @property
    def edited(self) -> int:
        """How many statements were put in the clinician's own words."""
        return sum(choice.verb == "edited" for choice in self.choices)

    @cached_property
    def sources(self) -> list[Look]:
        """Sources opened, longest first."""
        return parts.looks(self.looked)

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


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
