"""Listens to a talk that is rebuilt: what it would tell now, and what it told then."""

from typing import Any

from recommendations.agent.listener import (
    Doubt,
    ModelAnswer,
    ModelRequest,
    MovedOn,
    Replacement,
    ToolAnswer,
)
from recommendations.replays.reading import Reread
from recommendations.replays.recorded import Recorded
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Outcome, Verdict


class Hearing:
    """The listener. What was doubted then is sent back now, whatever would be doubted today."""

    def __init__(self, record: Recorded) -> None:
        self.stated_now: list[DraftedStatement] = []
        self.reread: list[Reread] = []
        self._record = record

    def read(self, answer: ToolAnswer) -> None:
        """Hold a tool's answer, made again, against the one that was given."""
        at = len(self.reread)
        given = self._record.reads[at]["result"] if at < len(self._record.reads) else None
        self.reread.append(Reread(answer.result.tool.value, same=answer.given == given))

    def asking(self, request: ModelRequest) -> None:
        """Nothing is sent."""

    def answered(self, answer: ModelAnswer) -> None:
        """The answer is known."""

    def stated(self, statement: DraftedStatement) -> None:
        """A statement, read out of the recorded answer."""
        self.stated_now.append(statement)

    def doubts(self) -> tuple[Doubt, ...]:
        """What was sent back then, with the reasons of then."""
        if self._record.sent_back is None:
            return ()
        told = self._record.verified[: self._record.sent_back]
        return tuple(_doubt(each) for each in told if not Outcome(each["outcome_found"]).signable)

    def sent_back(self, doubts: tuple[Doubt, ...]) -> None:
        """Nothing is sent."""

    def came_back(self, replacements: tuple[Replacement, ...], code: str) -> None:
        """Statements that replaced others come after all the others."""
        self.stated_now += [each.statement for each in replacements if each.statement is not None]

    def moved_on(self, step: MovedOn) -> None:
        """One model alone is heard: the last that was asked."""

    def chose(self, chosen: dict[str, str]) -> None:
        """What was chosen stands in the recorded answer."""

    def discarded(self, code: str) -> None:
        """What was told came from an answer that broke off."""
        self.stated_now.clear()

    def tick(self) -> None:
        """Nobody watches."""

    def should_stop(self) -> bool:
        """Nobody stops it."""
        return False


def _doubt(told: dict[str, Any]) -> Doubt:
    return Doubt(
        number=told["position"],
        section=told["section"],
        text=told["drafted_text"] or told["text"],
        outcome=told["outcome_found"],
        reasons=Verdict.model_validate(told["verdict"]).findings,
    )
