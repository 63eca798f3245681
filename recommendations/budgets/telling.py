"""What the administrators' page tells of budgets: limits, what was spent today, prices."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from recommendations.budgets.limits import Limit, of_settings, today
from recommendations.budgets.prices import price_of
from recommendations.models import LimitReached, ModelLimit, ModelSpend, ShadowSpend


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit as the page shows it; ``pk`` is None where the environment sets it."""

    scope: str
    label: str
    key: str
    limit: Limit
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class SpendRow:
    """What was spent today by one unit, or at one model."""

    name: str
    drafts: int
    tokens: int
    cost_micros: int
    unpriced: int
    reached: bool = False


def limits() -> list[LimitRow]:
    """Every limit there is; of each scope at least the line that says there is none."""
    set_here = list(ModelLimit.objects.order_by("key"))
    rows = []
    for scope in ModelLimit.Scope:
        own = [row for row in set_here if row.scope == scope]
        if not any(not row.key for row in own):
            rows.append(LimitRow(scope.value, str(scope.label), "", of_settings(scope)))
        rows += [
            LimitRow(scope.value, str(scope.label), r.key, Limit(r.tokens, r.cost_micros), r.pk)
            for r in own
        ]
    return rows


def units() -> list[SpendRow]:
    """What each unit spent today."""
    reached = set(
        LimitReached.objects.filter(day=today(), scope="unit").values_list("key", flat=True)
    )
    return [SpendRow(*row, reached=row[0] in reached) for row in _sums("unit")]


def models() -> list[SpendRow]:
    """What was spent at each model today, by clinicians' drafts."""
    return [SpendRow(*row) for row in _sums("model_id")]


def shadows() -> list[SpendRow]:
    """What drafts made again beside old ones spent today, by the unit of the old ones."""
    reached = LimitReached.objects.filter(day=today(), scope=ModelLimit.Scope.SHADOW)
    keys = set(reached.values_list("key", flat=True))
    rows = ShadowSpend.objects.filter(day=today()).values("unit").order_by("unit")
    sums = rows.annotate(
        drafts=Count("shadow_id", distinct=True),
        t=Sum("tokens"),
        c=Sum("cost_micros"),
        u=Sum("unpriced"),
    )
    return [
        SpendRow(r["unit"], r["drafts"], r["t"], r["c"], r["u"], reached=r["unit"] in keys)
        for r in sums
    ]


def without_price() -> list[str]:
    """The models that were asked and have no price."""
    asked = {row.name for row in models()}
    asked |= set(ShadowSpend.objects.filter(day=today()).values_list("model_id", flat=True))
    return [name for name in sorted(asked) if price_of(name, today()) is None]


def _sums(by: str) -> list[tuple[str, int, int, int, int]]:
    rows = ModelSpend.objects.filter(day=today()).order_by(by)
    found: list[tuple[str, int, int, int, int]] = []
    for name in dict.fromkeys(rows.values_list(by, flat=True)):
        mine = rows.filter(**{by: name})
        sums = mine.aggregate(t=Sum("tokens"), c=Sum("cost_micros"), u=Sum("unpriced"))
        drafts = mine.order_by().values("draft").distinct().count()
        found.append((name, drafts, sums["t"], sums["c"], sums["u"]))
    return found
