"""Two people for each scope: who may write, approve, ask and give up, and what is refused."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from smartapp.models import Ehr, ScopeJustification, StaffUser
from smartapp.scopes import approvals, errors

pytestmark = pytest.mark.django_db
SCOPE = "patient/Observation.rs"
REASON = "Results and vital signs stand in every document."


def person(name: str, role: str = "administrator") -> StaffUser:
    return StaffUser.objects.create(username=name, role=role)


@pytest.fixture
def north() -> Ehr:
    return Ehr.objects.create(
        slug="north", name="North", issuer="https://north.example.org/r4", vendor="generic",
        client_id="us", client_auth="public", scopes=f"launch openid {SCOPE}",
    )  # fmt: skip


@pytest.fixture
def tomas() -> StaffUser:
    return person("tomas")


@pytest.fixture
def grace() -> StaffUser:
    return person("grace")


def told() -> list[str]:
    rows = AuditEvent.objects.filter(type__startswith="scope.").order_by("pk")
    return list(rows.values_list("type", flat=True))


def test_one_writes_another_approves_and_then_it_may_be_asked_for(north, tomas, grace) -> None:
    assert approvals.unapproved(north, [SCOPE]) == (SCOPE,)
    approvals.justify(north, SCOPE, REASON, author=tomas)
    assert approvals.unapproved(north, [SCOPE]) == (SCOPE,)
    row = approvals.approve(north, SCOPE, approver=grace)
    approvals.require_approved(north, SCOPE)
    assert (row.author_name, row.approver_name, row.justification) == ("tomas", "grace", REASON)
    assert row.written_at <= row.approved_at
    assert told() == ["scope.justified", "scope.approved"]
    assert AuditEvent.objects.get(type="scope.approved").ehr == "north"
    changes = [each.detail for each in AuditEvent.objects.filter(type="config.changed")]
    assert ("smartapp.scopejustification", "changed") in {
        (each["model"], each["action"]) for each in changes
    }


def test_nobody_approves_their_own_reason(north, tomas) -> None:
    approvals.justify(north, SCOPE, REASON, author=tomas)
    with pytest.raises(errors.OwnApproval, match="another administrator"):
        approvals.approve(north, SCOPE, approver=tomas)
    assert approvals.unapproved(north, [SCOPE]) == (SCOPE,)


def test_whoever_rewrites_a_reason_cannot_approve_it_and_the_old_approval_is_gone(
    north, tomas, grace
) -> None:
    approvals.justify(north, SCOPE, REASON, author=tomas)
    approvals.approve(north, SCOPE, approver=grace)
    approvals.justify(north, SCOPE, REASON + " More.", author=grace)
    assert approvals.unapproved(north, [SCOPE]) == (SCOPE,)
    with pytest.raises(errors.OwnApproval):
        approvals.approve(north, SCOPE, approver=grace)
    approvals.approve(north, SCOPE, approver=tomas)
    approvals.require_approved(north, SCOPE)


def test_the_database_too_wants_two_people(north, tomas) -> None:
    row = approvals.justify(north, SCOPE, REASON, author=tomas)
    row.approver, row.approved_at = tomas, row.written_at
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    row.approver = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("role", ["compliance", ""])
def test_other_roles_neither_write_nor_approve_nor_give_up(north, tomas, role) -> None:
    other = person("other", role)
    approvals.justify(north, SCOPE, REASON, author=tomas)
    for act in (
        lambda: approvals.justify(north, SCOPE, REASON, author=other),
        lambda: approvals.approve(north, SCOPE, approver=other),
        lambda: approvals.ask(north, SCOPE, by=other),
        lambda: approvals.give_up(north, SCOPE, by=other),
    ):
        with pytest.raises(errors.NotAnAdministrator):
            act()
    tomas.is_active = False
    with pytest.raises(errors.NotAnAdministrator):
        approvals.justify(north, SCOPE, REASON, author=tomas)


@pytest.mark.parametrize(
    ("scope", "reason", "error"),
    [
        (SCOPE, "", errors.JustificationTooShort),
        (SCOPE, "  needed          ", errors.JustificationTooShort),
        (SCOPE, "x" * 2001, errors.JustificationTooShort),
        ("patient/everything", REASON, errors.ScopeMalformed),
        ("<script>", REASON, errors.ScopeMalformed),
    ],
)
def test_a_reason_that_says_nothing_is_refused(north, tomas, scope, reason, error) -> None:
    with pytest.raises(error):
        approvals.justify(north, scope, reason, author=tomas)
    assert not ScopeJustification.objects.exists()


def test_what_nobody_wrote_or_somebody_decided_cannot_be_approved(north, tomas, grace) -> None:
    with pytest.raises(errors.ScopeNotWaiting):
        approvals.approve(north, SCOPE, approver=grace)
    approvals.justify(north, SCOPE, REASON, author=tomas)
    approvals.approve(north, SCOPE, approver=grace)
    with pytest.raises(errors.ScopeNotWaiting):
        approvals.approve(north, SCOPE, approver=grace)


def test_a_scope_given_up_is_neither_asked_for_nor_approved_any_more(north, tomas, grace) -> None:
    approvals.justify(north, SCOPE, REASON, author=tomas)
    approvals.approve(north, SCOPE, approver=grace)
    approvals.give_up(north, SCOPE, by=tomas)
    north.refresh_from_db()
    assert north.scopes == "launch openid"
    with pytest.raises(errors.ScopeUnapproved, match="second one approves"):
        approvals.ask(north, SCOPE, by=grace)
    with pytest.raises(errors.ScopeNotWaiting):
        approvals.give_up(north, SCOPE, by=grace)
    assert told() == ["scope.justified", "scope.approved", "scope.given_up"]


def test_without_being_told_who_opens_what_there_is_no_launch_so_that_stays(north, tomas) -> None:
    for scope in ("launch", "launch/patient", "openid", "fhirUser"):
        with pytest.raises(errors.ScopeEssential):
            approvals.give_up(north, scope, by=tomas)


def test_an_approved_scope_is_asked_for_once_it_is_put_into_the_registration(
    north, tomas, grace
) -> None:
    new = "patient/Condition.rs"
    with pytest.raises(errors.ScopeUnapproved):
        approvals.ask(north, new, by=tomas)
    approvals.justify(north, new, REASON, author=tomas)
    approvals.approve(north, new, approver=grace)
    for _ in range(2):
        approvals.ask(north, new, by=tomas)
    north.refresh_from_db()
    assert north.scopes.split().count(new) == 1
    assert told().count("scope.asked") == 1


def test_an_approval_counts_for_one_ehr_only(north, tomas, grace) -> None:
    south = Ehr.objects.create(
        slug="south", name="South", issuer="https://south.example.org/r4", vendor="generic",
        client_id="us", client_auth="public", scopes=SCOPE,
    )  # fmt: skip
    approvals.justify(north, SCOPE, REASON, author=tomas)
    approvals.approve(north, SCOPE, approver=grace)
    assert approvals.unapproved(south, [SCOPE]) == (SCOPE,)


def test_seeding_is_refused_where_it_may_be_production(north) -> None:
    with pytest.raises(errors.SeedRefused, match="no production"):
        approvals.seed(north, {})
    assert not ScopeJustification.objects.exists()


def test_the_sandbox_is_approved_by_nobody_and_says_so_and_leaves_peoples_words_alone(
    tomas: Any, grace: Any
) -> None:
    said = io.StringIO()
    call_command("connect_sandbox", stdout=said)
    assert "approved by nobody" in said.getvalue()
    epic = Ehr.objects.get(slug="epic")
    approvals.require_approved(epic, epic.scopes)
    row = ScopeJustification.objects.get(ehr=epic, scope="patient/Observation.read")
    assert row.seeded
    assert row.author is row.approver is None
    assert row.justification.startswith("Seeded for the demonstration.")
    assert "Laboratory results" in row.justification
    approvals.justify(epic, row.scope, REASON, author=tomas)
    approvals.approve(epic, row.scope, approver=grace)
    events = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]
    call_command("connect_sandbox", stdout=io.StringIO())
    row.refresh_from_db()
    assert (row.justification, row.seeded) == (REASON, False)
    assert not AuditEvent.objects.filter(pk__gt=events, type__startswith="scope.").exists()


def test_connect_ehr_says_that_nobody_can_open_the_app_before_approval() -> None:
    said = io.StringIO()
    call_command(
        "connect_ehr", "north", "--name=N", "--issuer=https://n.example.org/r4", "--vendor=epic",
        "--client-id=us", "--auth=private_key_jwt", stdout=said,
    )  # fmt: skip
    scopes = Ehr.objects.get().scopes.split()
    assert "patient/Condition.read" in scopes  # Epic's own grammar
    assert "patient/Immunization.read" not in scopes  # no document reads them
    assert f"{len(scopes)} scopes are not approved yet" in said.getvalue()
    assert "/administration/scopes/north/" in said.getvalue()
