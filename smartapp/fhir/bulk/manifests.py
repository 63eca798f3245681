"""The manifest of a finished export: the files there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smartapp.fhir.addresses import is_type
from smartapp.fhir.errors import UnreadableResponse
from smartapp.models import BulkFile

MOST_FILES = 100_000
_LISTS = {
    "output": BulkFile.Kind.OUTPUT,
    "error": BulkFile.Kind.ERROR,
    "deleted": BulkFile.Kind.DELETED,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One file; ``count`` is how many resources the EHR says it holds."""

    kind: BulkFile.Kind
    resource_type: str
    url: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says. ``unreadable`` counts entries that name no file."""

    transaction_time: datetime
    requires_token: bool
    files: tuple[Listed, ...]
    unreadable: int
    goes_on: bool  # more manifests follow (a later version's paging), which are not read


def manifest_of(body: Any) -> Manifest:
    """Read a manifest; raise UnreadableResponse where it is none."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), list):
        raise UnreadableResponse
    try:
        at = datetime.fromisoformat(body["transactionTime"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableResponse from None
    if at.tzinfo is None:
        raise UnreadableResponse
    files, unreadable = [], 0
    for name, kind in _LISTS.items():
        entries = body.get(name)
        for entry in entries if isinstance(entries, list) else ():
            listed = _listed(kind, entry)
            unreadable += listed is None
            if listed is not None:
                files.append(listed)
    if len(files) > MOST_FILES:
        raise UnreadableResponse
    links = body.get("link")
    goes_on = isinstance(links, list) and any(
        isinstance(link, dict) and link.get("relation") == "next" for link in links
    )
    # Where it is not said, a token is needed; none is sent to another server either way.
    return Manifest(
        at, body.get("requiresAccessToken") is not False, tuple(files), unreadable, goes_on
    )


def _listed(kind: BulkFile.Kind, entry: Any) -> Listed | None:
    if not isinstance(entry, dict):
        return None
    resource_type, url, count = entry.get("type"), entry.get("url"), entry.get("count")
    if not is_type(resource_type) or not isinstance(url, str) or not url:
        return None
    counted = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    return Listed(kind, str(resource_type), url, count if counted else None)
