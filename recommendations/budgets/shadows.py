"""What drafts made again beside old ones may cost: a budget of their own, a day and a unit.

They are work of the hospital's administrators, so no clinician's and no unit's budget for care
pays for them, and none of them keeps a clinician from a draft. The limit is held before a shadow
begins and between two of its requests: it is passed by less than one answer of each under way.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum

from audit.events.releases import ShadowRefused
from audit.recorder import record
from recommendations.budgets.limits import limit_of, today
from recommendations.budgets.spending import Spent, Total, counted, tell_once
from recommendations.models import Draft, ModelLimit, ShadowSpend

BUDGET_SPENT = "budget_shadow"
_SCOPE = ModelLimit.Scope.SHADOW


def charge_shadow(shadow_id: UUID, unit: str, spent: Spent) -> None:
    """Add one request to what a shadow has spent. Call in a transaction."""
    row, _ = ShadowSpend.objects.get_or_create(
        shadow_id=shadow_id, day=today(), model_id=spent.model_id[:80], defaults={"unit": unit}
    )
    added = counted(spent, row.day)
    ShadowSpend.objects.filter(pk=row.pk).update(**{n: F(n) + v for n, v in added.items()})


def spent_by_shadows(where: Q) -> Total:
    """Add up what they spent."""
    found = ShadowSpend.objects.filter(where).aggregate(
        tokens=Sum("tokens"), cost_micros=Sum("cost_micros"), unpriced=Sum("unpriced")
    )
    return Total(*(found[name] or 0 for name in ("tokens", "cost_micros", "unpriced")))


def shadow_may_go_on(shadow_id: UUID, unit: str) -> bool:
    """Whether a shadow may ask the model once more: by its unit's day, and as one draft."""
    one = spent_by_shadows(Q(shadow_id=shadow_id))
    whole = limit_of(ModelLimit.Scope.DRAFT).reached_by(one.tokens, one.cost_micros)
    return not whole and not _day_is_spent(unit)


@transaction.atomic
def refused_for_budget(draft: Draft, unit: str) -> bool:
    """Whether nothing is left for another shadow of the unit today; put on record where so."""
    if not _day_is_spent(unit):
        return False
    tell_once(draft, _SCOPE.value, unit)
    record(
        ShadowRefused(draft_id=str(draft.pk), document=draft.document, unit=unit, code=BUDGET_SPENT)
    )
    return True


def _day_is_spent(unit: str) -> bool:
    spent = spent_by_shadows(Q(day=today(), unit=unit))
    return limit_of(_SCOPE, unit).reached_by(spent.tokens, spent.cost_micros)
