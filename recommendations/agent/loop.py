"""The conversation with the model: it reads with the tools, then hands in its draft.

Our own loop, because each step has to be recorded before it is taken, no answer may be acted on
before it is known to be whole, and a broken one is asked for again with the same words.
"""

import random
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from recommendations import verification
from recommendations.agent import answers, errors, model_client, request
from recommendations.agent.budget import Budget, Spending
from recommendations.agent.calling import Calling, ChartTools
from recommendations.agent.handing_in import HandingIn, submission
from recommendations.agent.listener import Listener, ModelAnswer, ModelRequest
from recommendations.agent.prompts import Instructions, Release, instructions, newest
from recommendations.agent.turns import Turn
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS

TRIES = 3  # of one turn
FIRST_PAUSE = 0.5  # seconds before a turn is tried again; the next is twice as long
LONGEST_PAUSE = 8.0

_NUDGE = f"Nothing was handed in. Call {answers.SUBMIT} now with the whole draft."
_LAST = f"Nothing more can be read. Call {answers.SUBMIT} now with what you have."


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """A draft that was handed in whole."""

    model_id: str
    statements: int
    usage: dict[str, int]
    versions: dict[str, str]


def draft(
    document: Document,
    reading: ChartTools,
    *,
    release: Release,
    budget: Budget,
    listener: Listener,
) -> DraftOutcome:
    """Have the model draft ``document`` from ``reading``; each statement goes to ``listener``.

    ``release`` says with which words and by which models.

    Raises :class:`recommendations.agent.errors.ModelError`, with what was spent in its ``usage``;
    statements told before are then void.
    """
    return Conversation(document, reading, release, budget, listener).run()


def warm_up() -> None:
    """Do what a process's first draft would have to wait for: certificates, schemas, tables."""
    verification.warm_up()
    if settings.MODEL_API_KEY:
        model_client.client()
    for document in DOCUMENTS.values():
        told = instructions(newest(document))
        opening = {"role": "user", "content": [{"type": "text", "text": ""}]}
        request.build(document, told, [opening], max_tokens=1, model_id=settings.MODEL_ID)


class Conversation:
    """One draft's talk with the model."""

    def __init__(
        self,
        document: Document,
        reading: ChartTools,
        release: Release,
        budget: Budget,
        listener: Listener,
    ) -> None:
        self._document = document
        self._reading = reading
        self._listener = listener
        self._spending = Spending(budget)
        self._model_id = release.models[0] if release.models else settings.MODEL_ID
        self._told: Instructions = instructions(release)
        self._messages: list[dict[str, Any]] = [_opening(document, reading)]
        self._handing_in = self._new_handing_in()
        self._calling = Calling(document, reading, self._spending, listener)
        self._nudged = False

    def run(self) -> DraftOutcome:
        """Turn after turn until a draft is handed in."""
        try:
            while True:
                self._spending.begin_turn()
                turn, blocks = self._answer()
                if submission(turn) is not None:
                    return self._outcome()
                self._messages.append({"role": "assistant", "content": blocks})
                self._messages.append({"role": "user", "content": self._reply(turn)})
        except errors.ModelError as error:
            error.usage = self._spending.usage()
            raise

    def _new_handing_in(self) -> HandingIn:
        return HandingIn(self._document, self._told.canary, self._listener)

    def _outcome(self) -> DraftOutcome:
        told = self._handing_in.told
        return DraftOutcome(
            model_id=self._model_id,
            statements=told,
            usage={**self._spending.usage(), "statements_dropped": self._handing_in.dropped},
            versions={"prompt": self._told.version, "prompt_sha256": self._told.sha256},
        )

    # --- One turn: asked for, and asked for again where it broke off ---------------------------

    def _answer(self) -> tuple[Turn, list[dict[str, Any]]]:
        for attempt in range(1, TRIES + 1):
            try:
                return self._attempt(attempt)
            except errors.PassingFault as fault:
                if self._handing_in.told:
                    self._listener.discarded(fault.code)
                if attempt == TRIES:
                    raise
                self._pause(fault, attempt)
        raise AssertionError("unreachable")  # pragma: no cover

    def _attempt(self, attempt: int) -> tuple[Turn, list[dict[str, Any]]]:
        if self._listener.should_stop():
            raise errors.Stopped
        self._handing_in = self._new_handing_in()
        asked, arguments = self._request(attempt)
        self._listener.asking(asked)
        turn, code = Turn(self._handing_in.take), ""
        answering = model_client.Answering(
            arguments, deadline=self._spending.deadline, should_stop=self._listener.should_stop
        )
        try:
            return turn, self._received(answering, turn)
        except errors.ModelError as error:
            code = error.code
            raise
        finally:
            self._spending.count_request(turn.tokens, answering.waited)
            self._listener.answered(_told(asked, answering, turn, code))

    def _request(self, attempt: int) -> tuple[ModelRequest, dict[str, Any]]:
        limit = self._spending.budget.answer_tokens
        arguments = request.build(
            self._document,
            self._told,
            self._messages,
            max_tokens=limit,
            model_id=self._model_id,
        )
        body, sha256 = request.digest(arguments)
        asked = ModelRequest(
            model_id=self._model_id,
            turn=self._spending.turns,
            attempt=attempt,
            prompt_version=self._told.version,
            prompt_sha256=self._told.sha256,
            body=body,
            sha256=sha256,
        )
        return asked, arguments

    def _received(self, answering: model_client.Answering, turn: Turn) -> list[dict[str, Any]]:
        with answering:
            for event in answering:
                self._check_the_time()
                turn.take(event)
                self._listener.tick()
            for text in turn.said():
                answers.refuse_repeated(text, self._told.canary)
            turn.check()
            if (submitted := submission(turn)) is None:
                return answering.blocks()
            self._handing_in.confirm(submitted)
            return []  # the talk ends here

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

    # --- What goes back to the model ----------------------------------------------------------

    def _reply(self, turn: Turn) -> list[dict[str, Any]]:
        """One message with a result for every call, and a word where the end is near."""
        reply = [self._calling.result(use) for use in turn.tool_uses.values()]
        if self._spending.turns + 1 >= self._spending.budget.turns:
            reply.append({"type": "text", "text": _LAST})
        elif not reply:
            reply.append({"type": "text", "text": _NUDGE})
        if not turn.tool_uses:
            if self._nudged:
                raise errors.NoAnswer
            self._nudged = True
        return reply


def _told(
    asked: ModelRequest, answering: model_client.Answering, turn: Turn, code: str
) -> ModelAnswer:
    return ModelAnswer(
        request=asked,
        request_id=answering.request_id,
        stop_reason=turn.stop_reason,
        tokens=turn.tokens,
        ms=round(answering.waited * 1000),
        body=turn.body(),
        code=code,
    )


def _opening(document: Document, reading: ChartTools) -> dict[str, Any]:
    text = (
        f"Draft: {document.title}. The chart is as of {reading.as_of.date().isoformat()}. "
        f"Read what the document needs, then call {answers.SUBMIT} once."
    )
    return {"role": "user", "content": [{"type": "text", "text": text}]}
