"""A document drafted with a given release from what is there to read, beside everything else.

Nothing of it reaches a chart or a clinician: whoever asks keeps the statements, each verified.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from recommendations import agent
from recommendations.agent.calling import ChartTools
from recommendations.agent.errors import ModelError
from recommendations.agent.listener import (
    Doubt,
    ModelAnswer,
    ModelRequest,
    MovedOn,
    Replacement,
    ToolAnswer,
)
from recommendations.agent.prompts import Release
from recommendations.agent.readers import reader_of
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification import Chart, settle
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Verdict
from recommendations.workflows.documents import Document


class Readable(ChartTools, Protocol):
    """A reading that can say all that was read of it."""

    def snapshot(self) -> ReadingSnapshot:
        """All that was read so far."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One statement as it would be shown. PHI."""

    drafted: DraftedStatement = field(repr=False)
    text: str = field(repr=False)
    verdict: Verdict = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redrafted:
    """What came of it; ``code`` says why there is no draft."""

    release: Release
    model_id: str
    statements: tuple[Judged, ...] = field(repr=False)
    usage: dict[str, int]
    code: str = ""
    chosen: dict[str, str] = field(default_factory=dict)  # beside the statements, by key

    @property
    def outcomes(self) -> dict[str, int]:
        """Statements by outcome."""
        return dict(Counter(each.verdict.outcome.value for each in self.statements))


class Keeping:
    """The listener: verifies and keeps. ``asking`` and ``answered`` hear each request."""

    def __init__(
        self,
        document: Document,
        reading: Readable,
        *,
        asking: Callable[[ModelRequest], None],
        answered: Callable[[ModelAnswer], None],
    ) -> None:
        self.asking = asking
        self.answered = answered
        self._reading = reading
        self._reader = reader_of(document)
        self._chart: Chart | None = None
        self._kept: dict[int, Judged] = {}
        self.chosen: dict[str, str] = {}

    @property
    def statements(self) -> tuple[Judged, ...]:
        """Those that stand."""
        return tuple(self._kept.values())

    def read(self, answer: ToolAnswer) -> None:
        """There are new facts."""
        self._chart = None

    def stated(self, statement: DraftedStatement) -> None:
        """Verify and keep it."""
        self._kept[len(self._kept)] = self._judged(statement)

    def doubts(self) -> tuple[Doubt, ...]:
        """What does not hold."""
        return tuple(
            Doubt(
                number=number,
                section=each.drafted.section,
                text=each.drafted.text,
                outcome=each.verdict.outcome.value,
                reasons=each.verdict.findings,
            )
            for number, each in self._kept.items()
            if not each.verdict.outcome.signable
        )

    def sent_back(self, doubts: tuple[Doubt, ...]) -> None:
        """Nobody watches."""

    def came_back(self, replacements: tuple[Replacement, ...], code: str) -> None:
        """Put each in the place of the one it replaces."""
        for each in replacements:
            if each.statement is None:
                del self._kept[each.number]
            else:
                self._kept[each.number] = self._judged(each.statement)

    def moved_on(self, step: MovedOn) -> None:
        """What another model said is void."""
        self._kept.clear()

    def chose(self, chosen: dict[str, str]) -> None:
        """Keep what was chosen beside the statements."""
        self.chosen = dict(chosen)

    def discarded(self, code: str) -> None:
        """What was said so far is void."""
        self._kept.clear()

    def tick(self) -> None:
        """Nobody watches."""

    def should_stop(self) -> bool:
        """Its budget ends it."""
        return False

    def _judged(self, statement: DraftedStatement) -> Judged:
        if self._chart is None:
            self._chart = Chart.of(self._reading.snapshot())
        return Judged(statement, *settle(statement, self._chart, reader=self._reader))


def redraft(
    document: Document,
    reading: Readable,
    release: Release,
    *,
    asking: Callable[[ModelRequest], None] = lambda _: None,
    answered: Callable[[ModelAnswer], None] = lambda _: None,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Redrafted:
    """Have ``document`` drafted with ``release``; a model that fails is told of, not raised.

    ``may_go_on`` is asked before each turn: whether what was spent leaves room for it.
    """
    keeping = Keeping(document, reading, asking=asking, answered=answered)
    try:
        outcome = agent.draft(
            document,
            reading,
            release=release,
            budget=agent.Budget.of_settings(may_go_on),
            listener=keeping,
        )
    except ModelError as error:
        return Redrafted(release, "", (), error.usage, error.code)
    return Redrafted(
        release, outcome.model_id, keeping.statements, outcome.usage, chosen=keeping.chosen
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """How many statements two drafts have in common, and what only one of them says. PHI."""

    both: int
    only_before: tuple[str, ...] = field(repr=False)
    only_after: tuple[str, ...] = field(repr=False)


def difference(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> Difference:
    """Hold statements (section, text) of two drafts together; the same one twice counts twice."""
    old, new = Counter(before), Counter(after)
    gone, come = (old - new).elements(), (new - old).elements()
    return Difference(
        both=(old & new).total(),
        only_before=tuple(text for _, text in gone),
        only_after=tuple(text for _, text in come),
    )
