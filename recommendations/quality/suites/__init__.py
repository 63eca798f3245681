"""The evaluation suites, one module each.

A module of this package with a ``SUITE`` is a suite: nothing else names it. Its ``run`` takes the
options that all suites share and gives a report.
"""

import importlib
import pkgutil

from recommendations.quality.suites.suite import Options, Suite, SuiteRefused

__all__ = ["Options", "Suite", "SuiteRefused", "names", "suite"]
_NO_SUITES = {"suite"}


def names() -> list[str]:
    """Every suite by its name."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name not in _NO_SUITES and "_" not in name)


def suite(name: str) -> Suite:
    """The suite of this name; KeyError where there is none."""
    if name not in names():
        raise KeyError(name)
    found: Suite = importlib.import_module(f"{__name__}.{name}").SUITE
    return found
