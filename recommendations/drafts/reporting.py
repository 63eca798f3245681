"""What a drafter tells, as events for the trail. ``names`` are the draft's id and document."""

import hashlib
from typing import Any

from audit.events import Outcome
from audit.events.drafting import DraftRead, ModelAsked, ModelCalled, OrdersFound
from recommendations.agent.listener import ModelAnswer, ModelRequest, ToolAnswer
from recommendations.clinical.results import ReadingSnapshot


def read(names: dict[str, str], answer: ToolAnswer) -> DraftRead:
    """A tool was answered."""
    result = answer.result
    return DraftRead(
        **names,
        outcome=Outcome.SUCCESS if result.complete else Outcome.INCOMPLETE,
        tool=result.tool.value,
        asked_by=answer.asked_by,
        shown=len(result.facts),
        total=result.total,
        complete=result.complete,
        missing=tuple(sorted({f"{gap.concept}:{gap.reason}" for gap in result.gaps})),
        sources=tuple(_source(fact.source) for fact in result.facts),
        arguments=answer.arguments,
        result=answer.given or result.model_dump_json(),
    )


def asked(names: dict[str, str], request: ModelRequest) -> ModelAsked:
    """A request is about to go out."""
    return ModelAsked(
        **names,
        model_id=request.model_id,
        turn=request.turn,
        attempt=request.attempt,
        prompt_version=request.prompt_version,
        prompt_sha256=request.prompt_sha256,
        frame=request.frame,
        request_sha256=request.sha256,
        request=request.body,
    )


def called(names: dict[str, str], answer: ModelAnswer) -> ModelCalled:
    """A request ended, well or not."""
    request = answer.request
    return ModelCalled(
        **names,
        outcome=Outcome.FAILED if answer.code else Outcome.SUCCESS,
        code=answer.code,
        model_id=request.model_id,
        turn=request.turn,
        attempt=request.attempt,
        request_id=answer.request_id[:100],
        stop_reason=answer.stop_reason[:40],
        tokens=answer.tokens,
        ms=answer.ms,
        request_sha256=request.sha256,
        answer_sha256=hashlib.sha256(answer.body.encode()).hexdigest(),
        answer=answer.body,
        blocks=answer.blocks,
    )


def orders(names: dict[str, str], snapshot: ReadingSnapshot) -> OrdersFound:
    """The chart gives orders to software."""
    handles = {each.handle for each in snapshot.addressed}
    facts = [fact for fact in snapshot.facts if fact.handle in handles]
    return OrdersFound(
        **names,
        passages=len(snapshot.addressed),
        kinds=tuple(sorted({fact.kind for fact in facts})),
        rules=tuple(sorted({rule for each in snapshot.addressed for rule in each.rules})),
        sources=tuple(_source(fact.source) for fact in facts),
    )


def _source(source: Any) -> str:
    return f"{source.resource_type}/{source.resource_id}/_history/{source.version}"
