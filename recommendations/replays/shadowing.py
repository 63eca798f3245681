"""Shadow: an old draft made again with another release from its sealed reading, beside it."""

import uuid
from collections import Counter

from django.db import transaction

from audit.context import bind
from audit.events import Outcome
from audit.events.releases import DraftShadowed, ShadowRefused
from audit.recorder import record
from recommendations.agent import providers
from recommendations.agent.listener import ModelAnswer, ModelRequest
from recommendations.agent.prompts import PromptBroken, Release
from recommendations.budgets import shadows
from recommendations.budgets.spending import Spent
from recommendations.clinical.results import ReadingSnapshot
from recommendations.drafts import reporting, triaging
from recommendations.models import Draft, Shadow, Statement
from recommendations.releases.choosing import unit_key
from recommendations.replays.errors import (
    DraftUnknown,
    ModelNotConfigured,
    NotAnAdministrator,
    NothingRead,
    ReplayRefused,
    ShadowBudgetSpent,
    VersionUnknown,
)
from recommendations.replays.redrafting import Redrafted, difference, redraft
from recommendations.replays.reopened import ReopenedReading
from smartapp.models import StaffUser


def shadow(draft_id: uuid.UUID, release: Release, *, by: StaffUser) -> Shadow:
    """Draft again and keep it; the draft, its launch and the chart stay untouched.

    What goes to the model is on record before it goes, under the name of the administrator who
    asks, and what it costs is counted in a budget of its own. Raises a ``ReplayRefused``; that is
    on record, too.
    """
    try:
        draft = _allowed(draft_id, release, by)
    except ReplayRefused as refused:
        record_refusal(draft_id, refused.code, by=by)
        raise
    launch = draft.launch
    with bind(
        **_who(by),
        launch_id=launch.pk,
        patient_index=draft.patient_index,
        ehr=launch.ehr.slug,
    ):
        unit = unit_key(launch)
        if shadows.refused_for_budget(draft, unit):
            raise ShadowBudgetSpent
        return _drafted(draft, release, by, unit)


def record_refusal(draft_id: uuid.UUID, code: str, *, by: StaffUser | None) -> None:
    """Write that a shadow was refused and why; ``by`` is None where nobody goes by that name."""
    draft = Draft.objects.select_related("launch__ehr").filter(pk=draft_id).first()
    where = (
        {
            "launch_id": draft.launch.pk,
            "patient_index": draft.patient_index,
            "ehr": draft.launch.ehr.slug,
        }
        if draft
        else {}
    )
    document = draft.document if draft else ""
    with bind(**(_who(by) if by else {}), **where), transaction.atomic():
        record(ShadowRefused(draft_id=str(draft_id), document=document, code=code))


def _who(by: StaffUser) -> dict[str, str]:
    return {
        "actor": f"staff|{by.pk}",
        "actor_name": by.get_full_name() or by.get_username(),
    }


def _allowed(draft_id: uuid.UUID, release: Release, by: StaffUser) -> Draft:
    if by.role != StaffUser.Role.ADMINISTRATOR or not by.is_active:
        raise NotAnAdministrator
    draft = Draft.objects.select_related("launch__ehr").filter(pk=draft_id).first()
    if draft is None:
        raise DraftUnknown
    if draft.reading_sealed is None:
        raise NothingRead
    if not providers.configured():
        raise ModelNotConfigured
    try:
        release.check()
    except PromptBroken:
        raise VersionUnknown from None
    return draft


def _drafted(draft: Draft, release: Release, by: StaffUser, unit: str) -> Shadow:
    shadow_id = uuid.uuid4()
    names = {"draft_id": str(shadow_id), "document": draft.document}

    @transaction.atomic
    def asking(request: ModelRequest) -> None:
        record(reporting.asked(names, request))

    @transaction.atomic
    def answered(answer: ModelAnswer) -> None:
        record(reporting.called(names, answer))
        if answer.tokens:
            spent = Spent.of(answer.request.model_id, answer.tokens)
            shadows.charge_shadow(shadow_id, unit, spent)

    reading = ReopenedReading(ReadingSnapshot.model_validate(draft.reading))
    document = triaging.document_of(draft)
    made = redraft(
        document,
        reading,
        release,
        asking=asking,
        answered=answered,
        may_go_on=lambda: shadows.shadow_may_go_on(shadow_id, unit),
    )
    return _kept(shadow_id, draft, made, by)


@transaction.atomic
def _kept(shadow_id: uuid.UUID, draft: Draft, made: Redrafted, by: StaffUser) -> Shadow:
    before = [each for each in Statement.objects.filter(draft=draft).current() if each.claims]
    held = difference(
        [(each.section, each.text) for each in before],
        [(each.drafted.section, each.text) for each in made.statements],
    )
    row = Shadow(
        id=shadow_id,
        draft=draft,
        contract=made.release.contract,
        prompt=made.release.prompt,
        sha256=made.release.sha256,
        model_id=made.model_id,
        code=made.code,
        outcomes=made.outcomes,
        outcomes_before=dict(Counter(each.outcome for each in before)),
        both=held.both,
        usage=made.usage,
        asked_by=by.get_full_name() or by.get_username(),
    )
    row.statements = [
        {
            "section": each.drafted.section,
            "text": each.text,
            "claims": [claim.model_dump(mode="json") for claim in each.drafted.claims],
            "verdict": each.verdict.model_dump(mode="json"),
        }
        for each in made.statements
    ]
    row.save(force_insert=True)
    record(_told(row, draft, made))
    return row


def _told(row: Shadow, draft: Draft, made: Redrafted) -> DraftShadowed:
    return DraftShadowed(
        outcome=Outcome.FAILED if made.code else Outcome.SUCCESS,
        code=made.code,
        document=draft.document,
        unit=draft.release.get("unit", ""),
        release=made.release.version,
        release_sha256=row.sha256,
        models=made.release.models,
        draft_id=str(draft.pk),
        shadow_id=str(row.pk),
        instead_of=str(draft.versions.get("prompt", "")),
        model_id=row.model_id,
        outcomes=row.outcomes,
        outcomes_before=row.outcomes_before,
        both=row.both,
    )
