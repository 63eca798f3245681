"""The faults by name: what each does, to which kinds of call, and what it can be told."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.wire import Answer

Ask = Callable[[], Awaitable[Answer]]
Act = Callable[..., Awaitable[Answer]]


@dataclass(frozen=True)
class Fault:
    """One way to misbehave. ``kinds`` are the calls it touches unless a rule says otherwise."""

    name: str
    family: str
    about: str
    kinds: tuple[str, ...]
    parameters: dict[str, Any]
    act: Act

    def described(self) -> dict[str, Any]:
        """Return what a test suite needs to switch it on."""
        return {
            "name": self.name,
            "family": self.family,
            "about": self.about,
            "kinds": list(self.kinds),
            "parameters": self.parameters,
        }


FAULTS: dict[str, Fault] = {}


def fault(name: str, kinds: tuple[str, ...]) -> Callable[[Act], Act]:
    """Register ``act(call, ask, **parameters)`` under a name.

    Its keyword-only arguments are the fault's parameters, their defaults what is done untold;
    ``ask()`` gets the hospital's true answer, and may be called once or not at all.
    """

    def keep(act: Act) -> Act:
        signature = inspect.signature(act).parameters.values()
        parameters = {one.name: one.default for one in signature if one.kind is one.KEYWORD_ONLY}
        about = " ".join((act.__doc__ or "").split())
        family = act.__module__.rpartition(".")[2]
        FAULTS[name] = Fault(name, family, about, kinds, parameters, act)
        return act

    return keep


class UnfitFault(Exception):
    """A rule that cannot be followed; ``code`` is stable, the sentence says what to change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def known(name: str, parameters: dict[str, Any]) -> Fault:
    """Return the fault of that name. Raises UnfitFault for a name or a parameter it has not."""
    found = FAULTS.get(name)
    if found is None:
        raise UnfitFault("unknown_fault", f"Name one of: {', '.join(sorted(FAULTS))}.")
    strange = set(parameters) - set(found.parameters)
    if strange:
        allowed = ", ".join(found.parameters) or "none"
        raise UnfitFault("unknown_parameter", f"The parameters of {name} are: {allowed}.")
    for key, value in parameters.items():
        _check(key, value, found.parameters[key])
    return found


def _check(key: str, value: Any, default: Any) -> None:
    number = isinstance(default, int | float) and not isinstance(default, bool)
    wanted = (int, float) if number else type(default)
    fits = isinstance(value, wanted) and isinstance(value, bool) == isinstance(default, bool)
    if not fits:
        form = "a number" if number else f"a {type(default).__name__}"
        raise UnfitFault("malformed", f"{key} is {form}, such as {default!r}.")
