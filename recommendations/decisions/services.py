"""What a clinician can do with statements and drafts. Each act is whole, or refused aloud.

Every function raises :class:`recommendations.decisions.errors.DecisionRefused`. ``revision`` and
``text_sha256`` are what the clinician's page showed.
"""

from typing import Any
from uuid import UUID

from audit.events.decisions import (
    DraftRejected,
    StatementApproved,
    StatementEdited,
    StatementRejected,
    StatementReopened,
)
from audit.recorder import record, record_all
from recommendations.decisions import choosing, own_words, unsaid
from recommendations.decisions.acts import Act, acting
from recommendations.decisions.editing import keep, worded
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.reasons import DRAFT_REASONS, STATEMENT_REASONS
from recommendations.decisions.standing import Stand, Standing, fingerprint, standing_of, standings
from recommendations.decisions.texts import MOST, normalised
from recommendations.models import Decision, Draft
from smartapp.models import Launch


def approve(
    *, launch: Launch, statement_id: UUID, revision: int, text_sha256: str, seen: str = ""
) -> Decision:
    """Approve the words that stand there now, where they may be signed as they stand.

    ``seen`` is the :func:`.own_words.seen_of` of own words that the chart gainsays.
    """
    with acting(launch=launch, verb="approve", revision=revision) as act:
        standing = _open_standing(act, statement_id, text_sha256)
        choosing.refuse_unless_offered(act.opened, standing.statement, standing.text)
        if standing.own_words:
            return _approve_own(act, standing, standing.text, seen=seen)
        if not standing.outcome.signable:
            raise DecisionRefused("not_signable")
        return _approve_drafted(act, standing)


def approve_own_words(
    *,
    launch: Launch,
    statement_id: UUID,
    text: str,
    revision: int,
    text_sha256: str,
    reason: str = "",
    seen: str = "",
) -> Decision:
    """Replace a statement by the clinician's own words and approve those.

    A choice of a triage is one of its list; ``reason`` is why it is below a red flag. ``seen`` is
    as for :func:`approve`.
    """
    with acting(launch=launch, verb="edit", revision=revision) as act:
        standing = _open_standing(act, statement_id, text_sha256)
        words = worded(text)
        choosing.refuse_unless_offered(act.opened, standing.statement, words, reason)
        if standing.rewords(words):
            return _approve_own(act, standing, words, reason=reason, seen=seen)
        # Nothing that shows was changed: it approves the draft, and is held to the same rule.
        if not standing.outcome.signable:
            raise DecisionRefused("not_signable")
        return _approve_drafted(act, standing)


def leave_out(
    *,
    launch: Launch,
    statement_id: UUID,
    reason: str,
    comment: str,
    revision: int,
    text_sha256: str,
) -> Decision:
    """Leave a statement out, with a reason of the list."""
    with acting(launch=launch, verb="reject", revision=revision) as act:
        standing = _open_standing(act, statement_id, text_sha256)
        if reason not in STATEMENT_REASONS:
            raise DecisionRefused("reason_missing")
        decision = act.write(
            text=standing.text,
            statement=standing.statement,
            reason=reason,
            comment=normalised(comment)[:MOST],
        )
        record(
            StatementRejected(
                **_names(decision),
                reason=reason,
                outcome_found=standing.outcome.value,
                text=standing.text,
                comment=normalised(comment)[:MOST],
            )
        )
        unsaid.look_again(act, decision)
        return decision


def reopen(*, launch: Launch, statement_id: UUID, revision: int, text_sha256: str) -> Decision:
    """Take a decision back. It stays in the trail; the statement is open again."""
    with acting(launch=launch, verb="reopen", revision=revision) as act:
        standing = standing_of(act.open_statement(statement_id))
        act.refuse_unless_decidable()
        if standing.decision is None or standing.stand is Stand.TAKEN_OUT:
            raise DecisionRefused("not_decided")
        if standing.text_sha256 != text_sha256:
            raise DecisionRefused("text_differs")
        decision = act.write(text=standing.text, statement=standing.statement)
        record(StatementReopened(**_names(decision), undone=standing.decision.verb))
        unsaid.look_again(act, decision)
        return decision


def approve_together(
    *, launch: Launch, draft_id: UUID, section: str, revision: int, text_sha256: str
) -> list[Decision]:
    """Approve every open statement that may be signed as it stands; ``section`` narrows it.

    Refused while one of them could do harm and was never looked at: see :mod:`.looks`.
    ``text_sha256`` is the page's :func:`~recommendations.decisions.standing.fingerprint`.
    """
    with acting(launch=launch, verb="approve", revision=revision) as act:
        act.open_draft(draft_id)
        every = _page(act, text_sha256)
        chosen = [s for s in every if s.approvable and section in {"", s.statement.section}]
        if not chosen:
            raise DecisionRefused("nothing_to_approve")
        if any(s.needs_look for s in chosen):
            raise DecisionRefused("look_needed")
        decisions = [act.write(text=s.text, statement=s.statement) for s in chosen]
        record_all(
            [
                _approved(decision, standing, together=len(chosen))
                for decision, standing in zip(decisions, chosen, strict=True)
            ]
        )
        return decisions


def reject_draft(
    *,
    launch: Launch,
    draft_id: UUID,
    reason: str,
    comment: str,
    revision: int,
    text_sha256: str,
) -> Decision:
    """Reject a whole draft, with a reason of the list. Nothing of it can be signed any more."""
    with acting(launch=launch, verb="reject_draft", revision=revision) as act:
        act.open_draft(draft_id)
        _page(act, text_sha256)
        if reason not in DRAFT_REASONS:
            raise DecisionRefused("reason_missing")
        words = normalised(comment)[:MOST]
        decision = act.write(text="", reason=reason, comment=words, closing=Draft.State.REJECTED)
        record(
            DraftRejected(
                draft_id=str(draft_id),
                decision_id=str(decision.pk),
                draft_revision=decision.draft_revision,
                reason=reason,
                comment=words,
            )
        )
        return decision


def _open_standing(act: Act, statement_id: UUID, text_sha256: str) -> Standing:
    standing = standing_of(act.open_statement(statement_id))
    act.refuse_unless_decidable()
    if not standing.is_open:
        raise DecisionRefused("already_decided")
    if standing.text_sha256 != text_sha256:
        raise DecisionRefused("text_differs")
    return standing


def _page(act: Act, text_sha256: str) -> list[Standing]:
    act.refuse_unless_decidable()
    every = standings(act.opened)
    if fingerprint(every) != text_sha256:
        raise DecisionRefused("text_differs")
    return every


def _approve_drafted(act: Act, standing: Standing) -> Decision:
    decision = act.write(
        text=standing.drafted, statement=standing.statement, verb=Decision.Verb.APPROVE
    )
    record(_approved(decision, standing, together=1))
    return decision


def _approve_own(
    act: Act, standing: Standing, words: str, *, reason: str = "", seen: str = ""
) -> Decision:
    verdict = own_words.check(words, own_words.chart_of(act.opened))
    otherwise = own_words.against(verdict)
    own_words.refuse_unless_seen(words, otherwise, seen)
    decision = act.write(
        text=words,
        statement=standing.statement,
        verb=Decision.Verb.EDIT,
        reason=own_words.SEEN if otherwise else reason,
    )
    if standing.edit is None or standing.edit.text != words:
        # A later draft of the same document offers them again.
        keep(act, standing, words)
    record(
        StatementEdited(
            **_names(decision),
            outcome_found=standing.outcome.value,
            outcome_own=verdict.outcome.value if verdict else "",
            before=standing.drafted,
            after=words,
            findings=tuple(f.words for f in verdict.findings) if verdict else (),
            confirmed=tuple(f.rule for f in otherwise),
        )
    )
    unsaid.look_again(act, decision)
    return decision


def _approved(decision: Decision, standing: Standing, *, together: int) -> StatementApproved:
    return StatementApproved(
        **_names(decision),
        together=together,
        outcome_found=standing.outcome.value,
        high_stakes=standing.verdict.high_stakes,
        text=standing.text,
    )


def _names(decision: Decision) -> dict[str, Any]:
    return {
        "draft_id": str(decision.draft_id),
        "statement_id": str(decision.statement_id),
        "decision_id": str(decision.pk),
        "draft_revision": decision.draft_revision,
        "text_sha256": decision.text_sha256,
    }
