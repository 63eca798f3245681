"""Drafts made again beside old ones: a budget of their own, and a refusal with words and a row."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from recommendations.budgets import figures, limits
from recommendations.budgets.limits import limit_of, set_limit, today
from recommendations.budgets.shadows import spent_by_shadows
from recommendations.budgets.spending import day_is_spent, spent_of
from recommendations.drafts import circumstances
from recommendations.drafts.services import request_draft
from recommendations.models import Draft, ModelSpend, Shadow, ShadowSpend
from recommendations.replays.errors import ShadowBudgetSpent
from recommendations.replays.shadowing import shadow
from smartapp.models import Launch, StaffUser
from tests.recommendations.agent.stand_in import StandIn, model_answer
from tests.recommendations.budgets.test_page import browser, shown
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import made
from tests.recommendations.prompting import released
from tests.recommendations.replays.test_shadow import SECOND

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]


@pytest.fixture
def draft(launch: Launch, model: StandIn, folder: Path) -> Draft:
    launch.unit = "Location/ward-3"
    launch.save()
    row = made(request_draft(launch=launch, document="progress_note"))
    released(folder, "progress_note", 2)
    return row


WARD = "demo/Location/ward-3"


def refusals() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type="release.shadow_refused"))


def test_what_a_shadow_spends_counts_in_its_own_budget_and_in_no_other(
    draft: Draft,
    grace: StaffUser,
) -> None:
    cared = spent_of(Q())
    row = shadow(draft.pk, SECOND, by=grace)
    assert spent_of(Q()) == cared
    assert not ModelSpend.objects.filter(draft_id=row.pk).exists()
    (spend,) = ShadowSpend.objects.all()
    assert (spend.shadow_id, spend.unit, spend.day) == (row.pk, WARD, today())
    kinds = ("input", "output", "cache_write", "cache_read")
    assert spend.tokens == sum(getattr(spend, kind) for kind in kinds) > 0
    assert spend.output == row.usage["output_tokens"]
    assert spend.requests == row.usage["requests"]


def test_where_it_is_spent_nothing_goes_out_and_the_refusal_is_on_record(
    draft: Draft,
    model: StandIn,
    grace: StaffUser,
) -> None:
    set_limit("shadow", "", tokens=1, cost_micros=None)
    shadow(draft.pk, SECOND, by=grace)  # the first one begins, for nothing was spent yet
    asked, kept = len(model.requests), Shadow.objects.count()
    for _ in range(2):
        with pytest.raises(ShadowBudgetSpent, match="spent in this unit"):
            shadow(draft.pk, SECOND, by=grace)
    assert (len(model.requests), Shadow.objects.count()) == (asked, kept)
    rows = refusals()
    assert len(rows) == 2
    assert {(row.code, row.outcome) for row in rows} == {("budget_shadow", "refused")}
    assert {row.actor for row in rows} == {f"staff|{grace.pk}"}
    assert {row.detail["unit"] for row in rows} == {WARD}
    assert {row.draft_id for row in rows} == {str(draft.pk)}
    (told,) = AuditEvent.objects.filter(type="budget.spent")
    assert (told.detail["scope"], told.detail["key"]) == ("shadow", WARD)
    with pytest.raises(CommandError, match=r"budget_shadow: .*/administration/budgets/"):
        call_command("shadow", str(draft.pk), prompt=2, by="grace", stdout=io.StringIO())


def test_it_is_held_between_two_requests_too(
    draft: Draft,
    model: StandIn,
    grace: StaffUser,
) -> None:
    set_limit("shadow", "", tokens=1, cost_micros=None)
    model.script = [model_answer] * 3
    row = shadow(draft.pk, SECOND, by=grace)
    assert (row.code, row.usage["requests"]) == ("budget_spent", 1)


def test_one_unit_s_budget_leaves_another_s_alone_and_no_clinician_waits_for_it(
    draft: Draft,
    grace: StaffUser,
) -> None:
    set_limit("shadow", WARD, tokens=1, cost_micros=None)
    shadow(draft.pk, SECOND, by=grace)
    with pytest.raises(ShadowBudgetSpent):
        shadow(draft.pk, SECOND, by=grace)
    elsewhere = made(request_draft(launch=people.launch("p2"), document="progress_note"))
    assert shadow(elsewhere.pk, SECOND, by=grace).code == ""
    with circumstances.of(draft.launch):
        assert day_is_spent(draft) == ""


def test_a_new_day_begins_anew(
    draft: Draft,
    grace: StaffUser,
) -> None:
    set_limit("shadow", "", tokens=1, cost_micros=None)
    shadow(draft.pk, SECOND, by=grace)
    ShadowSpend.objects.update(day="2026-01-01")
    assert shadow(draft.pk, SECOND, by=grace).pk


def test_the_environment_limits_them_where_nobody_did(settings: Any) -> None:
    assert limit_of("shadow", WARD).tokens == 2_000_000
    settings.MODEL_LIMITS = {"shadow_tokens": 0, "shadow_cost_micros": 5_000_000}
    assert limit_of("shadow", WARD) == limits.Limit(None, 5_000_000)
    assert limits.Limit(None, 5_000_000).reached_by(0, 5_000_000)


def test_page_and_metrics_tell_of_them_apart(
    draft: Draft,
    grace: StaffUser,
) -> None:
    shadow(draft.pk, SECOND, by=grace)
    spent = spent_by_shadows(Q())
    text = shown(browser())
    assert "Drafts made again beside old ones" in text
    assert f"{spent.tokens:,}" in text
    told = {each.name: each.value for each in figures.figures() if not each.labels}
    assert told["countersign_shadow_tokens_today"] == spent.tokens
    client: Client = browser()
    client.post(reverse("budget-set"), {"scope": "shadow", "key": WARD, "tokens": "9"})
    assert limit_of("shadow", WARD).tokens == 9
