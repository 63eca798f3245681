"""One look at an EHR: what is new since a bookmark, and the bookmark after it. No I/O of its own.

The mark moves only after a reading that is known to be whole: one that came on one page, or two
in a row that were alike. While pages shift under a reading, a resource may slip from one that is
not read yet to one that was; then the next reading differs, and the mark stays for as long.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from smartapp.fhir.bundles import newest_of_each
from smartapp.fhir.changes.bookmarks import Bookmark, Seen, moment
from smartapp.fhir.results import Fetched, Missing, Reason
from smartapp.fhir.vendors.concepts import Since

_MOST_READINGS = 4
_MOST_PRINTS = 16
# Reading again brings none of it: it is told as missing, and what else came is all there is. Epic
# says in nearly every answer that something was withheld.
_LASTING = frozenset({Reason.SUPPRESSED, Reason.OTHER_PATIENT})


@dataclass(frozen=True, slots=True)
class Pace:
    """How wide we look. All of an EHR's clocks and delays together must fit into ``overlap``.

    ``whole_after``: how long a change to something old may stay unseen where the EHR can be asked
    by the resources' own dates alone.
    """

    overlap: timedelta = timedelta(hours=1)
    whole_after: timedelta = timedelta(days=7)


@dataclass(slots=True)
class Reading:
    """All that one search gave. ``shifted``: it came on several pages, which may have shifted.

    ``windowed``: the search has bounds of its own, so absence means nothing.
    """

    resources: tuple[Fetched, ...] = ()
    missing: tuple[Missing, ...] = ()
    shifted: bool = False
    windowed: bool = False

    def prints(self) -> set[tuple[str, str]]:
        """Return what tells this reading from another."""
        return {(each.reference, content_print(each.raw, whole=True)) for each in self.resources}


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, newest versions only; ``gone`` are references. ``settled``: nothing is behind.

    ``missing``: what could not be read; its changes come with a later look.
    """

    changed: tuple[Fetched, ...] = ()
    gone: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    settled: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


@dataclass(slots=True)
class _Look:
    resources: tuple[Fetched, ...] = ()
    present: set[str] = field(default_factory=set)
    missing: tuple[Missing, ...] = ()
    settled: bool = False
    windowed: bool = False

    @property
    def withheld(self) -> bool:
        """Whether the EHR said that it held something back."""
        return any(each.reason is Reason.SUPPRESSED for each in self.missing)


def catch_up(
    bookmark: Bookmark,
    since: Since,
    read: Callable[[datetime | None], Reading],
    *,
    now: datetime,
    pace: Pace,
) -> tuple[Changes, Bookmark]:
    """Return what is new and the bookmark after it; ``now`` is our clock before anything is asked.

    ``read`` asks the EHR for what changed, or is dated, at or after a moment; ``None``: for all.
    """
    bound = bound_of(bookmark, since, now=now, pace=pace)
    look = _look(read, bound)
    if since.by == "changed":
        if bookmark.withheld and look.settled and not look.withheld:
            # What was held back is there now, and did not change when it was let go.
            bound = _reaching_back(bookmark.behind, pace)
            look = _look(read, bound)
        changed, after = _by_version(bookmark, look, bound, now, pace)
        return Changes(changed, (), look.missing, look.settled), after
    changed, gone, after = _by_content(bookmark, look, bound, now)
    return Changes(changed, gone, look.missing, look.settled), after


def bound_of(bookmark: Bookmark, since: Since, *, now: datetime, pace: Pace) -> datetime | None:
    """Return from which moment on is asked; ``None``: all is."""
    if since.by == "whole" or bookmark.mark is None:
        return None
    if since.by == "changed":
        return _reaching_back(bookmark.mark, pace)
    if bookmark.whole_at is None or now - bookmark.whole_at >= pace.whole_after:
        return None
    start = bookmark.mark - timedelta(days=since.overlap_days)
    return start.replace(hour=0, minute=0, second=0, microsecond=0)


def _reaching_back(mark: datetime | None, pace: Pace) -> datetime | None:
    # EHRs compare to the second, some of them.
    return None if mark is None else (mark - pace.overlap).replace(microsecond=0)


def _look(read: Callable[[datetime | None], Reading], bound: datetime | None) -> _Look:
    found: list[Fetched] = []
    before: set[tuple[str, str]] | None = None
    reading = Reading()
    settled = False
    for _ in range(_MOST_READINGS):
        reading = read(bound)
        found += reading.resources
        prints = reading.prints()
        cut = any(each.reason not in _LASTING for each in reading.missing)
        settled = not cut and (not reading.shifted or prints == before)
        if settled or cut:
            break
        before = prints
    present = {each.reference for each in reading.resources}
    return _Look(newest_of_each(found), present, reading.missing, settled, reading.windowed)


def _by_version(
    bookmark: Bookmark, look: _Look, bound: datetime | None, now: datetime, pace: Pace
) -> tuple[tuple[Fetched, ...], Bookmark]:
    changed, seen = [], dict(bookmark.seen)
    newest = bookmark.mark
    for resource in look.resources:
        at = _changed_at(resource)
        if bound is not None and at is not None and at < bound:
            continue  # the EHR did not keep to the bound: what is older was told long ago
        known = seen.get(resource.reference)
        version = f"{resource.version}|{at.isoformat() if at else ''}"
        if at is not None and (newest is None or at > newest):
            newest = at
        if known is not None and version in known.prints:
            continue
        changed.append(resource)
        prints = (*known.prints, version)[-_MOST_PRINTS:] if known else (version,)
        moments = [each for each in (at, known.at if known else None) if each is not None]
        seen[resource.reference] = Seen(prints, max(moments, default=None))
    after = replace(bookmark, seen=seen)
    if look.settled and newest is not None:
        # A clock of theirs that is far ahead must not carry the mark past what is still to come.
        mark = min(newest, now) if bookmark.mark is None else max(bookmark.mark, min(newest, now))
        after = replace(after, mark=mark, whole_at=now if bound is None else bookmark.whole_at)
        behind = bookmark.behind if bookmark.withheld else bookmark.mark
        after = replace(after, withheld=look.withheld, behind=behind if look.withheld else None)
        shown_from = _reaching_back(behind if look.withheld else mark, pace)
        after = replace(after, seen=_kept(seen, shown_from))
    return tuple(changed), after


def _kept(seen: dict[str, Seen], bound: datetime | None) -> dict[str, Seen]:
    """Forget what a look that asks from ``bound`` on cannot be shown again."""
    if bound is None:
        return seen
    return {name: each for name, each in seen.items() if each.at is None or each.at >= bound}


def _by_content(
    bookmark: Bookmark, look: _Look, bound: datetime | None, now: datetime
) -> tuple[tuple[Fetched, ...], tuple[str, ...], Bookmark]:
    changed, seen = [], dict(bookmark.seen)
    for resource in look.resources:
        known, found = seen.get(resource.reference), content_print(resource.raw)
        if known is None or known.prints != (found,):
            changed.append(resource)
            seen[resource.reference] = Seen((found,), None)
    gone: tuple[str, ...] = ()
    after = bookmark
    if look.settled:
        whole = bound is None
        if whole and not look.windowed and not look.missing:
            gone = tuple(sorted(set(seen) - look.present))
        after = replace(bookmark, mark=now, whole_at=now if whole else bookmark.whole_at)
    for reference in gone:
        del seen[reference]
    return tuple(changed), gone, replace(after, seen=seen)


def _changed_at(resource: Fetched) -> datetime | None:
    meta = resource.raw.get("meta")
    return moment(meta.get("lastUpdated")) if isinstance(meta, dict) else None


def content_print(raw: dict[str, Any], *, whole: bool = False) -> str:
    """Return a hash of a resource; unless ``whole``, without what changes by itself."""
    meta = raw.get("meta")
    if isinstance(meta, dict) and not whole:
        own = {"versionId", "lastUpdated", "source"}
        raw = {**raw, "meta": {name: value for name, value in meta.items() if name not in own}}
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
