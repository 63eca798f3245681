"""Changing what is in use: one administrator proposes, another approves; one goes a step back."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.events.releases import (
    ReleaseApproved,
    ReleaseDismissed,
    ReleaseProposed,
    ReleaseRolledBack,
)
from audit.recorder import record
from recommendations.agent.prompts import PromptBroken
from recommendations.models import ReleaseChange
from recommendations.releases import choosing, errors
from recommendations.releases.wishes import (
    Wish,
    check_unit,
    document_wished,
    reasoned,
    release_wished,
)
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import StaffUser


@transaction.atomic
def propose(wish: Wish, reason: str, *, by: StaffUser) -> ReleaseChange:
    """Write a change down for a second person to approve; raises a ``ReleaseError``."""
    _administrator(by)
    reason = reasoned(reason)
    document = document_wished(wish)
    check_unit(wish.unit)
    if wish.follows and not wish.unit:
        raise errors.UnitUnknown
    release = None if wish.follows else release_wished(document, wish)
    now = choosing.latest(wish.document, wish.unit)
    if _is_in_use(now, release.sha256 if release else ""):
        raise errors.NothingChanges
    change = ReleaseChange(
        document=wish.document,
        unit=wish.unit,
        kind=ReleaseChange.Kind.USE if release else ReleaseChange.Kind.FOLLOW,
        contract=wish.contract,
        prompt=wish.prompt,
        model_ids=list(wish.models) if release else [],
        sha256=release.sha256 if release else "",
        reason=reason,
        proposer=by,
        proposer_name=_name(by),
        proposed_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError:
        raise errors.AlreadyWaiting from None
    record(ReleaseProposed(**_told(change), change=str(change.pk), reason=reason))
    return change


@transaction.atomic
def approve(change_id: UUID, *, by: StaffUser) -> ReleaseChange:
    """Agree to what somebody else proposed: drafts asked for from now on are made with it."""
    _administrator(by)
    change = _waiting(change_id)
    if change.proposer_id == by.pk:
        raise errors.OwnProposal
    document = DOCUMENTS[change.document]
    if change.kind == ReleaseChange.Kind.USE:
        _still_the_same(change)
    before = choosing.in_use(document, change.unit)
    change.approver, change.approver_name = by, _name(by)
    # A unit that followed the hospital goes back to following it.
    change.replaces = choosing.latest(change.document, change.unit)
    _take_effect(change)
    record(
        ReleaseApproved(
            **_told(change),
            change=str(change.pk),
            proposer_name=change.proposer_name,
            instead_of=choosing.release_of(before).version,
        )
    )
    return change


@transaction.atomic
def dismiss(change_id: UUID, *, by: StaffUser) -> ReleaseChange:
    """Withdraw one's own proposal, or turn down another's; nothing changes."""
    _administrator(by)
    change = _waiting(change_id)
    change.dismissed_at, change.dismissed_by = timezone.now(), _name(by)
    change.save()
    told = {"change": str(change.pk), "proposer_name": change.proposer_name}
    record(ReleaseDismissed(**_told(change), **told))
    return change


@transaction.atomic
def roll_back(document: str, unit: str, reason: str, *, seen: UUID, by: StaffUser) -> ReleaseChange:
    """Return at once to what was in use before; raises a ``ReleaseError``.

    One person does, for it was in use here before, and waiting for a second one would leave what
    does harm in use. ``seen`` is the change that the page showed as being in use.
    """
    _administrator(by)
    reason = reasoned(reason)
    document_wished(Wish(document, unit))
    now = choosing.latest(document, unit)
    if now is None or now.follows:
        raise errors.NothingBefore
    if now.pk != seen:
        raise errors.MovedMeanwhile
    back = _back_to(now)
    change = ReleaseChange(
        document=document,
        unit=unit,
        kind=ReleaseChange.Kind.BACK,
        contract=back.contract if back else None,
        prompt=back.prompt if back else None,
        model_ids=back.model_ids if back else [],
        sha256=back.sha256 if back else "",
        reason=reason,
        proposer=by,
        proposer_name=_name(by),
        proposed_at=timezone.now(),
        # So that the next step back goes further back, and not forward again.
        replaces=back.replaces if back else None,
    )
    _take_effect(change, after=now)
    before = choosing.release_of(now).version
    told = {"change": str(change.pk), "reason": reason, "instead_of": before}
    record(ReleaseRolledBack(**_told(change), **told))
    return change


def step_back(now: ReleaseChange) -> ReleaseChange | None:
    """The change that a step back returns to; None: the unit follows the hospital again.

    Raises :class:`errors.NothingBefore`.
    """
    return _back_to(now)


def _back_to(now: ReleaseChange) -> ReleaseChange | None:
    before = now.replaces
    # What was shipped and then decided for is one thing: a step back must change something.
    while before is not None and before.sha256 == now.sha256:
        before = before.replaces
    if before is not None and before.follows:
        before = None
    if before is None and not now.unit:
        raise errors.NothingBefore
    return before


def _is_in_use(now: ReleaseChange | None, sha256: str) -> bool:
    """Whether nothing would change. To keep what was merely shipped is a change: it stays then."""
    if now is None:
        return not sha256  # a unit that follows the hospital already
    return now.sha256 == sha256 and now.kind != ReleaseChange.Kind.SHIPPED


def _take_effect(change: ReleaseChange, *, after: ReleaseChange | None = None) -> None:
    """Number it next: ``after`` the change that was looked at, so that one of two at once fails."""
    last = after or choosing.latest(change.document, change.unit)
    change.number = last.number + 1 if last and last.number else 1
    change.took_effect_at = timezone.now()
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError:
        raise errors.MovedMeanwhile from None


def _waiting(change_id: UUID) -> ReleaseChange:
    change = ReleaseChange.objects.select_for_update().filter(pk=change_id).first()
    if change is None or not change.is_waiting:
        raise errors.NotWaiting
    return change


def _still_the_same(change: ReleaseChange) -> None:
    """Hold that the files here are those that were proposed."""
    release = choosing.release_of(change)
    try:
        release.check()
        same = release.sha256 == change.sha256
    except PromptBroken:
        same = False
    if not same:
        raise errors.VersionUnknown


def _administrator(person: StaffUser) -> None:
    if person.role != StaffUser.Role.ADMINISTRATOR or not person.is_active:
        raise errors.NotAnAdministrator


def _name(person: StaffUser) -> str:
    return person.get_full_name() or person.get_username()


def _told(change: ReleaseChange) -> dict[str, object]:
    return {
        "document": change.document,
        "unit": change.unit,
        "release": "" if change.follows else choosing.release_of(change).version,
        "release_sha256": change.sha256,
        "models": tuple(change.model_ids),
    }
