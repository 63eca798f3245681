"""What one draft may cost: turns, tool calls, tokens, seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf

from django.conf import settings

from recommendations.agent.errors import BudgetSpent, DeadlinePassed


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of one draft. ``seconds`` are wall clock, from the first request on."""

    turns: int
    tool_calls: int
    answer_tokens: int  # in one turn
    output_tokens: int  # in all turns
    seconds: float
    # Whether what was spent so far leaves room for another turn; asked before each.
    may_go_on: Callable[[], bool] = lambda: True

    @classmethod
    def of_settings(cls, may_go_on: Callable[[], bool] = lambda: True) -> "Budget":
        """The limits this deployment sets."""
        return cls(
            may_go_on=may_go_on,
            turns=settings.MODEL_MAX_TURNS,
            tool_calls=settings.MODEL_MAX_TOOL_CALLS,
            answer_tokens=settings.MODEL_MAX_TOKENS,
            output_tokens=settings.MODEL_MAX_TOKENS * 3,
            seconds=settings.MODEL_DEADLINE_SECONDS,
        )


@dataclass(slots=True)
class Spending:
    """What was spent of a budget so far."""

    budget: Budget
    started: float = field(default_factory=time.monotonic)
    turns: int = 0
    requests: int = 0
    tool_calls: int = 0
    tokens: dict[str, int] = field(default_factory=dict)
    model_seconds: float = 0.0  # spent waiting for the model
    _turns_before: int = 0  # of other models
    _calls_before: int = 0
    _until: float = inf  # an earlier end, for a part of the work

    @property
    def deadline(self) -> float:
        """The instant, on the monotonic clock, at which time is up."""
        return min(self.started + self.budget.seconds, self._until)

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; negative when it has passed."""
        return self.deadline - time.monotonic()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Have the deadline no later than so many seconds from now, for a ``with`` block."""
        before = self._until
        self._until = min(before, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._until = before

    def begin_model(self) -> None:
        """Another model begins: turns and tool calls anew, tokens and time as they are."""
        self._turns_before, self._calls_before = self.turns, self.tool_calls

    @property
    def last_turn_is_next(self) -> bool:
        """Whether one turn is left."""
        return self.turns - self._turns_before + 1 >= self.budget.turns

    @property
    def calls_left(self) -> int:
        """How many tool calls are left."""
        return self.budget.tool_calls - (self.tool_calls - self._calls_before)

    @property
    def tokens_spent(self) -> bool:
        """Whether the draft's tokens are used up, by whichever model."""
        return self.tokens.get("output", 0) >= self.budget.output_tokens

    def begin_turn(self) -> None:
        """Count a turn, or refuse it."""
        if self.turns - self._turns_before >= self.budget.turns:
            raise BudgetSpent
        if self.tokens_spent:
            raise BudgetSpent
        if not self.budget.may_go_on():
            raise BudgetSpent
        if self.seconds_left <= 0:
            raise DeadlinePassed
        self.turns += 1

    def count_request(self, tokens: dict[str, int], waited: float) -> None:
        """Count a request, whether its answer could be used or not."""
        self.requests += 1
        self.model_seconds += waited
        for kind, number in tokens.items():
            self.tokens[kind] = self.tokens.get(kind, 0) + number

    def usage(self) -> dict[str, int]:
        """All of it, for the draft's row."""
        tokens = {f"{kind}_tokens": number for kind, number in sorted(self.tokens.items())}
        counts = {"turns": self.turns, "requests": self.requests, "tool_calls": self.tool_calls}
        counts["cache_read_percent"] = self._cache_read_percent()
        return {**tokens, **counts, "model_ms": round(self.model_seconds * 1000)}

    def _cache_read_percent(self) -> int:
        """Of the tokens sent, those that the provider read from its cache."""
        kinds = ("input", "cache_written", "cache_read")
        sent = sum(self.tokens.get(kind, 0) for kind in kinds)
        return round(100 * self.tokens.get("cache_read", 0) / sent) if sent else 0
