"""Statements that do not hold go back to the model: once, with the reason, in one further turn.

What comes back replaces those statements and no others. It is told when all of it is whole, so
that an answer that breaks off changes nothing. Where time, tokens or the model fail, the draft
ends with its marks as they are.
"""

from dataclasses import dataclass
from typing import Any

from recommendations.agent import answers, errors
from recommendations.agent.budget import Spending
from recommendations.agent.exchange import Answered, Exchange
from recommendations.agent.listener import Doubt, Listener, Replacement
from recommendations.agent.prompts import Instructions
from recommendations.agent.prompts.loop_words import TalkWords
from recommendations.agent.statements import NotStrict, strict
from recommendations.agent.turns import ToolUse
from recommendations.clinical.for_model import enclosed
from recommendations.workflows.documents import Document

LEAST_SECONDS = 5.0  # with less left, nobody is asked
MOST_SECONDS = 30.0  # for the whole of it: the clinician waits for the draft's end


@dataclass(slots=True)
class GoingBack:
    """One draft's way back to the model."""

    document: Document
    told: Instructions
    exchange: Exchange
    spending: Spending
    listener: Listener

    def run(self, messages: list[dict[str, Any]], answered: Answered) -> None:
        """Ask once about what does not hold; ``answered`` handed in the draft.

        Raises only what ends a draft whatever it holds: being stopped, and an answer that did not
        keep to its task.
        """
        doubts = self.listener.doubts()
        if not doubts:
            return
        found: tuple[Replacement, ...] = ()
        code = ""
        try:
            with self.spending.within(MOST_SECONDS):
                found = self._asked(
                    [*messages, *_words(answered, doubts, self.told.talk.words)], doubts
                )
        except (errors.Stopped, errors.AnswerUnsafe):
            raise
        except errors.ModelError as error:
            code = error.code
        self.listener.came_back(found, code)

    def _asked(
        self, messages: list[dict[str, Any]], doubts: tuple[Doubt, ...]
    ) -> tuple[Replacement, ...]:
        if self.spending.seconds_left < LEAST_SECONDS:
            raise errors.DeadlinePassed
        self.spending.begin_turn()
        self.listener.sent_back(doubts)
        answer, replacing = self.exchange.ask(
            messages, lambda: Replacing(self.document, self.told.canary, doubts)
        )
        if answer.submitted is None:
            raise errors.NoAnswer
        return tuple(replacing.found)


class Replacing:
    """What one answer hands in for the statements that were sent back.

    Anything for another statement, twice for the same one, or not usable, is passed over: the
    statement it was for then stays as it is marked.
    """

    told = 0  # nothing is told before the whole is there

    def __init__(self, document: Document, canary: str, doubts: tuple[Doubt, ...]) -> None:
        self.found: list[Replacement] = []
        self._document = document
        self._canary = canary
        self._open = {doubt.number: doubt for doubt in doubts}

    def take(self, use: ToolUse, piece: str) -> None:
        """Wait for the whole."""

    def confirm(self, submitted: ToolUse) -> None:
        """Take the whole; raises AnswerMalformed where it has another shape."""
        try:
            answer = strict(submitted.text)
        except NotStrict:
            raise errors.AnswerMalformed from None
        statements, withdrawn = answer.get("statements", []), answer.get("withdrawn", [])
        # What was chosen with the draft stands: here it is only repeated, as the tool asks for it.
        known = {"statements", "withdrawn", *(choice.key for choice in self._document.choices)}
        if set(answer) - known or not (
            isinstance(statements, list) and isinstance(withdrawn, list)
        ):
            raise errors.AnswerMalformed
        for each in statements:
            self._replace(each)
        for number in withdrawn:
            if self._opened(number) is not None:
                self.found.append(Replacement(self._open.pop(number).number))

    def _replace(self, given: Any) -> None:
        if not isinstance(given, dict):
            return
        doubt = self._opened(given.get("replaces"))
        rest = {key: value for key, value in given.items() if key != "replaces"}
        usable = answers.usable(rest, self._document)
        if doubt is None or usable is None or usable.text == doubt.text:
            return
        # In place of the other, so in its section.
        kept = usable.model_copy(update={"section": doubt.section})
        self.found.append(Replacement(self._open.pop(doubt.number).number, kept))

    def _opened(self, number: Any) -> Doubt | None:
        return self._open.get(number) if type(number) is int else None


def _words(answered: Answered, doubts: tuple[Doubt, ...], words: TalkWords) -> list[dict[str, Any]]:
    """The model's own answer, and one message with a result for each of its calls."""
    submitted = answered.submitted
    results = [
        {
            "type": "tool_result",
            "tool_use_id": use.id,
            "content": _sent(doubts, words) if use is submitted else words.not_carried_out,
        }
        for use in answered.turn.tool_uses.values()
    ]
    return [
        {"role": "assistant", "content": answered.blocks},
        {"role": "user", "content": results},
    ]


def _sent(doubts: tuple[Doubt, ...], words: TalkWords) -> str:
    return f"{words.sent_back}\n{enclosed('verification', [_doubt(each) for each in doubts])}"


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {
        "number": doubt.number,
        "section": doubt.section,
        "text": doubt.text,
        "found": doubt.outcome.replace("_", " "),
        "why": [
            {"words": reason.words, **({"fact": reason.ref} if reason.ref else {})}
            for reason in doubt.reasons
        ],
    }
