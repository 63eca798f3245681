"""Limits: what administrators set, else what the environment sets, else none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.events.budgets import LimitRemoved, LimitSet
from audit.recorder import record
from recommendations.budgets.errors import BudgetRefused
from recommendations.models import ModelLimit

DAILY = (ModelLimit.Scope.USER, ModelLimit.Scope.UNIT, ModelLimit.Scope.DAY)
_MOST = 10**15


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tokens and millionths of a dollar; ``None``: no limit."""

    tokens: int | None = None
    cost_micros: int | None = None

    def reached_by(self, tokens: int, cost_micros: int) -> bool:
        """Whether nothing is left of it."""
        spent = self.tokens is not None and tokens >= self.tokens
        return spent or (self.cost_micros is not None and cost_micros >= self.cost_micros)


def today() -> date:
    """The day whose budget is being spent, in the zone of the trail."""
    return timezone.now().astimezone(ZoneInfo(settings.AUDIT_TIME_ZONE)).date()


def of_settings(scope: str) -> Limit:
    """What the environment sets; 0 is none."""
    found: Mapping[str, int] = settings.MODEL_LIMITS
    return Limit(found.get(f"{scope}_tokens") or None, found.get(f"{scope}_cost_micros") or None)


def limit_of(scope: str, key: str = "") -> Limit:
    """What holds: the key's own, else the scope's, else the environment's."""
    rows = {row.key: row for row in ModelLimit.objects.filter(scope=scope, key__in={key, ""})}
    row = rows.get(key) or rows.get("")
    return Limit(row.tokens, row.cost_micros) if row else of_settings(scope)


def any_daily() -> bool:
    """Whether any day's limit is set, whoever's."""
    of_environment = any(of_settings(scope) != Limit() for scope in DAILY)
    return of_environment or ModelLimit.objects.filter(scope__in=DAILY).exists()


def set_limit(scope: str, key: str, *, tokens: int | None, cost_micros: int | None) -> ModelLimit:
    """Set one in the place of what was; raises :class:`BudgetRefused`."""
    if scope not in ModelLimit.Scope.values:
        raise BudgetRefused("scope_unknown", "Choose what the limit is of.")
    if key and scope not in {ModelLimit.Scope.UNIT, ModelLimit.Scope.SHADOW}:
        raise BudgetRefused("key_not_taken", "Only a unit can have a limit of its own.")
    if tokens is None and cost_micros is None:
        raise BudgetRefused("nothing_given", "Give a number of tokens, an amount, or both.")
    if any(not 0 < each < _MOST for each in (tokens, cost_micros) if each is not None):
        raise BudgetRefused("out_of_bounds", "Give numbers above 0 and below a billion.")
    with transaction.atomic():
        # Of two who set the first one at once, the later has the last word.
        row, new = ModelLimit.objects.select_for_update().get_or_create(
            scope=scope, key=key, defaults={"tokens": tokens, "cost_micros": cost_micros}
        )
        if not new:
            row.tokens, row.cost_micros = tokens, cost_micros
            row.save()
        record(LimitSet(scope=scope, key=key, tokens=tokens, cost_micros=cost_micros))
    return row


def remove_limit(pk: int) -> bool:
    """End one; tell whether there was one."""
    with transaction.atomic():
        row = ModelLimit.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return False
        record(LimitRemoved(scope=row.scope, key=row.key))
        row.delete()
    return True
