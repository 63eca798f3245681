"""What was spent, and whether a draft may still go to the model.

A day's limits are held where a draft begins: what its clinician, its unit and everybody spent that
day, and what the drafts that are being made may still spend. So however many begin at once, a limit
is passed by less than one draft's own limit. The check is made under the lock of the line
(``drafts.places``), which lets nobody begin beside others where a day has a limit. What is spent is
added by the database: no process counts for itself.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from audit.events.budgets import LimitReached as LimitReachedEvent
from audit.recorder import record
from recommendations.budgets.limits import DAILY, Limit, limit_of, today
from recommendations.budgets.prices import KINDS, price_of
from recommendations.models import Draft, LimitReached, ModelLimit, ModelSpend
from recommendations.releases.choosing import unit_key
from smartapp import alerts

logger = logging.getLogger(__name__)

_NAMES = {"cache_written": "cache_write"}  # of the agent's counts, where ours are others


@dataclass(frozen=True, slots=True)
class Spent:
    """One request's tokens at one model; by kind, as in :data:`prices.KINDS`."""

    model_id: str
    tokens: Mapping[str, int]

    @classmethod
    def of(cls, model_id: str, counted: Mapping[str, int]) -> "Spent":
        """From what the agent counted. Thinking is part of the output already."""
        named = {_NAMES.get(kind, kind): number for kind, number in counted.items()}
        return cls(model_id, {kind: named.get(kind, 0) for kind in KINDS})


@dataclass(frozen=True, slots=True)
class Total:
    """Tokens, millionths of a dollar, and how many requests have no price."""

    tokens: int = 0
    cost_micros: int = 0
    unpriced: int = 0


def charge(draft: Draft, spent: Spent) -> None:
    """Add one request to what a draft has spent. Call in a transaction."""
    day = today()
    row, _ = ModelSpend.objects.get_or_create(
        draft=draft,
        day=day,
        model_id=spent.model_id[:80],
        defaults={"clinician": draft.launch.clinician, "unit": unit_key(draft.launch)},
    )
    added = counted(spent, day)
    ModelSpend.objects.filter(pk=row.pk).update(**{n: F(n) + v for n, v in added.items()})


def counted(spent: Spent, day: date) -> dict[str, int]:
    """What one request adds, by the name of the count; the cost by the price of that day."""
    price = price_of(spent.model_id, day)
    added: dict[str, int] = {**spent.tokens, "requests": 1, "tokens": sum(spent.tokens.values())}
    return added | ({"cost_micros": price.micros(spent.tokens)} if price else {"unpriced": 1})


def spent_of(where: Q) -> Total:
    """Add up what was spent."""
    found = ModelSpend.objects.filter(where).aggregate(
        tokens=Sum("tokens"), cost_micros=Sum("cost_micros"), unpriced=Sum("unpriced")
    )
    return Total(*(found[name] or 0 for name in ("tokens", "cost_micros", "unpriced")))


def draft_may_go_on(draft: Draft) -> bool:
    """Whether a draft may ask the model once more."""
    spent = spent_of(Q(draft=draft))
    return not limit_of(ModelLimit.Scope.DRAFT).reached_by(spent.tokens, spent.cost_micros)


def day_is_spent(draft: Draft) -> str:
    """Return the code of the day's limit that keeps a draft from the model; "" where none does.

    Call under the lock of the line, and under the draft's circumstances: where a limit is found
    reached for the first time that day, it is recorded and operations are told.
    """
    for scope in DAILY:
        key = _key(draft, scope)
        if scope == ModelLimit.Scope.UNIT and not key:
            continue
        limit = limit_of(scope, key)
        if limit != Limit() and _reached(limit, scope, key):
            tell_once(draft, scope, key)
            return f"budget_{scope}"
    return ""


def _reached(limit: Limit, scope: str, key: str) -> bool:
    whose = {"user": Q(clinician_id=key), "unit": Q(unit=key), "day": Q()}[scope]
    spent, held = spent_of(Q(day=today()) & whose), _held(scope, key)
    return limit.reached_by(spent.tokens + held.tokens, spent.cost_micros + held.cost_micros)


def _held(scope: str, key: str) -> Total:
    """What the drafts that are with the model may still spend, of the limit of one draft."""
    one = limit_of(ModelLimit.Scope.DRAFT)
    # Asked for under the lock of the line: two queries, and nothing of a chart is loaded.
    going = Draft.objects.filter(
        state=Draft.State.RUNNING, with_model=True, lease_until__gte=timezone.now()
    ).select_related("launch__ehr")
    mine = [each.pk for each in going.only("launch", "launch__unit", "launch__clinician",
            "launch__ehr__slug") if _key(each, scope) == key]  # fmt: skip
    spent = {
        row["draft"]: (row["used"], row["cost"])
        for row in ModelSpend.objects.filter(draft__in=mine)
        .values("draft")
        .annotate(used=Sum("tokens"), cost=Sum("cost_micros"))
    }
    so_far = [spent.get(pk, (0, 0)) for pk in mine]
    return Total(
        tokens=sum(max(0, (one.tokens or 0) - used) for used, _ in so_far),
        cost_micros=sum(max(0, (one.cost_micros or 0) - cost) for _, cost in so_far),
    )


def _key(draft: Draft, scope: str) -> str:
    """What a day's limit of this scope knows a draft by."""
    launch = draft.launch
    return {"user": str(launch.clinician_id), "unit": unit_key(launch), "day": ""}[scope]


def tell_once(draft: Draft, scope: str, key: str) -> None:
    """Record that a day's limit was found reached, and tell operations: the first time that day."""
    day = today()
    _, first = LimitReached.objects.get_or_create(day=day, scope=scope, key=key)
    if not first:
        return
    told = {"scope": scope, "key": key, "day": day.isoformat()}
    record(LimitReachedEvent(draft_id=str(draft.pk), **told))
    alert = {"alert": "budget_spent", **told}
    transaction.on_commit(
        lambda: alerts.tell(f"Countersign: a budget for drafting is spent ({scope})", alert)
    )
