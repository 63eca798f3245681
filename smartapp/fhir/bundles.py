"""A page of a search, taken apart: matches, included resources, issues, and where it goes on."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from smartapp.fhir.addresses import is_id, is_type
from smartapp.fhir.errors import UnreadableResponse
from smartapp.fhir.outcomes import Issue, issues_of
from smartapp.fhir.results import Fetched


@dataclass(slots=True)
class Page:
    """One page. ``unreadable`` counts entries that are no resources."""

    matches: list[Fetched] = field(default_factory=list)
    included: list[Fetched] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    next_link: str | None = None
    total: int | None = None
    unreadable: int = 0


def page_of(bundle: dict[str, Any], *, expected: str, made: bool = False) -> Page:
    """Take a Bundle apart; raise UnreadableResponse where it is none.

    What is not of the ``expected`` type counts as included, whatever ``search.mode`` says: servers
    forget the mode, and an outcome must never pass for a clinical row. ``made``: what an operation
    makes when it is asked may have no id, for it is kept nowhere, and gets one here.
    """
    if bundle.get("resourceType") != "Bundle":
        raise UnreadableResponse
    total = bundle.get("total")
    page = Page(next_link=_next_link(bundle.get("link")))
    page.total = total if isinstance(total, int) and not isinstance(total, bool) else None
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise UnreadableResponse
    for entry in entries:
        _place(page, entry, expected, made=made)
    return page


def _place(page: Page, entry: Any, expected: str, *, made: bool) -> None:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if made and isinstance(resource, dict) and "id" not in resource:
        resource = {**resource, "id": _id_of(resource)}
    if not isinstance(resource, dict):
        page.unreadable += 1
    elif resource.get("resourceType") == "OperationOutcome":
        page.issues.extend(issues_of(resource))
    elif not is_type(resource.get("resourceType")) or not is_id(resource.get("id")):
        page.unreadable += 1
    elif resource["resourceType"] == expected:
        page.matches.append(Fetched.of(resource))
    else:
        page.included.append(Fetched.of(resource))


def _id_of(resource: dict[str, Any]) -> str:
    """The same for what is made again: worked out from all but the moments of its making."""
    moments = ("date", "meta", "context")
    lasting = {name: value for name, value in resource.items() if name not in moments}
    text = json.dumps(lasting, sort_keys=True, default=str)
    return f"made-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _next_link(links: Any) -> str | None:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            return url if isinstance(url, str) and url else None
    return None


def newest_of_each(resources: Iterable[Fetched]) -> tuple[Fetched, ...]:
    """Keep one of each id, the newest, where it first stood: Oracle repeats ids across pages."""
    kept: dict[str, Fetched] = {}
    for resource in resources:
        known = kept.get(resource.reference)
        if known is None or _age(resource) >= _age(known):
            kept[resource.reference] = resource
    return tuple(kept.values())


def _age(resource: Fetched) -> tuple[int, str]:
    meta = resource.raw.get("meta")
    updated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    version = int(resource.version) if resource.version.isdecimal() else 0
    return version, updated if isinstance(updated, str) else ""
