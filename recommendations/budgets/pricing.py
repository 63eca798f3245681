"""Entering what a model's tokens cost, beside what came with the software."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from audit.events.budgets import PriceSet
from audit.recorder import record
from recommendations.budgets.errors import BudgetRefused
from recommendations.models import ModelPrice

_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:@/_-]{0,79}")
_MOST = Decimal(100_000)


def set_price(
    model_id: str, *, since: date, dollars: Mapping[str, Decimal], source: str
) -> ModelPrice:
    """Keep a price in the place of that model's of the same day; :class:`BudgetRefused`.

    ``dollars`` are US dollars for a million tokens, by the kinds of :data:`prices.KINDS`. What was
    spent before keeps the cost it was counted with.
    """
    if not _MODEL.fullmatch(model_id):
        raise BudgetRefused("model_malformed", "Name the model by its id, as claude-sonnet-5-5.")
    if not source or len(source) > 300:
        raise BudgetRefused(
            "source_missing", "Say where the price stands: an address, or a contract's name."
        )
    if any(not 0 <= each < _MOST for each in dollars.values()):
        raise BudgetRefused("amount_malformed", "Give amounts in US dollars, as 2.50.")
    with transaction.atomic():
        rows = ModelPrice.objects.select_for_update().filter(model_id=model_id, since=since)
        row = rows.first() or ModelPrice(model_id=model_id, since=since)
        row.source = source
        for kind, amount in dollars.items():
            setattr(row, kind, amount.quantize(Decimal("0.0001")))
        row.save()
        record(PriceSet(model_id=model_id, since=since.isoformat(), told_by=source))
    return row
