"""What was spent, by whom, and what happens when nothing is left."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEvent
from recommendations.agent import model_client
from recommendations.budgets import figures, limits, prices
from recommendations.budgets.limits import Limit, limit_of, set_limit, today
from recommendations.budgets.pricing import set_price
from recommendations.budgets.spending import Spent, charge, day_is_spent, spent_of
from recommendations.drafts import circumstances, drafting, places
from recommendations.models import Draft, LimitReached, ModelLimit, ModelSpend
from recommendations.views.wording import fell_back
from smartapp import alerts
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.charts import ChartReader
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "claude-sonnet-5-5"
REQUEST = Spent.of(MODEL, {"input": 1000, "output": 200, "cache_written": 400, "cache_read": 8000})


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.MODEL_LIMITS = {}
    settings.MODEL_API_KEY = "a key"


@pytest.fixture
def model(settings: Any) -> Iterator[StandIn]:
    stand_in = StandIn()
    settings.MODEL_BASE_URL = "https://model.invalid"
    settings.MODEL_TRANSPORT_FACTORY = stand_in.transport
    yield stand_in
    model_client.forget()


def of_unit(patient: str, user: str, unit: str) -> Draft:
    launch = people.launch(patient, user)
    launch.unit = unit
    launch.save()
    return people.draft(of=launch)


def charged(draft: Draft, times: int = 1) -> None:
    with transaction.atomic():
        for _ in range(times):
            charge(draft, REQUEST)


def why_not(draft: Draft) -> str:
    with circumstances.of(draft.launch), transaction.atomic():
        return day_is_spent(draft)


def made(draft: Draft) -> Draft:
    drafting.make(draft.pk, reads=lambda launch: ChartReader(CHART))
    draft.refresh_from_db()
    return draft


def test_all_kinds_of_tokens_count_each_at_its_price() -> None:
    draft = people.draft()
    charged(draft, 2)
    spent = spent_of(Q(draft=draft))
    # 1000 x $2 + 200 x $10 + 400 x $2.50 + 8000 x $0.10 a million: $0.0058 a request.
    assert (spent.tokens, spent.cost_micros, spent.unpriced) == (2 * 9600, 2 * 5800, 0)
    row = ModelSpend.objects.get()
    assert (row.requests, row.input, row.output, row.cache_write, row.cache_read) == (
        2, 2000, 400, 800, 16000,
    )  # fmt: skip


def test_a_model_without_a_price_costs_what_nobody_knows() -> None:
    draft = people.draft()
    with transaction.atomic():
        charge(draft, Spent.of("another-model", {"input": 10, "output": 10}))
    spent = spent_of(Q(draft=draft))
    assert (spent.tokens, spent.cost_micros, spent.unpriced) == (20, 0, 1)


def test_a_price_holds_from_its_day_on_and_ones_own_goes_before_the_list() -> None:
    listed = prices.price_of(MODEL, date(2026, 11, 29))
    assert listed is not None
    assert (listed.input, listed.cache_read) == (Decimal(2), Decimal("0.10"))
    dollars = dict.fromkeys(prices.KINDS, Decimal(1))
    with transaction.atomic():
        set_price(MODEL, since=date(2026, 12, 1), dollars=dollars, source="Our contract")
    before, after = (prices.price_of(MODEL, date(2026, m, d)) for m, d in ((11, 30), (12, 1)))
    assert before == listed
    assert after is not None
    assert (after.input, after.source, after.shipped) == (Decimal(1), "Our contract", False)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("claude-haiku-4-5-20251001", True),
        ("claude-haiku-4-5", True),
        ("claude-haiku-4-5-fast", False),
        ("claude-haiku-4", False),
        ("", False),
    ],
)
def test_a_snapshot_costs_what_its_model_costs_and_nothing_else_does(
    asked: str, known: bool
) -> None:
    assert (prices.price_of(asked, date(2026, 11, 30)) is not None) is known


@pytest.mark.django_db(transaction=True)
def test_a_limit_that_two_set_at_once_is_set_once_and_both_are_recorded() -> None:
    gate = threading.Barrier(2)
    failed: list[BaseException] = []

    def setting(tokens: int) -> None:
        try:
            gate.wait(timeout=10)
            set_limit("day", "", tokens=tokens, cost_micros=None)
        except BaseException as error:  # told by the test, which waits in another thread
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=setting, args=(number,)) for number in (1000, 2000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failed == []
    assert ModelLimit.objects.get().tokens in {1000, 2000}
    told = AuditEvent.objects.filter(type="budget.set").order_by("pk")
    assert {row.detail["tokens"] for row in told} == {1000, 2000}
    assert told.last().detail["tokens"] == ModelLimit.objects.get().tokens


def test_processes_that_charge_at_once_lose_nothing() -> None:
    draft = people.draft()
    charged(draft)

    def many() -> None:
        try:
            for _ in range(10):
                charged(Draft.objects.get(pk=draft.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spent_of(Q(draft=draft)).tokens == 41 * 9600


@pytest.mark.parametrize("scope", ["user", "unit", "day"])
def test_a_days_limit_keeps_only_its_own_from_the_model(scope: str) -> None:
    mine = of_unit("p1", "Practitioner/1", "Location/a")
    same_user = of_unit("p2", "Practitioner/1", "Location/b")
    same_unit = of_unit("p3", "Practitioner/2", "Location/a")
    other = of_unit("p4", "Practitioner/3", "Location/c")
    set_limit(scope, "", tokens=9600, cost_micros=None)
    assert why_not(mine) == ""
    charged(mine)
    spent = {mine, {"user": same_user, "unit": same_unit, "day": other}[scope]}
    if scope == "day":
        spent |= {same_user, same_unit}
    for draft in (mine, same_user, same_unit, other):
        assert why_not(draft) == (f"budget_{scope}" if draft in spent else "")


def test_a_limit_in_dollars_holds_too_and_one_unit_may_have_its_own() -> None:
    mine = of_unit("p1", "Practitioner/1", "Location/a")
    other = of_unit("p2", "Practitioner/2", "Location/b")
    set_limit("unit", "", tokens=None, cost_micros=5800)
    set_limit("unit", "demo/Location/b", tokens=None, cost_micros=1_000_000)
    charged(mine)
    charged(other)
    assert (why_not(mine), why_not(other)) == ("budget_unit", "")


def test_yesterdays_spending_is_not_todays() -> None:
    draft = people.draft()
    set_limit("day", "", tokens=1, cost_micros=None)
    charged(draft)
    ModelSpend.objects.update(day=today() - timedelta(days=1))
    assert why_not(draft) == ""


def test_what_drafts_in_the_making_may_still_spend_is_held_back(settings: Any) -> None:
    settings.MODEL_LIMITS = {"draft_tokens": 10_000}
    set_limit("day", "", tokens=25_000, cost_micros=None)
    drafts = [people.draft(of=people.launch(f"p{n}", f"Practitioner/{n}")) for n in range(4)]
    turns = []
    for draft in drafts:
        with transaction.atomic():
            turn = places.turn(draft.pk)
            assert turn is not None
            with circumstances.of(draft.launch):
                drafting._claimed(draft, turn)
            turns.append(turn.without_model)
    # Three of 10,000 begin: the third while 5,000 are left. None begins once nothing is.
    assert turns == ["", "", "", "budget_day"]
    # A worker that is lost holds nothing back for longer than its lease.
    late = timezone.now() - timedelta(seconds=1)
    Draft.objects.filter(state="running").update(lease_until=late)
    assert why_not(drafts[3]) == ""


def test_holding_back_takes_as_many_queries_for_many_drafts_as_for_one(settings: Any) -> None:
    settings.MODEL_LIMITS = {"draft_tokens": 10}
    set_limit("day", "", tokens=10**9, cost_micros=None)
    asking = people.draft()
    taken = []
    for number in range(3):
        going = people.draft(of=people.launch(f"p{number}", f"Practitioner/{number}"))
        until = timezone.now() + timedelta(minutes=1)
        Draft.objects.filter(pk=going.pk).update(
            state="running", with_model=True, lease_until=until
        )
        with CaptureQueriesContext(connection) as asked:
            assert why_not(asking) == ""
        taken.append(len(asked))
    assert len(set(taken)) == 1


def test_a_spent_budget_is_recorded_and_told_once_a_day(settings: Any) -> None:
    settings.ALERT_MAIL_TO = ["operations@hospital.example"]
    settings.ALERT_MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    first, second = people.draft(), people.draft(of=people.launch("p2"))
    set_limit("day", "", tokens=9600, cost_micros=None)
    charged(first)
    assert why_not(first) == why_not(second) == "budget_day"
    alerts.tell("waits until the others are sent", {}).result(timeout=10)
    (row,) = AuditEvent.objects.filter(type="budget.spent")
    assert (row.draft_id, row.detail["scope"]) == (str(first.pk), "day")
    assert LimitReached.objects.count() == 1
    subjects = [each.subject for each in mail.outbox]
    assert subjects[0] == "Countersign: a budget for drafting is spent (day)"
    assert len(subjects) == 2
    assert "patient" not in mail.outbox[0].body.lower()


def test_a_draft_beyond_the_budget_is_made_by_rules_and_asks_no_model(model: StandIn) -> None:
    before = people.draft(of=people.launch("p0"), state="ready")
    charged(before)
    set_limit("user", "", tokens=9600, cost_micros=None)
    draft = made(people.draft())
    assert (draft.state, draft.drafter, draft.fallback_code) == ("ready", "offline", "budget_user")
    assert model.requests == []
    event = AuditEvent.objects.get(type="draft.fell_back")
    assert (event.code, event.draft_id) == ("budget_user", str(draft.pk))
    words = fell_back(draft.fallback_code)
    assert words is not None
    assert words.title == "Your budget for AI drafts is spent today"


def test_a_draft_with_the_model_keeps_its_tokens_and_its_cost(
    model: StandIn, settings: Any
) -> None:
    settings.MODEL_ID = MODEL
    draft = made(people.draft())
    spent = spent_of(Q(draft=draft))
    assert draft.drafter == "claude"
    usage = draft.usage
    kinds = ("input", "output", "cache_written", "cache_read")
    assert spent.tokens == sum(usage.get(f"{kind}_tokens", 0) for kind in kinds) > 0
    assert usage["cost_micros"] == spent.cost_micros > 0
    assert "unpriced_requests" not in usage
    told = AuditEvent.objects.get(type="draft.ready").detail["usage"]
    assert told["cost_micros"] == spent.cost_micros


def test_one_drafts_own_limit_ends_it_between_two_requests(model: StandIn) -> None:
    set_limit("draft", "", tokens=1, cost_micros=None)
    draft = made(people.draft())
    assert (draft.state, draft.drafter, draft.fallback_code) == ("ready", "offline", "budget_spent")
    assert len(model.requests) == 1
    assert spent_of(Q(draft=draft)).tokens > 0


def test_limits_of_the_environment_hold_where_nothing_is_set(settings: Any) -> None:
    settings.MODEL_LIMITS = {"user_tokens": 5, "user_cost_micros": 0}
    assert limit_of("user") == Limit(tokens=5)
    row = set_limit("user", "", tokens=7, cost_micros=None)
    assert limit_of("user") == Limit(tokens=7)
    assert limits.remove_limit(row.pk)
    assert not limits.remove_limit(row.pk)
    assert limit_of("user") == Limit(tokens=5)


@pytest.mark.parametrize(
    ("scope", "key", "tokens", "cost"),
    [
        ("month", "", 5, None),
        ("user", "somebody", 5, None),
        ("day", "", None, None),
        ("day", "", 0, None),
        ("day", "", None, 10**15),
    ],
)
def test_what_is_no_limit_is_refused(
    scope: str, key: str, tokens: int | None, cost: int | None
) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        set_limit(scope, key, tokens=tokens, cost_micros=cost)
    assert not ModelLimit.objects.exists()


def test_figures_tell_of_tokens_cost_and_budgets_and_of_nobody() -> None:
    draft = of_unit("p1", "Practitioner/1", "Location/a")
    set_limit("day", "", tokens=19_200, cost_micros=None)
    charged(draft)
    told = {(each.name, *each.labels.values()): each.value for each in figures.figures()}
    assert told["countersign_model_tokens_today", MODEL, "input"] == 1000
    assert told["countersign_model_cost_usd_today", MODEL] == pytest.approx(0.0058)
    assert told["countersign_budget_spent", "tokens"] == 0.5
    words = " ".join(map(str, told))
    assert "Practitioner" not in words
    assert "Location" not in words
