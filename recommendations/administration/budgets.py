"""The administrators' page on what drafting may cost: limits, what was spent today, prices."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.events.budgets import BudgetChangeRefused
from audit.recorder import record
from recommendations.budgets import limits, prices, pricing, telling
from recommendations.budgets.errors import BudgetRefused
from recommendations.models import ModelLimit
from smartapp.models import StaffUser
from smartapp.staff.doors import role_required

_administrators = role_required(StaffUser.Role.ADMINISTRATOR)


@require_safe
@_administrators
def page(request: HttpRequest) -> HttpResponse:
    """Show it; nothing of a patient, and no clinician by name."""
    context = {
        "nav": "budgets",
        "day": limits.today(),
        "limits": telling.limits(),
        "units": telling.units(),
        "models": telling.models(),
        "shadows": telling.shadows(),
        "without_price": telling.without_price(),
        "prices": prices.every(),
        "scopes": ModelLimit.Scope.choices,
    }
    return render(request, "administration/budgets.html", context)


@require_POST
@_administrators
def set_limit(request: HttpRequest) -> HttpResponse:
    """Set a limit in the place of what was."""
    given = request.POST
    try:
        row = limits.set_limit(
            given.get("scope", ""),
            given.get("key", "").strip()[:200],
            tokens=_tokens(given),
            cost_micros=_micros(given),
        )
    except BudgetRefused as refused:
        _record_refusal("set", refused.code)
        messages.error(request, f"Nothing was set. {refused}")
    else:
        messages.success(request, f"Set: {row.get_scope_display().lower()}.")
    return redirect("budgets")


@require_POST
@_administrators
def remove_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """End a limit."""
    if limits.remove_limit(pk):
        messages.success(request, "Removed. What the environment sets holds again, if anything.")
    else:
        _record_refusal("remove", "limit_unknown")
        messages.info(request, "There is no such limit any more.")
    return redirect("budgets")


@require_POST
@_administrators
def set_price(request: HttpRequest) -> HttpResponse:
    """Enter what a model's tokens cost from a day on."""
    given = request.POST
    try:
        row = pricing.set_price(
            given.get("model_id", "").strip(),
            since=_day(given.get("since", "")),
            dollars={kind: _dollars(given.get(kind, "")) for kind in prices.KINDS},
            source=given.get("source", "").strip(),
        )
    except BudgetRefused as refused:
        _record_refusal("price", refused.code)
        messages.error(request, f"Nothing was entered. {refused}")
    else:
        messages.success(request, f"Entered for {row.model_id}, from {row.since:%d %b %Y} on.")
    return redirect("budgets")


def _tokens(given: QueryDict) -> int | None:
    text = given.get("tokens", "").strip().replace(",", "").replace(" ", "")
    if text and not text.isdecimal():
        raise BudgetRefused("tokens_malformed", "Give the tokens as a number.")
    return int(text[:16]) if text else None


def _micros(given: QueryDict) -> int | None:
    text = given.get("usd", "").strip()
    return int(_dollars(text) * 1_000_000) if text else None


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        raise BudgetRefused("amount_malformed", "Give amounts in US dollars, as 2.50.") from None
    if not amount.is_finite() or not 0 <= amount < 1_000_000:
        raise BudgetRefused("amount_malformed", "Give amounts in US dollars, as 2.50.")
    return amount


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        words = "Give the day from which the price holds, as 2026-10-07."
        raise BudgetRefused("day_malformed", words) from None


@transaction.atomic
def _record_refusal(act: str, code: str) -> None:
    record(BudgetChangeRefused(act=act, code=code))
