"""A draft's sealed reading, answering the same calls of tools once more."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommendations.clinical.calls import BadArguments, validated
from recommendations.clinical.for_model import for_model
from recommendations.clinical.results import Gap, ReadingSnapshot, ToolName, ToolResult, Trend

_GIVEN = re.compile(r'<chart_data tool="(?P<tool>[a-z_]+)">(?P<data>.*)</chart_data>', re.S)


@dataclass(frozen=True, slots=True)
class Reread:
    """One answer of a tool, made again from the facts of the reading."""

    tool: str
    same: bool


class StoredReading:
    """The reading as the drafter had it: its facts, in the answers that were given.

    ``same_form``: whether today's code puts answers into the form of then. Where it does not, an
    answer that comes out otherwise is taken as it is recorded, and counted in ``as_recorded``.
    """

    def __init__(
        self,
        snapshot: ReadingSnapshot,
        reads: tuple[dict[str, Any], ...],
        *,
        same_form: bool = True,
    ) -> None:
        self.as_of = datetime.fromisoformat(snapshot.as_of)
        self._snapshot = snapshot
        self._facts = {fact.handle: fact for fact in snapshot.facts}
        self._reads = list(reads)
        self._same_form = same_form
        self._given = ""  # with the last call answered, then
        self.as_recorded = 0

    def call(self, name: str, arguments: Mapping[str, Any] | None = None) -> ToolResult:
        """What the tool said then; raises :class:`BadArguments`, as it was raised then."""
        validated(name, arguments or {})
        if not self._reads or self._reads[0]["tool"] != name:
            raise BadArguments("This was not asked for then.")
        self._given = self._reads.pop(0)["result"]
        return self._result(ToolName(name), self._given)

    def framed(self, result: ToolResult) -> str:
        """The answer in its form."""
        now = for_model(result)
        if self._same_form or now == self._given:
            return now
        self.as_recorded += 1
        return self._given

    def given_for_model(self) -> str:
        """What came with the request, as the model was told it."""
        return self._snapshot.given

    def _result(self, tool: ToolName, given: str) -> ToolResult:
        """The result behind a given text: which facts it held, and how they are now told."""
        match = _GIVEN.fullmatch(given)
        said = json.loads(match["data"]) if match else {}
        handles = [fact["handle"] for fact in said.get("facts", [])]
        return ToolResult(
            tool=tool,
            facts=tuple(self._facts[handle] for handle in handles if handle in self._facts),
            trends=tuple(Trend(**trend) for trend in said.get("trends", [])),
            gaps=tuple(self._gap(words) for words in said.get("missing", [])),
            complete=said.get("complete", True),
            total=said.get("total"),
            left=("",) * said.get("left_out", 0),
        )

    def _gap(self, words: str) -> Gap:
        known = (gap for gap in self._snapshot.gaps if gap.words == words)
        return next(known, Gap(concept="", reason="", words=words))
