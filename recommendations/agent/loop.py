"""The conversation with the model: it reads with the tools, then hands in its draft.

Our own loop, because each step has to be recorded before it is taken, no answer may be acted on
before it is known to be whole, and a broken one is asked for again with the same words.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from recommendations import verification
from recommendations.agent import errors, model_client, providers, request
from recommendations.agent.budget import Spending
from recommendations.agent.calling import Calling, ChartTools
from recommendations.agent.exchange import Ask, Exchange
from recommendations.agent.frame import frame_of
from recommendations.agent.handing_in import HandingIn
from recommendations.agent.listener import Listener
from recommendations.agent.mending import GoingBack
from recommendations.agent.prompts import Instructions, instructions, newest
from recommendations.agent.prompts.loop_words import TalkWords
from recommendations.agent.turns import Turn
from recommendations.clinical.for_model import for_model
from recommendations.clinical.results import ToolResult
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """A draft that was handed in whole."""

    model_id: str
    statements: int
    usage: dict[str, int]
    versions: dict[str, str]
    fell_back: str = ""  # the code of why the first model asked could not


def warm_up() -> None:
    """Do what a process's first draft would have to wait for: certificates, schemas, tables."""
    verification.warm_up()
    for problem in providers.problems():
        what = {"code": problem.code, "words": problem.words, "todo": problem.todo}
        logger.error("model_settings_invalid", extra=what)
    if providers.configured() and not providers.problems():
        model_client.client()
    for document in DOCUMENTS.values():
        told = instructions(newest(document))
        opening = {"role": "user", "content": [{"type": "text", "text": ""}]}
        request.build(document, told, [opening], max_tokens=1, model_id=settings.MODEL_ID)


class Conversation:
    """One draft's talk with one model."""

    def __init__(
        self,
        document: Document,
        reading: ChartTools,
        told: Instructions,
        *,
        spending: Spending,
        listener: Listener,
        model_id: str,
        ask: Ask = model_client.Answering,
        framed: Callable[[ToolResult], str] = for_model,
    ) -> None:
        self._document = document
        self._listener = listener
        self._spending = spending
        self._told = told
        self._messages: list[dict[str, Any]] = [_opening(document, reading, told.talk.words)]
        self._calling = Calling(
            document, reading, spending, listener, words=told.talk.words, framed=framed
        )
        self._exchange = Exchange(document, told, spending, listener, model_id, ask=ask)
        self._nudged = False

    def run(self) -> DraftOutcome:
        """Turn after turn until a draft is handed in, and once more for what does not hold."""
        while True:
            self._spending.begin_turn()
            answered, handed_in = self._exchange.ask(self._messages, self._receiving)
            if answered.submitted is not None:
                self._going_back().run(self._messages, answered)
                return self._outcome(handed_in)
            self._messages.append({"role": "assistant", "content": answered.blocks})
            self._messages.append({"role": "user", "content": self._reply(answered.turn)})

    def _receiving(self) -> HandingIn:
        return HandingIn(self._document, self._told.canary, self._listener)

    def _going_back(self) -> GoingBack:
        return GoingBack(self._document, self._told, self._exchange, self._spending, self._listener)

    def _outcome(self, handed_in: HandingIn) -> DraftOutcome:
        return DraftOutcome(
            model_id=self._exchange.model_id,
            statements=handed_in.told,
            usage={**self._spending.usage(), "statements_dropped": handed_in.dropped},
            versions={
                "prompt": self._told.version,
                "prompt_sha256": self._told.sha256,
                **frame_of(self._document, self._told),
            },
        )

    # --- What goes back to the model ----------------------------------------------------------

    def _reply(self, turn: Turn) -> list[dict[str, Any]]:
        """One message with a result for every call, and a word where the end is near."""
        words = self._told.talk.words
        reply = [self._calling.result(use) for use in turn.tool_uses.values()]
        if self._spending.last_turn_is_next:
            reply.append({"type": "text", "text": words.last_turn})
        elif not reply:
            reply.append({"type": "text", "text": words.nothing_handed_in})
        if not turn.tool_uses:
            if self._nudged:
                raise errors.NoAnswer
            self._nudged = True
        return reply


def _opening(document: Document, reading: ChartTools, words: TalkWords) -> dict[str, Any]:
    text = words.opening.format(title=document.title, day=reading.as_of.date().isoformat())
    given = reading.given_for_model() if document.asks else ""
    told = [text, *([f"{words.given}\n{given}"] if given else [])]
    return {"role": "user", "content": [{"type": "text", "text": each} for each in told]}
