"""A sealed reading, opened for another drafter: it may ask otherwise, and reads nothing anew."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from recommendations.clinical import fhir_json, gaps
from recommendations.clinical.calls import validated
from recommendations.clinical.facts import Fact, NoteFact
from recommendations.clinical.results import Gap, ReadingSnapshot, ToolResult
from recommendations.clinical.tool import Tool

NOT_READ = "not_read_then"
_PREFIX = re.compile(r"[a-z]+")


class ReopenedReading:
    """Answers calls of tools out of the facts that one draft has read.

    What that draft did not read is missing here, and told so: a part of the chart, or the text of
    a note that was not opened.
    """

    def __init__(self, snapshot: ReadingSnapshot) -> None:
        self.as_of = datetime.fromisoformat(snapshot.as_of)
        self._snapshot = snapshot

    def call(self, name: str, arguments: Mapping[str, Any] | None = None) -> ToolResult:
        """What one tool says; raises :class:`recommendations.clinical.calls.BadArguments`."""
        tool, given = validated(name, arguments or {})
        chosen = tool.choose(self._known(tool), given)
        found = [*self._gaps(tool), *chosen.gaps, *_unopened(chosen.facts)]
        return ToolResult(
            tool=tool.name,
            facts=tuple(chosen.facts),
            trends=tuple(chosen.trends),
            gaps=tuple(found),
            complete=not found,
            total=chosen.total,
            shown=len(chosen.facts),
            left=tuple(fact.handle for fact in chosen.left),
        )

    def given_for_model(self) -> str:
        """What came with the request then."""
        return self._snapshot.given

    def snapshot(self) -> ReadingSnapshot:
        """All that was read then."""
        return self._snapshot

    def _known(self, tool: Tool) -> list[Fact]:
        known = [fact for fact in self._snapshot.facts if _of(tool, fact)]
        if len(tool.concepts) > 1:
            known.sort(key=lambda fact: fhir_json.moment(tool.when(fact)), reverse=True)
        return known

    def _gaps(self, tool: Tool) -> Iterator[Gap]:
        concepts = {concept.value for concept in tool.concepts}
        for gap in self._snapshot.gaps:
            if gap.concept in concepts and gap.reason != gaps.NOT_GIVEN:
                yield gap
        for concept in tool.concepts:
            if concept.value not in self._snapshot.searched:
                words = f"Of {gaps.LABELS[concept]}, nothing was read for the draft of then."
                yield gaps.worded(concept, words, NOT_READ)


def _of(tool: Tool, fact: Fact) -> bool:
    match = _PREFIX.match(fact.handle)
    return match is not None and match[0] == tool.prefix


def _unopened(facts: Sequence[Fact]) -> Iterator[Gap]:
    closed = [fact for fact in facts if isinstance(fact, NoteFact) and not fact.text]
    if closed:
        words = f"The text of {len(closed)} of these notes was not read for the draft of then."
        yield Gap(concept="notes", reason=NOT_READ, words=words)
