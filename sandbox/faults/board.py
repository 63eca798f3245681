"""The faults switched on now: rules that say which, on which calls, how often."""

import random
import re
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults.calls import KINDS, Call
from sandbox.faults.registry import Fault, UnfitFault, known
from sandbox.personalities import PERSONALITIES

_FIELDS = {
    *("fault", "personality", "kinds", "types", "path"),
    *("count", "share", "after", "seed", "parameters"),
}


@dataclass
class Rule:
    """One fault switched on. ``count`` calls are touched (None: all), each with the chance
    ``share``, after ``after`` matching ones have passed unharmed.
    """

    fault: Fault
    personality: str | None = None
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    path: str = ""
    count: int | None = None
    share: float = 1.0
    after: int = 0
    seed: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    touched: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - the same calls every time
        self._pattern = re.compile(self.path)

    def takes(self, call: Call) -> bool:
        """Return whether this call is touched, and count it."""
        if not self._fits(call) or (self.count is not None and self.touched >= self.count):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self._dice.random() >= self.share:
            return False
        self.touched += 1
        return True

    def _fits(self, call: Call) -> bool:
        query = call.scope.get("query_string", b"").decode("latin-1")
        return (
            self.personality in (None, call.personality.key)
            and call.kind in (self.kinds or self.fault.kinds)
            and (not self.types or call.type in self.types)
            and self._pattern.search(f"{call.path}?{query}") is not None
        )

    def described(self) -> dict[str, Any]:
        """Return the rule as the control address shows it."""
        return {
            "id": self.id,
            "fault": self.fault.name,
            "personality": self.personality,
            "kinds": list(self.kinds or self.fault.kinds),
            "types": list(self.types),
            "path": self.path,
            "count": self.count,
            "share": self.share,
            "touched": self.touched,
            "parameters": {**self.fault.parameters, **self.parameters},
        }


def read(wish: Any) -> Rule:
    """Return the rule that a JSON object describes. Raises UnfitFault."""
    if not isinstance(wish, dict) or not isinstance(wish.get("fault"), str):
        raise UnfitFault("malformed", "Send a JSON object with fault, the name of one.")
    strange = set(wish) - _FIELDS
    if strange:
        raise UnfitFault("unknown_field", f"Send only: {', '.join(sorted(_FIELDS))}.")
    parameters = wish.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise UnfitFault("malformed", "parameters is a JSON object.")
    given = {name: value for name, value in wish.items() if value is not None}
    given["fault"] = known(wish["fault"], parameters)
    given["parameters"] = parameters
    for name in ("kinds", "types"):
        given[name] = _words(name, given.get(name, []))
    _check(given)
    try:
        return Rule(**given)
    except re.error:
        raise UnfitFault("malformed", "path is no regular expression.") from None


def _words(name: str, value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise UnfitFault("malformed", f"{name} is a list of words.")
    return tuple(listed)


def _check(given: dict[str, Any]) -> None:
    if given.get("personality", "epic") not in PERSONALITIES:
        raise UnfitFault("unknown_personality", f"Name one of: {', '.join(PERSONALITIES)}.")
    if not set(given["kinds"]) <= set(KINDS):
        raise UnfitFault("unknown_kind", f"Kinds are: {', '.join(KINDS)}.")
    for name in ("count", "after", "seed", "share"):
        value = given.get(name, 0)
        whole = isinstance(value, int) or (name == "share" and isinstance(value, float))
        if not whole or isinstance(value, bool) or value < 0:
            raise UnfitFault("malformed", f"{name} is a number that is not negative.")
    if not isinstance(given.get("path", ""), str):
        raise UnfitFault("malformed", "path is a regular expression.")


class Board:
    """The rules in force; safe to change while calls are being answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: dict[str, Rule] = {}

    def add(self, rules: list[Rule]) -> None:
        """Switch faults on, in addition to those that are."""
        with self._lock:
            self._rules.update({rule.id: rule for rule in rules})

    def remove(self, identifier: str) -> bool:
        """Switch one off; returns whether it was on."""
        with self._lock:
            return self._rules.pop(identifier, None) is not None

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._rules.clear()

    def rules(self) -> list[Rule]:
        """Return the rules in force, the oldest first."""
        with self._lock:
            return list(self._rules.values())

    def touching(self, call: Call) -> list[Rule]:
        """Return the rules that touch this call, each counted as having done so."""
        with self._lock:
            return [rule for rule in self._rules.values() if rule.takes(call)]


board = Board()
