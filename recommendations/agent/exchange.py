"""One turn of a conversation: asked for, and asked for again with the same words if it broke off.

Each request is told before it is sent; no answer is acted on before it is known to be whole.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from recommendations.agent import answers, errors, model_client, request
from recommendations.agent.budget import Spending
from recommendations.agent.frame import frame_of
from recommendations.agent.handing_in import submission
from recommendations.agent.listener import Listener, ModelAnswer, ModelRequest
from recommendations.agent.prompts import Instructions
from recommendations.agent.turns import ToolUse, Turn
from recommendations.workflows.documents import Document

TRIES = 3  # of one turn
FIRST_PAUSE = 0.5  # seconds before a turn is tried again; the next is twice as long
LONGEST_PAUSE = 8.0


class Receiving(Protocol):
    """Takes what an answer hands in: piece by piece, and whole at its end."""

    @property
    def told(self) -> int:
        """How many statements of it went to the listener."""
        ...

    def take(self, use: ToolUse, piece: str) -> None:
        """A piece of a call's arguments, as it comes."""

    def confirm(self, submitted: ToolUse) -> None:
        """The whole of it; raises :class:`errors.ModelError` where it is not what was asked."""


R = TypeVar("R", bound=Receiving)
# Opens one request: the model's door, or what was recorded of it.
Ask = Callable[..., model_client.Answering]


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer. ``blocks`` are as they must be given back to the model."""

    turn: Turn
    blocks: list[dict[str, Any]]

    @property
    def submitted(self) -> ToolUse | None:
        """The call that hands in, if it was made."""
        return submission(self.turn)


class Exchange:
    """Asks one model for the turns of one conversation, out of the draft's budget."""

    def __init__(
        self,
        document: Document,
        told: Instructions,
        spending: Spending,
        listener: Listener,
        model_id: str,
        *,
        ask: Ask = model_client.Answering,
    ) -> None:
        self.model_id = model_id
        self._ask = ask
        self._document = document
        self._told = told
        self._spending = spending
        self._listener = listener

    def ask(
        self, messages: list[dict[str, Any]], receiving_in: Callable[[], R]
    ) -> tuple[Answered, R]:
        """The answer, and what received it; each try is received anew."""
        for attempt in range(1, TRIES + 1):
            receiving = receiving_in()
            try:
                return self._attempt(messages, receiving, attempt), receiving
            except errors.PassingFault as fault:
                if receiving.told:
                    self._listener.discarded(fault.code)
                if attempt == TRIES:
                    raise
                self._pause(fault, attempt)
        raise AssertionError("unreachable")  # pragma: no cover

    def _attempt(
        self, messages: list[dict[str, Any]], receiving: Receiving, attempt: int
    ) -> Answered:
        if self._listener.should_stop():
            raise errors.Stopped
        asked, arguments = self._request(messages, attempt)
        self._listener.asking(asked)
        turn, code, blocks = Turn(receiving.take), "", ""
        answering = self._ask(
            arguments, deadline=self._spending.deadline, should_stop=self._listener.should_stop
        )
        try:
            answered = self._received(answering, turn, receiving)
            blocks = answers.canonical(answered.blocks)
        except errors.ModelError as error:
            code = error.code
            raise
        else:
            return answered
        finally:
            self._spending.count_request(turn.tokens, answering.waited)
            self._listener.answered(_told(asked, answering, turn, code, blocks))

    def _request(
        self, messages: list[dict[str, Any]], attempt: int
    ) -> tuple[ModelRequest, dict[str, Any]]:
        limit = self._spending.budget.answer_tokens
        arguments = request.build(
            self._document, self._told, messages, max_tokens=limit, model_id=self.model_id
        )
        body, sha256 = request.digest(arguments)
        asked = ModelRequest(
            model_id=self.model_id,
            turn=self._spending.turns,
            attempt=attempt,
            prompt_version=self._told.version,
            prompt_sha256=self._told.sha256,
            frame=frame_of(self._document, self._told),
            body=body,
            sha256=sha256,
        )
        return asked, arguments

    def _received(
        self, answering: model_client.Answering, turn: Turn, receiving: Receiving
    ) -> Answered:
        with answering:
            for event in answering:
                self._check_the_time()
                turn.take(event)
                self._listener.tick()
            for text in turn.said():
                answers.refuse_repeated(text, self._told.canary)
            turn.check()
            if (submitted := submission(turn)) is not None:
                receiving.confirm(submitted)
            return Answered(turn, answering.blocks())

    def _check_the_time(self) -> None:
        if self._spending.seconds_left <= 0:
            raise errors.DeadlinePassed
        if self._listener.should_stop():
            raise errors.Stopped

    def _pause(self, fault: errors.PassingFault, attempt: int) -> None:
        """Wait before another try; give up at once where we are asked to wait for long."""
        wait = fault.retry_after
        if wait is None or wait < 0:
            wait = FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
        if not wait <= min(LONGEST_PAUSE, self._spending.seconds_left):
            raise fault
        end = time.monotonic() + wait
        self._spending.model_seconds += wait
        while (left := end - time.monotonic()) > 0:
            if self._listener.should_stop():
                raise errors.Stopped
            time.sleep(min(0.2, left))


def _told(
    asked: ModelRequest, answering: model_client.Answering, turn: Turn, code: str, blocks: str
) -> ModelAnswer:
    return ModelAnswer(
        request=asked,
        request_id=answering.request_id,
        stop_reason=turn.stop_reason,
        tokens=turn.tokens,
        ms=round(answering.waited * 1000),
        body=turn.body(),
        blocks=blocks,
        code=code,
    )
