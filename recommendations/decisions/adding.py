"""What a draft leaves out, added with one tap or found not needed; each can be taken back.

In: one clinician's tap on one fact that the draft does not tell. Out: a statement worded by code,
cited, verified and approved by that tap; or that it is not needed, and why. Refusals are raised as
those of :mod:`recommendations.decisions.services`.
"""

from uuid import UUID

from django.db.models import Max

from audit.events.omissions import (
    OmissionAdded,
    OmissionDismissed,
    OmissionListedAgain,
    OmissionTakenOut,
)
from audit.recorder import record
from recommendations.agent.readers import reader_of
from recommendations.decisions import own_words
from recommendations.decisions.acts import Act, acting
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.reasons import OMISSION_REASONS
from recommendations.decisions.standing import Stand, standing_of
from recommendations.decisions.unsaid import Unsaid, look_again, unsaid_of
from recommendations.models import Decision, Draft, Omission, Statement
from recommendations.verification import settle
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch


def add(*, launch: Launch, omission_id: UUID, revision: int, text_sha256: str) -> Decision:
    """Add the statement that was shown, worded by code, and approve it. Raises as acts do."""
    with acting(launch=launch, verb="add", revision=revision) as act:
        each = _open(act, omission_id)
        if not each.found.text:
            raise DecisionRefused("not_wordable")
        if each.found.text_sha256 != text_sha256:
            raise DecisionRefused("text_differs")
        statement = _stated(act.opened, each)
        decision = act.write(text=statement.text, statement=statement, omission=each.row)
        record(_added(decision, statement, each.row))
        look_again(act, decision)
        return decision


def take_out(*, launch: Launch, omission_id: UUID, revision: int) -> Decision:
    """Undo :func:`add`: its statement is no part of the draft any more."""
    with acting(launch=launch, verb="take_out", revision=revision) as act:
        row = act.open_omission(omission_id)
        act.refuse_unless_decidable()
        newest = Statement.objects.filter(omission=row).last()
        standing = standing_of(newest) if newest else None
        if standing is None or standing.stand is Stand.TAKEN_OUT:
            raise DecisionRefused("not_added")
        decision = act.write(text=standing.text, statement=standing.statement, omission=row)
        record(
            OmissionTakenOut(
                draft_id=str(decision.draft_id),
                omission_id=str(row.pk),
                rule=row.rule,
                statement_id=str(standing.statement.pk),
                decision_id=str(decision.pk),
                draft_revision=decision.draft_revision,
                text_sha256=decision.text_sha256,
                text=standing.text,
            )
        )
        look_again(act, decision)
        return decision


def dismiss(*, launch: Launch, omission_id: UUID, revision: int, reason: str) -> Decision:
    """Say that it is not needed; with a reason of the list where the rule is critical."""
    with acting(launch=launch, verb="dismiss", revision=revision) as act:
        each = _open(act, omission_id)
        if reason not in OMISSION_REASONS and (reason or each.row.critical):
            raise DecisionRefused("reason_missing")
        decision = act.write(text=each.found.words, omission=each.row, reason=reason)
        record(
            OmissionDismissed(
                draft_id=str(decision.draft_id),
                omission_id=str(each.row.pk),
                rule=each.row.rule,
                critical=each.row.critical,
                decision_id=str(decision.pk),
                draft_revision=decision.draft_revision,
                reason=reason,
                words=each.found.words,
            )
        )
        return decision


def list_again(*, launch: Launch, omission_id: UUID, revision: int) -> Decision:
    """Take back that it is not needed."""
    with acting(launch=launch, verb="list_again", revision=revision) as act:
        row = act.open_omission(omission_id)
        act.refuse_unless_decidable()
        each = _unsaid(act.opened, row)
        if each is None or each.is_open:
            raise DecisionRefused("not_decided")
        decision = act.write(text=each.found.words, omission=row)
        record(
            OmissionListedAgain(
                draft_id=str(decision.draft_id),
                omission_id=str(row.pk),
                rule=row.rule,
                decision_id=str(decision.pk),
                draft_revision=decision.draft_revision,
                words=each.found.words,
            )
        )
        return decision


def _open(act: Act, omission_id: UUID) -> Unsaid:
    row = act.open_omission(omission_id)
    act.refuse_unless_decidable()
    each = _unsaid(act.opened, row)
    if each is None:
        raise DecisionRefused("not_missing")
    if not each.is_open:
        raise DecisionRefused("already_dismissed")
    return each


def _unsaid(draft: Draft, row: Omission) -> Unsaid | None:
    return next((each for each in unsaid_of(draft) if each.row.pk == row.pk), None)


def _stated(draft: Draft, each: Unsaid) -> Statement:
    """The statement, held against the chart once more before it is written."""
    chart = own_words.chart_of(draft)
    if chart is None:
        raise DecisionRefused("not_wordable")
    found, section = each.found, each.row.section
    said = DraftedStatement.model_validate(
        {"section": section, "text": found.text, "claims": found.claims}
    )
    text, verdict = settle(said, chart, reader=reader_of(DOCUMENTS[draft.document]))
    if text != found.text or not verdict.outcome.signable:
        raise DecisionRefused("not_wordable")
    last = Statement.objects.filter(draft=draft).aggregate(last=Max("position"))["last"]
    row = Statement(
        draft=draft,
        position=0 if last is None else last + 1,
        section=section,
        outcome=verdict.outcome.value,
        worded_by_code=True,
        omission=each.row,
    )
    row.text, row.claims = text, [claim.model_dump(mode="json") for claim in said.claims]
    row.verdict = verdict.model_dump(mode="json")
    row.save(force_insert=True)
    return row


def _added(decision: Decision, statement: Statement, row: Omission) -> OmissionAdded:
    return OmissionAdded(
        draft_id=str(decision.draft_id),
        omission_id=str(row.pk),
        rule=row.rule,
        statement_id=str(statement.pk),
        decision_id=str(decision.pk),
        draft_revision=decision.draft_revision,
        section=statement.section,
        outcome_found=statement.outcome,
        text_sha256=decision.text_sha256,
        text=statement.text,
        claims=statement.claims,
        verdict=statement.verdict,
    )
