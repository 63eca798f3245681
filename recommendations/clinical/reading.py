"""One draft's reading of the chart.

Everything that a draft may rest on passes through here: each resource becomes at most one fact
with one handle, kept until the draft is done. Facts of a concept are made and numbered all at
once, newest first, so that a handle does not depend on what was asked for in which order, and
verification can tell a "last" or a "highest" among all values and not among those shown.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from recommendations.clinical import calls, fhir_json, gaps, given, untrusted
from recommendations.clinical.addressed import Search
from recommendations.clinical.chart_reader import ChartReader, Content, contents
from recommendations.clinical.facts import Fact, MessageFact, NoteFact
from recommendations.clinical.for_model import for_model
from recommendations.clinical.identifiers import Identifiers
from recommendations.clinical.note_text import opened
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import Addressed, Gap, ReadingSnapshot, ToolName, ToolResult
from recommendations.clinical.tool import NotAFact, Resource, Tool, Unusable
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason

logger = logging.getLogger(__name__)

_HIDDEN = "Some of its text is hidden or struck out in the note's own layout, and was not read."


class Reading:
    """The chart as read for one draft, by one worker; not shared between threads.

    ``as_of`` is the instant of the reading, with its time zone; ``asked`` what was given with the
    request.
    """

    def __init__(
        self, reader: ChartReader, as_of: datetime, asked: given.Given | None = None
    ) -> None:
        self.as_of = as_of
        self._asked = asked or given.Given()
        self._reader = reader
        self._results: dict[Concept, ReadResult] = {}
        self._handles: dict[str, str] = {}  # reference → handle
        self._taken: Counter[str] = Counter()  # prefix → handles given
        self._facts: dict[str, Fact] = {}  # handle → fact
        self._documents: dict[str, Fetched] = {}  # handle → a note whose text was not asked for yet
        self._by_concept: dict[Concept, tuple[str, ...]] = {}
        self._gaps: dict[Concept, list[Gap]] = {}
        self._identifiers: Identifiers | None = None
        self._search = Search()
        self._masked: dict[str, str] = {}  # a name as it was built, and as it is told
        self._tampered: tuple[MessageFact, ...] | None = None  # None: not looked for yet
        self._brought: dict[ToolName, Fact] = {}  # what is not of the chart, and not told yet

    def bring(self, tool: ToolName, fact: Fact) -> None:
        """Have a tool tell what came with the asking; through the same door as the chart's text."""
        self._brought[tool] = fact

    def prefetch(self, tools: Iterable[ToolName]) -> None:
        """Read all that ``tools`` need in one parallel round.

        Raises :class:`smartapp.fhir.errors.SessionLost` when the EHR ended the session; anything
        else that fails becomes a gap.
        """
        wanted = {concept for tool in tools for concept in TOOLS[tool].concepts}
        wanted |= {Concept.PATIENT}  # whose identifiers are taken out of every text
        asked = [concept for concept in Concept if concept in wanted - self._results.keys()]
        if asked:
            self._results.update(self._reader.read_all(asked))

    def call(self, name: ToolName | str, arguments: Mapping[str, Any] | None = None) -> ToolResult:
        """What one tool says. Raises :class:`.calls.BadArguments` for a call that does not fit."""
        tool, given = calls.validated(name, arguments or {})
        self.prefetch([tool.name])
        for concept in tool.concepts:
            self._make(tool, concept)
        known = self._known(tool)
        chosen = tool.choose(known, given)
        facts = self._opened(chosen.facts) if tool.opens else chosen.facts
        found = [*self._gaps_of(tool), *chosen.gaps]
        return ToolResult(
            tool=tool.name,
            facts=tuple(facts),
            trends=tuple(chosen.trends),
            gaps=tuple(found),
            complete=not found,
            total=chosen.total,
            shown=len(facts),
            left=tuple(fact.handle for fact in chosen.left),
        )

    def for_model(self, result: ToolResult) -> str:
        """``result`` as compact JSON for the model: see :func:`.for_model.for_model`."""
        return for_model(result)

    def message(self) -> MessageFact | None:
        """The patient's message that is to be answered, without their identifiers."""
        if not self._asked.message:
            return None
        if given.HANDLE not in self._facts:
            self.prefetch(())
            # Without the patient's own record their name and numbers cannot be taken out.
            known = bool(self._results[Concept.PATIENT].resources)
            text = self._asked.message if known else ""
            self._facts[given.HANDLE] = given.message(text, self._mask, self._asked.brought)
        found = self._facts[given.HANDLE]
        return found if isinstance(found, MessageFact) else None

    def given_for_model(self) -> str:
        """What was given with the request, as the model is told it; empty for nothing."""
        if self._asked == given.Given():
            return ""
        self.prefetch(())
        if not self._results[Concept.PATIENT].resources:
            return ""  # whose identifiers these words may hold is not known
        return given.for_model(self._asked, self.message(), self._mask)

    def fact(self, handle: str) -> Fact | None:
        """The fact of a handle; nothing where the handle was never given."""
        return self._facts.get(handle)

    def snapshot(self) -> ReadingSnapshot:
        """All that was read so far."""
        self.message()
        self._keep_tampered()
        return ReadingSnapshot(
            as_of=self.as_of.isoformat(),
            facts=tuple(self._facts.values()),
            gaps=tuple(gap for found in self._gaps.values() for gap in found),
            searched={c.value: self._searched(c) for c in self._by_concept},
            addressed=self.addressed(),
            given=self.given_for_model(),
        )

    def _keep_tampered(self) -> None:
        """Words given with the request that give orders: entries, for somebody must be told."""
        if self._tampered is not None or not self._asked.words:
            return
        self.prefetch(())
        # Without the patient's own record their name and numbers cannot be taken out.
        if self._results[Concept.PATIENT].resources:
            self._tampered = tuple(given.tampered(self._asked, self._mask))
            self._facts.update({each.handle: each for each in self._tampered})

    def addressed(self) -> tuple[Addressed, ...]:
        """Where the chart, as far as it was read, holds text addressed to software."""
        return self._search.through(self._facts.values())

    def _known(self, tool: Tool) -> list[Fact]:
        handles = dict.fromkeys(h for c in tool.concepts for h in self._by_concept[c])
        if not tool.concepts:
            handles = dict.fromkeys(self._told(tool))
        facts = [self._facts[h] for h in handles]
        if len(tool.concepts) > 1:
            facts.sort(key=lambda fact: fhir_json.moment(tool.when(fact)), reverse=True)
        return facts

    def _told(self, tool: Tool) -> list[str]:
        """The handle of what was brought for a tool."""
        handle = f"{tool.prefix}1"
        if (fact := self._brought.pop(tool.name, None)) is not None:
            told = untrusted.admitted(fact, self._mask).model_copy(update={"handle": handle})
            # Without the patient's own record their name and numbers cannot be taken out.
            known = bool(self._results[Concept.PATIENT].resources)
            withheld = {"text": "", "warnings": ("Its text was not read.",)}
            self._facts[handle] = told if known else told.model_copy(update=withheld)
        return [handle] if handle in self._facts else []

    def _gaps_of(self, tool: Tool) -> list[Gap]:
        return [gap for concept in tool.concepts for gap in self._gaps[concept]]

    def _searched(self, concept: Concept) -> bool:
        if self._gaps[concept]:
            return False
        facts = (self._facts[h] for h in self._by_concept[concept])
        # What is not in a note can only be said of notes that were read to their end.
        return all(f.text and not f.truncated for f in facts if isinstance(f, NoteFact))

    def _make(self, tool: Tool, concept: Concept) -> None:
        if concept in self._by_concept:
            return
        result = self._results[concept]
        self._gaps[concept] = [gaps.gap_of(missing) for missing in result.missing]
        made = [
            (fetched, fact)
            for fetched in result.resources
            if (fact := self._built(tool, concept, result, fetched)) is not None
        ]
        made.sort(key=lambda pair: fhir_json.moment(tool.when(pair[1])), reverse=True)
        handles = [self._kept(tool, fetched, fact) for fetched, fact in made]
        self._by_concept[concept] = tuple(dict.fromkeys(handles))

    def _built(
        self, tool: Tool, concept: Concept, result: ReadResult, fetched: Fetched
    ) -> Fact | None:
        resource = Resource(
            fetched=fetched,
            concept=concept,
            as_of=self.as_of.date().isoformat(),
            referred=lambda ref: _referred(result, fetched, ref),
            masked=self._mask,
        )
        try:
            return untrusted.admitted(tool.build(resource), self._mask_in_name)
        except NotAFact as nothing:
            self._note_gap(concept, gaps.worded(concept, nothing.words, gaps.NOT_RECORDED))
            return None
        except (Unusable, ValidationError):
            pass
        except Exception as error:  # whatever is wrong with one resource stays with that one
            name = type(error).__name__
            # Its message may quote the chart, so only its kind is logged.
            logger.warning("fact_not_built", extra={"tool": tool.name.value, "error": name})
        self._note_gap(concept, gaps.gap(concept, Reason.UNREADABLE))
        return None

    def _note_gap(self, concept: Concept, gap: Gap) -> None:
        if gap not in self._gaps[concept]:
            self._gaps[concept].append(gap)

    def _kept(self, tool: Tool, fetched: Fetched, fact: Fact) -> str:
        handle = self._handles.get(fetched.reference)
        if handle is None:
            self._taken[tool.prefix] += 1
            handle = f"{tool.prefix}{self._taken[tool.prefix]}"
            self._handles[fetched.reference] = handle
            # fetched.warnings are not copied: they need fhirclient's parse, a millisecond each.
            self._facts[handle] = fact.model_copy(update={"handle": handle})
            if tool.opens:
                self._documents[handle] = fetched
        return handle

    def _mask(self, text: str) -> str:
        return self._known_identifiers().masked(text)

    def _mask_in_name(self, text: str) -> str:
        # A chart of a thousand results has the same few names over and over.
        if text not in self._masked:
            self._masked[text] = self._known_identifiers().masked_in_name(text)
        return self._masked[text]

    def _known_identifiers(self) -> Identifiers:
        if self._identifiers is None:
            patient = self._results.get(Concept.PATIENT)
            known = [f.raw for f in patient.resources] if patient else []
            self._identifiers = Identifiers.of(known)
        return self._identifiers

    def _opened(self, facts: Sequence[Fact]) -> list[Fact]:
        """The notes with their texts, each asked for once in a draft."""
        closed = {
            f.handle: self._documents.pop(f.handle) for f in facts if f.handle in self._documents
        }
        if closed and not self._results[Concept.PATIENT].resources:
            # Without the patient's own record their name and numbers cannot be taken out.
            answers: Mapping[str, Content] = {}
        else:
            answers = contents(self._reader, closed.values()) if closed else {}
        for handle, document in closed.items():
            self._open(handle, answers.get(document.reference))
        return [self._facts[fact.handle] for fact in facts]

    def _open(self, handle: str, answer: Content | None) -> None:
        note = self._facts[handle]
        if not isinstance(note, NoteFact):
            return
        if answer is None or isinstance(answer, Missing):
            self._text_missing(note, answer.reason if answer else Reason.FORBIDDEN)
            return
        text, truncated, hidden = opened(*answer)
        if not text:
            self._text_missing(note, Reason.UNREADABLE)
            return
        update: dict[str, Any] = {"text": self._mask(text), "truncated": truncated}
        if hidden:
            update["warnings"] = (*note.warnings, _HIDDEN)
        self._facts[handle] = note.model_copy(update=update)

    def _text_missing(self, fact: NoteFact, reason: Reason) -> None:
        self._note_gap(Concept.NOTES, gaps.gap(Concept.NOTES, reason))
        warnings = (*fact.warnings, "Its text was not read.")
        self._facts[fact.handle] = fact.model_copy(update={"warnings": warnings})


def _referred(result: ReadResult, fetched: Fetched, ref: str) -> dict[str, Any]:
    if ref.startswith("#"):
        return fhir_json.contained(fetched.raw, ref)
    return found.raw if (found := result.included.get(ref)) else {}
