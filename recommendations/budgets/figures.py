"""What was spent today, for operations: by model, and by the scopes that have a limit."""

from collections.abc import Iterator

from django.db.models import Q, Sum

from recommendations.budgets.limits import limit_of, today
from recommendations.budgets.prices import KINDS
from recommendations.budgets.shadows import spent_by_shadows
from recommendations.budgets.spending import spent_of
from recommendations.models import LimitReached, ModelLimit, ModelSpend
from smartapp.metrics import Figure

_SUMMED = (*KINDS, "cost_micros", "unpriced")
_TOKENS = "Tokens of drafting today"
_SHADOWS = "Tokens of drafts made again beside old ones today"
_SHADOWS_COST = "What those cost today as far as prices are known, in US dollars"
_UNPRICED = "Requests of today whose model has no price"
_COST = "What drafting cost today as far as prices are known, in US dollars"


def figures() -> Iterator[Figure]:
    """Return today's tokens and cost by model, and what is left of all's limit."""
    spends = ModelSpend.objects.filter(day=today()).order_by("model_id")
    for model_id in dict.fromkeys(spends.values_list("model_id", flat=True)):
        sums = spends.filter(model_id=model_id).aggregate(*map(Sum, _SUMMED))
        for kind in KINDS:
            told = {"model": model_id, "kind": kind}
            yield Figure("countersign_model_tokens_today", _TOKENS, sums[f"{kind}__sum"], told)
        model, cost = {"model": model_id}, sums["cost_micros__sum"] / 1e6
        yield Figure("countersign_model_cost_usd_today", _COST, cost, model)
        unpriced = sums["unpriced__sum"]
        yield Figure("countersign_model_unpriced_today", _UNPRICED, unpriced, model)
    shadows = spent_by_shadows(Q(day=today()))
    yield Figure("countersign_shadow_tokens_today", _SHADOWS, shadows.tokens)
    yield Figure("countersign_shadow_cost_usd_today", _SHADOWS_COST, shadows.cost_micros / 1e6)
    yield from _of_all()


def _of_all() -> Iterator[Figure]:
    limit, spent = limit_of(ModelLimit.Scope.DAY), spent_of(Q(day=today()))
    about = "How much of today's budget of all together is spent"
    if limit.tokens:
        told = {"of": "tokens"}
        yield Figure("countersign_budget_spent", about, spent.tokens / limit.tokens, told)
    if limit.cost_micros:
        told = {"of": "cost"}
        yield Figure("countersign_budget_spent", about, spent.cost_micros / limit.cost_micros, told)
    for scope in ("user", "unit", "day", "shadow"):
        reached = LimitReached.objects.filter(day=today(), scope=scope).count()
        about = "How many budgets of a kind were spent today"
        yield Figure("countersign_budgets_reached_today", about, reached, {"scope": scope})
