"""Loading profiles, and laying a tenant's changes over one.

Shipped profiles are beside this file; an installation keeps its own in the folder that
``VENDOR_PROFILES`` names. All are checked at start (``smartapp.E010``): a mistake names file, line
and key, and the server does not start.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from pydantic import ValidationError

from smartapp.fhir.vendors import lines
from smartapp.fhir.vendors.profiles import Profile, ProfileInvalid
from smartapp.models import Ehr

_SHIPPED = Path(__file__).resolve().parent
_FIXED = ("name", "extends")  # what a tenant's changes may not say


def names() -> tuple[str, ...]:
    """Return the names of all profiles, shipped and the installation's own."""
    return tuple(sorted(_paths(settings.VENDOR_PROFILES)))


def load(name: str) -> Profile:
    """Return a profile; raise ProfileInvalid, also where there is none of that name."""
    return _loaded(name, settings.VENDOR_PROFILES)


def profile_of(ehr: Ehr) -> Profile:
    """Return an EHR's profile, its own changes laid over its vendor's; raise ProfileInvalid."""
    if not ehr.profile_overrides:
        return load(ehr.vendor)
    return _changed(
        ehr.vendor, json.dumps(ehr.profile_overrides), ehr.slug, settings.VENDOR_PROFILES
    )


def read(path: Path) -> Profile:
    """Read and validate one profile's file; raise ProfileInvalid."""
    node, content = _parsed(path)
    profile = _validated(path.name, _extended(path, node, content), node)
    if profile.name != path.stem:
        line = lines.line_of(node, ["name"])
        raise ProfileInvalid(
            path.name, [f"line {line}, name: must be {path.stem!r}, as the file is called"]
        )
    return profile


def read_overrides(path: Path, vendor: str) -> dict[str, Any]:
    """Read a tenant's changes from a file, checked against its vendor; raise ProfileInvalid."""
    node, content = _parsed(path)
    _lay_over(path.name, vendor, content, node)
    return content


def check_overrides(overrides: dict[str, Any], vendor: str, *, named: str) -> None:
    """Raise ProfileInvalid for changes that do not fit their vendor's profile."""
    _lay_over(named, vendor, overrides, None)


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Lay changes over a profile's content: mappings key by key, all else replaced whole.

    ``null`` takes a key away. A concept that is, or was, not asked for is replaced whole.
    """
    found = dict(base)
    for key, value in changes.items():
        old = found.get(key)
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(old, dict) and not _whole(old, value):
            found[key] = merged(old, value)
        else:
            found[key] = value
    return found


def _whole(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return "unsupported" in old or "unsupported" in new


@lru_cache(maxsize=32)
def _loaded(name: str, folder: str) -> Profile:
    paths = _paths(folder)
    if name not in paths:
        raise ProfileInvalid(f"{name}.yaml", [f"no such profile; there are {', '.join(names())}"])
    return read(paths[name])


@lru_cache(maxsize=256)
def _changed(vendor: str, overrides: str, slug: str, folder: str) -> Profile:
    del folder  # only tells the kept ones apart
    return _lay_over(f"the overrides of {slug}", vendor, json.loads(overrides), None)


def _paths(folder: str) -> dict[str, Path]:
    """Return every profile's file by its name; the installation's own cannot hide a shipped one."""
    own = sorted(Path(folder).glob("*.yaml")) if folder else []
    return {path.stem: path for path in (*own, *_SHIPPED.glob("*.yaml"))}


def _parsed(path: Path) -> tuple[yaml.Node | None, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "somewhere"
        raise ProfileInvalid(path.name, [f"not YAML ({where})"]) from None
    except (OSError, UnicodeDecodeError):
        raise ProfileInvalid(path.name, ["cannot be read as text"]) from None
    if node is None or not isinstance(content, dict):
        raise ProfileInvalid(path.name, ["line 1: keys and values are due here"])
    if again := list(lines.twice(node)):
        raise ProfileInvalid(
            path.name, [f"line {at}, {key}: stands here twice" for at, key in again]
        )
    return node, content


def _extended(path: Path, node: yaml.Node | None, content: dict[str, Any]) -> dict[str, Any]:
    """Lay a profile over the shipped one that it extends, if any."""
    if "extends" not in content:
        return content
    base = _SHIPPED / f"{content['extends']}.yaml"
    shipped = {each.stem for each in _SHIPPED.glob("*.yaml")}
    if path.stem in shipped or content["extends"] not in shipped:
        line = lines.line_of(node, ["extends"])
        known = ", ".join(sorted(shipped))
        raise ProfileInvalid(path.name, [f"line {line}, extends: must be one of {known}"])
    rest = {key: value for key, value in content.items() if key != "extends"}
    return merged(_parsed(base)[1], rest)


def _lay_over(
    source: str, vendor: str, overrides: dict[str, Any], node: yaml.Node | None
) -> Profile:
    for key in _FIXED:
        if key in overrides:
            where = _place(node, [key])
            raise ProfileInvalid(source, [f"{where}: is the vendor's and cannot be changed"])
    base = load(vendor).model_dump(mode="json", exclude_defaults=True)
    return _validated(source, merged(base, overrides), node)


def _validated(source: str, content: dict[str, Any], node: yaml.Node | None) -> Profile:
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        problems = [
            f"{_place(node, problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise ProfileInvalid(source, problems) from None


def _place(node: yaml.Node | None, where: lines.Where) -> str:
    key = ".".join(lines.keys(node, where)) or "profile"
    line = lines.line_of(node, where)
    return f"line {line}, {key}" if line else key
