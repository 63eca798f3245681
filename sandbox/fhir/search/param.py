"""One search parameter, and the short words its tables are written in.

A path is dotted; a list on the way is walked; ``telecom[system=phone]`` keeps only such items.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Param:
    """One search parameter: where its values are and how they compare."""

    name: str
    kind: str
    paths: tuple[str, ...]
    target: str = ""


def _params(kind: str, **paths: str) -> list[Param]:
    return [
        Param(name.replace("_", "-"), kind, tuple(path.split("|"))) for name, path in paths.items()
    ]


def token(**paths: str) -> list[Param]:
    """Return token parameters, each name with the paths of its values (``a|b``)."""
    return _params("token", **paths)


def date(**paths: str) -> list[Param]:
    """Return date parameters, as for ``token``."""
    return _params("date", **paths)


def string(**paths: str) -> list[Param]:
    """Return string parameters, as for ``token``."""
    return _params("string", **paths)


def reference(**paths: str) -> list[Param]:
    """Return reference parameters, as for ``token``."""
    return _params("reference", **paths)


def patient(path: str = "subject") -> list[Param]:
    """Return the parameter ``patient``, found at a path."""
    return [Param("patient", "reference", (path,), target="Patient")]


def subject() -> list[Param]:
    """Return ``patient`` and ``subject``, both found at ``subject``."""
    return [*patient(), *reference(subject="subject")]
