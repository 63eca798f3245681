"""What a model's tokens cost: a dated table that came with the software, and one set here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from recommendations.models import ModelPrice

_FILE = Path(__file__).with_name("prices.yaml")
KINDS = ("input", "output", "cache_write", "cache_read")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens from a day on, and where that stands."""

    model_id: str
    since: date
    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_read: Decimal
    source: str
    shipped: bool = True

    def micros(self, tokens: Mapping[str, int]) -> int:
        """Millionths of a dollar: a price for a million tokens is that of one in these."""
        cost = sum(getattr(self, kind) * tokens.get(kind, 0) for kind in KINDS)
        return int(Decimal(cost).to_integral_value())


@cache
def shipped() -> tuple[Price, ...]:
    """The prices that came with the software."""
    told: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Price(
            model_id=row["model"],
            since=row["since"],
            input=Decimal(row["input"]),
            output=Decimal(row["output"]),
            cache_write=Decimal(row["cache_write"]),
            cache_read=Decimal(row["cache_read"]),
            source=f"{row['source']}, read {row['read'].isoformat()}",
        )
        for row in told["prices"]
    )


def every() -> list[Price]:
    """All of them, by model and the newest first; an administrator's before ours of that day."""
    own = map(_own, ModelPrice.objects.all())
    ordered = sorted([*own, *shipped()], key=lambda p: (p.since, not p.shipped), reverse=True)
    return sorted(ordered, key=lambda p: p.model_id)


def _own(row: ModelPrice) -> Price:
    return Price(
        model_id=row.model_id,
        since=row.since,
        input=row.input,
        output=row.output,
        cache_write=row.cache_write,
        cache_read=row.cache_read,
        source=row.source,
        shipped=False,
    )


def price_of(model_id: str, day: date) -> Price | None:
    """What holds for a model on a day; ``None`` where that is not known."""
    found = (p for p in every() if p.since <= day and _same(p.model_id, model_id))
    return next(found, None)


def _same(priced: str, asked: str) -> bool:
    """Whether it is that model: ids may end with the day of a snapshot (``-20251001``)."""
    rest = asked.removeprefix(priced)
    return asked.startswith(priced) and (not rest or (rest[1:].isdigit() and len(rest) == 9))
