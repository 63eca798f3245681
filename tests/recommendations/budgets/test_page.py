"""The page on budgets: limits and prices set by administrators, and what was spent today."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, ConfigurationChange
from audit.templatetags import desk
from recommendations.budgets.prices import price_of, shipped
from recommendations.budgets.spending import Spent, charge
from recommendations.models import ModelLimit, ModelPrice
from smartapp.models import StaffUser
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db

PRICE = {
    "model_id": "our-model", "since": "2026-11-01", "input": "1.5", "output": "$6",
    "cache_write": "2", "cache_read": "0.15", "source": "Contract 7",
}  # fmt: skip


def browser(role: str = "administrator") -> Client:
    client = Client()
    user, _ = StaffUser.objects.get_or_create(username=role, role=role)
    client.force_login(user)
    return client


def shown(client: Client) -> str:
    answer = client.get(reverse("budgets"))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_limit_is_set_replaced_and_removed_each_with_its_row_in_the_trail() -> None:
    client = browser()
    client.post(reverse("budget-set"), {"scope": "user", "tokens": "200,000", "usd": ""})
    client.post(reverse("budget-set"), {"scope": "user", "tokens": "", "usd": "12.50"})
    row = ModelLimit.objects.get()
    assert (row.tokens, row.cost_micros) == (None, 12_500_000)
    assert "$12.50" in shown(client)
    client.post(reverse("budget-remove", args=[row.pk]))
    assert not ModelLimit.objects.exists()
    rows = AuditEvent.objects.filter(type__startswith="budget.").order_by("pk")
    assert [each.type for each in rows] == ["budget.set", "budget.set", "budget.removed"]
    assert all(each.actor.startswith("staff|") for each in rows)
    changes = ConfigurationChange.objects.filter(content_type__model="modellimit")
    assert changes.count() == 3


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"scope": "user"}, "Give a number of tokens, an amount, or both."),
        ({"scope": "user", "tokens": "many"}, "Give the tokens as a number."),
        ({"scope": "user", "usd": "NaN"}, "Give amounts in US dollars"),
        ({"scope": "user", "key": "x", "tokens": "5"}, "Only a unit can have a limit of its own."),
        ({"scope": "week", "tokens": "5"}, "Choose what the limit is of."),
    ],
)
def test_what_is_no_limit_is_refused_with_what_to_do(wrong: dict[str, str], told: str) -> None:
    client = browser()
    client.post(reverse("budget-set"), wrong)
    assert told in shown(client)
    assert not ModelLimit.objects.exists()


def test_a_price_is_entered_with_its_day_and_source() -> None:
    client = browser()
    client.post(reverse("price-set"), PRICE)
    row = ModelPrice.objects.get()
    assert (row.output, row.source) == (Decimal(6), "Contract 7")
    text = shown(client)
    assert "Contract 7" in text
    assert "https://platform.claude.com/docs/en/about-claude/pricing, read 2026-11-29" in text
    cells = re.findall(
        r'<td data-label="(?:Sent|Kept|Read again|Written)" class="num">([^<]+)<', text
    )
    assert len(cells) == 4 * (len(shipped()) + 1)
    assert {"1.50", "6.00", "0.15", "6.25", "0.20"} <= set(cells)
    assert all(re.fullmatch(r"\d+\.\d\d", each) for each in cells)
    event = AuditEvent.objects.get(type="budget.priced")
    assert event.detail == {"model_id": "our-model", "since": "2026-11-01", "told_by": "Contract 7"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("source", ""), ("since", "soon"), ("input", "-1"), ("input", "1e9"), ("model_id", "<b>")],
)
def test_what_is_no_price_is_refused(field: str, value: str) -> None:
    client = browser()
    client.post(reverse("price-set"), {**PRICE, field: value})
    assert "Nothing was entered." in shown(client)
    assert not ModelPrice.objects.exists()


def test_it_tells_what_units_spent_and_what_has_no_price_and_nobodys_name() -> None:
    launch = people.launch()
    launch.unit = "Location/ward-3"
    launch.save()
    with transaction.atomic():
        for name in ("claude-sonnet-5-5", "our-model"):
            charge(people.draft(of=launch, state="ready"), Spent.of(name, {"input": 1_000_000}))
    text = shown(browser())
    assert "demo/Location/ward-3" in text
    assert "2,000,000" in text
    assert "The cost of our-model is not known." in text
    assert "Vale" not in text


@pytest.mark.parametrize("name", ["budget-set", "price-set"])
def test_only_administrators_come_in(name: str) -> None:
    assert Client().get(reverse("budgets")).status_code == 302
    reviewer = browser("compliance")
    assert reviewer.get(reverse("budgets")).status_code == 403
    assert reviewer.post(reverse(name), {**PRICE, "scope": "day", "tokens": "1"}).status_code == 403
    assert not ModelLimit.objects.exists()
    assert not ModelPrice.objects.exists()


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("5", "5.00"),
        ("0.2", "0.20"),
        ("0.1250", "0.125"),
        ("0.0125", "0.0125"),
        ("1200", "1,200.00"),
    ],
)
def test_a_price_has_two_decimals_or_those_it_has(amount: str, told: str) -> None:
    assert desk.price(Decimal(amount)) == told


@pytest.mark.parametrize(
    ("micros", "told"),
    [(0, "$0.00"), (4_999, "under $0.01"), (5_000, "$0.01"), (1_234_567_890, "$1,234.57")],
)
def test_what_was_spent_stands_in_cents(micros: int, told: str) -> None:
    assert desk.cents(micros) == told


def test_every_price_that_came_with_the_software_says_where_it_stands_and_when_it_was_read() -> (
    None
):
    for each in shipped():
        assert re.search(r".{20,}, read \d{4}-\d\d-\d\d$", each.source)
        assert "confirmed" not in each.source
        assert Decimal("1.25") * each.input == each.cache_write
        assert each.cache_read < each.input < each.output


def test_a_cut_of_a_price_holds_from_its_day_on() -> None:
    before, after = (price_of("claude-sonnet-5-5", date(2026, 10, day)) for day in (6, 7))
    assert before is not None
    assert after is not None
    assert (before.cache_read, after.cache_read) == (Decimal("0.20"), Decimal("0.10"))
    assert price_of("claude-sonnet-5-5", date(2026, 9, 27)) is None


@pytest.mark.parametrize(
    ("address", "sent", "act", "code"),
    [
        ("budget-set", {"scope": "month", "tokens": "5"}, "set", "scope_unknown"),
        ("budget-set", {"scope": "user", "key": "Mallory", "tokens": "5"}, "set", "key_not_taken"),
        ("budget-set", {"scope": "day"}, "set", "nothing_given"),
        ("budget-set", {"scope": "day", "tokens": "0"}, "set", "out_of_bounds"),
        ("budget-set", {"scope": "day", "tokens": "many"}, "set", "tokens_malformed"),
        ("budget-set", {"scope": "day", "usd": "much"}, "set", "amount_malformed"),
        ("price-set", {**PRICE, "model_id": "our model!"}, "price", "model_malformed"),
        ("price-set", {**PRICE, "source": ""}, "price", "source_missing"),
        ("price-set", {**PRICE, "since": "soon"}, "price", "day_malformed"),
        ("price-set", {**PRICE, "input": "-1"}, "price", "amount_malformed"),
    ],
)
def test_what_is_refused_is_on_record_with_its_code_and_without_what_was_typed(
    address: str, sent: dict[str, str], act: str, code: str
) -> None:
    browser().post(reverse(address), sent)
    (row,) = AuditEvent.objects.filter(type__startswith="budget.")
    assert (row.type, row.outcome, row.code) == ("budget.refused", "refused", code)
    assert row.detail == {"act": act}
    assert row.actor.startswith("staff|")
    assert not ModelLimit.objects.exists()
    assert not ModelPrice.objects.exists()


def test_a_limit_that_is_not_there_cannot_be_removed_and_that_is_on_record() -> None:
    browser().post(reverse("budget-remove", args=[7]))
    assert AuditEvent.objects.get(type="budget.refused").code == "limit_unknown"
