"""Lenient parsing of resources: the only module that imports ``fhirclient``.

A resource that breaks a rule of FHIR is still read: what is wrong with it becomes a warning, and
what could be understood stays. Warnings name elements, never values, and nothing is logged here:
fhirclient's own ``strict=False`` would log values of the chart.
"""

import hashlib
import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fhirclient.models.fhirabstractbase import FHIRValidationError

_ELEMENT = re.compile(r'"(?:of_many:)?([A-Za-z_]{1,60})"')
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}")
_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (KeyError, "missing"),
    (AttributeError, "unknown element"),
    (TypeError, "wrong type"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A model (``None`` where none could be built) and what was wrong with the resource."""

    model: Any
    warnings: tuple[str, ...] = ()


def version_of(raw: dict[str, Any]) -> str:
    """Return ``meta.versionId``, or ``sha256:…`` over the content where the EHR sends none."""
    meta = raw.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    if isinstance(version, str) and version:
        return version
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def parse(raw: dict[str, Any]) -> Parsed:
    """Build the fhirclient model of a resource; never raises."""
    model_class = _model_class(raw.get("resourceType"))
    if model_class is None:
        return Parsed(None, ("resourceType: unknown",))
    model = model_class()
    try:
        model.update_with_json(_with_floats(raw))
    except FHIRValidationError as error:
        return Parsed(model, tuple(dict.fromkeys(_problems(error))))
    except Exception:  # one bad resource never takes its neighbours with it
        return Parsed(None, ("resource: unreadable",))
    return Parsed(model)


@lru_cache(maxsize=64)
def _model_class(resource_type: Any) -> Any:
    if not isinstance(resource_type, str) or not _TYPE.fullmatch(resource_type):
        return None
    try:
        module = importlib.import_module(f"fhirclient.models.{resource_type.lower()}")
    except ModuleNotFoundError:
        return None
    return getattr(module, resource_type, None)


def _with_floats(value: Any) -> Any:
    """Return a copy with ``Decimal`` as ``float``, the only number fhirclient takes."""
    if isinstance(value, dict):
        return {key: _with_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _problems(error: Exception, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(error, FHIRValidationError):
        inner = (*path, error.path) if error.path else path
        for nested in error.errors:
            yield from _problems(nested, inner)
        return
    kind = next((words for known, words in _KINDS if isinstance(error, known)), "unreadable")
    named = _ELEMENT.search(str(error)) if kind in {"missing", "unknown element"} else None
    place = ".".join((*path, named.group(1)) if named else path)
    yield f"{place or 'resource'}: {kind}"
