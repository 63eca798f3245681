"""Who may ask for a scope: one person writes why, another agrees, and only then is it asked for."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.scopes import ScopeApproved, ScopeAsked, ScopeGivenUp, ScopeJustified
from audit.recorder import record
from smartapp.models import BackendClient, BackendToken, Ehr, ScopeJustification, StaffUser
from smartapp.scopes.asking import IDENTITY, PLAIN_REASONS, is_for_backend, plain_reason
from smartapp.scopes.errors import (
    BackendMissing,
    JustificationTooShort,
    NotAnAdministrator,
    OwnApproval,
    ScopeEssential,
    ScopeMalformed,
    ScopeNotWaiting,
    ScopeUnapproved,
    SeedRefused,
)
from smartapp.scopes.grammar import parse

SHORTEST = 20  # characters of a reason; less says nothing to whoever must approve it
LONGEST = 2000
DEMONSTRATION = "The demonstration, for itself"
_NO_SECOND = "Nobody: seeded for the demonstration"


def key(scope: str) -> str:
    """Return under which scope a reason is kept: all ways of being launched have one."""
    return "launch" if scope.partition("/")[0] == "launch" else scope


def asked_of(ehr: Ehr) -> tuple[str, ...]:
    """Return all scopes asked of an EHR: those of launches, then those of the backend."""
    return (*ehr.scopes.split(), *backend_scopes(ehr))


def backend_scopes(ehr: Ehr) -> tuple[str, ...]:
    """Return the system/ scopes of an EHR's backend registration, if it has one."""
    client = BackendClient.objects.filter(ehr=ehr, is_active=True).first()
    return tuple(client.scopes.split()) if client else ()


def unapproved(ehr: Ehr, scopes: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``scopes`` that two people have not agreed to ask this EHR for."""
    rows = ScopeJustification.objects.filter(
        ehr=ehr, approved_at__isnull=False, given_up_at__isnull=True
    )
    agreed = set(rows.values_list("scope", flat=True))
    return tuple(scope for scope in scopes if key(scope) not in agreed)


def require_approved(ehr: Ehr, scopes: str) -> None:
    """Raise :class:`ScopeUnapproved` unless every scope of the string is approved."""
    missing = unapproved(ehr, scopes.split())
    if missing:
        raise ScopeUnapproved(missing)


@transaction.atomic
def justify(ehr: Ehr, scope: str, reason: str, *, author: StaffUser) -> ScopeJustification:
    """Write why a scope is needed, anew where there was a reason; it then waits for approval.

    Raises a :class:`smartapp.scopes.errors.ScopeError`.
    """
    _administrator(author)
    scope, reason = key(scope), reason.strip()
    if scope not in PLAIN_REASONS and parse(scope) is None:
        raise ScopeMalformed
    if not SHORTEST <= len(reason) <= LONGEST:
        raise JustificationTooShort
    row = _row(ehr, scope) or ScopeJustification(ehr=ehr, scope=scope)
    row.justification, row.written_at = reason, timezone.now()
    row.author, row.author_name = author, _name(author)
    row.approver, row.approver_name, row.approved_at = None, "", None
    row.given_up_at, row.seeded = None, False
    row.save()
    with context.bind(ehr=ehr.slug):
        record(ScopeJustified(scope=scope, justification=reason))
    return row


@transaction.atomic
def approve(ehr: Ehr, scope: str, *, approver: StaffUser) -> ScopeJustification:
    """Agree to a reason that somebody else wrote; raises a ``ScopeError``."""
    _administrator(approver)
    row = _row(ehr, key(scope))
    if row is None or not row.is_waiting:
        raise ScopeNotWaiting
    if row.author_id == approver.pk:
        raise OwnApproval
    row.approver, row.approver_name, row.approved_at = approver, _name(approver), timezone.now()
    row.save()
    with context.bind(ehr=ehr.slug):
        record(ScopeApproved(scope=row.scope, author_name=row.author_name))
    return row


@transaction.atomic
def ask(ehr: Ehr, scope: str, *, by: StaffUser) -> None:
    """Put an approved scope into its registration: it is asked for from now on."""
    _administrator(by)
    require_approved(ehr, scope)
    held = _registration(ehr, scope)
    if held is None:
        raise BackendMissing
    if scope not in held.scopes.split():
        _put(held, f"{held.scopes} {scope}".strip())
        with context.bind(ehr=ehr.slug):
            record(ScopeAsked(scope=scope))


@transaction.atomic
def give_up(ehr: Ehr, scope: str, *, by: StaffUser) -> None:
    """Stop asking for a scope; a later wish for it needs a reason and an approval anew."""
    _administrator(by)
    if key(scope) in IDENTITY:
        raise ScopeEssential
    held = _registration(ehr, scope)
    row = _row(ehr, key(scope))
    asked = held.scopes.split() if held else []
    if scope not in asked and (row is None or row.given_up_at is not None):
        raise ScopeNotWaiting
    if held is not None and scope in asked:
        _put(held, " ".join(each for each in asked if each != scope))
    if row is not None:
        row.given_up_at = timezone.now()
        row.approver, row.approver_name, row.approved_at = None, "", None
        row.save()
    with context.bind(ehr=ehr.slug):
        record(ScopeGivenUp(scope=scope))


@transaction.atomic
def seed(ehr: Ehr, reasons: Mapping[str, str]) -> int:
    """Approve an EHR's scopes for a demonstration, saying so; return how many.

    ``reasons`` are sentences by scope. Raises :class:`SeedRefused` for an EHR without a label that
    tells everybody it is no production. Reasons that people wrote are left alone.
    """
    if not ehr.environment_label:
        raise SeedRefused
    missing = unapproved(ehr, asked_of(ehr))
    for scope in dict.fromkeys(key(each) for each in missing):
        _seed_one(ehr, scope, reasons.get(scope) or plain_reason(scope))
    return len(missing)


def is_seeded(ehr: Ehr) -> bool:
    """Tell whether an EHR is the demonstration's: labelled, and approved by nobody."""
    seeded = ScopeJustification.objects.filter(ehr=ehr, seeded=True)
    return bool(ehr.environment_label) and seeded.exists()


def _seed_one(ehr: Ehr, scope: str, reason: str) -> None:
    now = timezone.now()
    row = _row(ehr, scope) or ScopeJustification(ehr=ehr, scope=scope)
    row.justification = f"Seeded for the demonstration. {reason}".strip()
    row.author = row.approver = row.given_up_at = None
    row.author_name, row.approver_name = DEMONSTRATION, _NO_SECOND
    row.written_at = row.approved_at = now
    row.seeded = True
    row.save()
    with context.bind(ehr=ehr.slug):
        told = row.justification
        record(ScopeJustified(scope=scope, justification=told, seeded=True))
        record(ScopeApproved(scope=scope, author_name=DEMONSTRATION, seeded=True))


def _registration(ehr: Ehr, scope: str) -> Ehr | BackendClient | None:
    """Return, locked, what asks for a scope: for a system/ scope that is the backend, if any."""
    if is_for_backend(scope):
        return BackendClient.objects.select_for_update().filter(ehr=ehr).first()
    return Ehr.objects.select_for_update().get(pk=ehr.pk)


def _put(held: Ehr | BackendClient, scopes: str) -> None:
    held.scopes = scopes
    held.save()
    if isinstance(held, BackendClient):
        # The token in hand was bought for other scopes.
        BackendToken.objects.filter(client=held).delete()


def _row(ehr: Ehr, scope: str) -> ScopeJustification | None:
    rows = ScopeJustification.objects.select_for_update()
    return rows.filter(ehr=ehr, scope=scope).first()


def _administrator(person: StaffUser) -> None:
    if person.role != StaffUser.Role.ADMINISTRATOR or not person.is_active:
        raise NotAnAdministrator


def _name(person: StaffUser) -> str:
    return person.get_full_name() or person.get_username()
