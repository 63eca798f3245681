"""What drafting with a model may cost: limits and prices that were set, and limits reached."""

from typing import ClassVar

from audit.events.base import Event, Outcome


class LimitSet(Event):
    """An administrator limited what drafting may cost."""

    type: ClassVar[str] = "budget.set"
    wording: ClassVar[str] = "set a budget for drafting"

    scope: str  # "draft", "user", "unit", "day"
    key: str = ""  # EHR/unit
    tokens: int | None = None
    cost_micros: int | None = None  # millionths of a US dollar


class LimitRemoved(Event):
    """An administrator removed a limit; what the environment sets holds again."""

    type: ClassVar[str] = "budget.removed"
    wording: ClassVar[str] = "removed a budget for drafting"

    scope: str
    key: str = ""


class BudgetChangeRefused(Event):
    """A limit or a price was not set or removed; ``code`` says why. What was typed stays out."""

    type: ClassVar[str] = "budget.refused"
    wording: ClassVar[str] = "was refused a change of a budget or a price"

    outcome: Outcome = Outcome.REFUSED
    act: str  # "set", "remove", "price"


class PriceSet(Event):
    """An administrator entered what a model's tokens cost from a day on."""

    type: ClassVar[str] = "budget.priced"
    wording: ClassVar[str] = "entered the price of a model"

    model_id: str
    since: str  # the day
    told_by: str  # where the price stands


class LimitReached(Event):
    """A day's budget is spent: told once, with the first draft that went without the model."""

    type: ClassVar[str] = "budget.spent"
    wording: ClassVar[str] = "found a budget for drafting spent"

    draft_id: str
    scope: str
    key: str = ""
    day: str
