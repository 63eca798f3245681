"""An EHR in memory that moves while it is read: skewed clocks, late updates, shifting pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from smartapp.fhir.changes import Reading
from smartapp.fhir.results import Fetched

EPOCH = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class Written:
    """One version of a resource; ``content`` is ``None`` once it is deleted."""

    version: int
    content: int | None
    updated: datetime
    visible_at: float
    dated: datetime


@dataclass
class MovingEhr:
    """``time`` is the true time in seconds. ``order`` is how its searches sort."""

    page_size: int = 2
    order: str = "oldest first"
    with_meta: bool = True
    time: float = 0.0
    versions: dict[str, list[Written]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.time)

    def write(self, name: str, content: int | None, *, skew: float = 0, late: float = 0,
              dated: float = 0) -> None:  # fmt: skip
        """Write a version: its moment is by a clock that is wrong by ``skew`` seconds, and it can
        be found ``late`` seconds after that; its own date is ``dated`` days ago.
        """
        known = self.versions.setdefault(name, [])
        known.append(
            Written(
                version=len(known) + 1,
                content=content,
                updated=self.now + timedelta(seconds=skew),
                visible_at=self.time + late,
                dated=self.now - timedelta(days=dated) if not known else known[0].dated,
            )
        )

    def current(self, name: str) -> Written | None:
        """The version that can be found now."""
        found = [each for each in self.versions[name] if each.visible_at <= self.time]
        return found[-1] if found and found[-1].content is not None else None

    def alive(self) -> dict[str, Written]:
        """Everything that can be found now."""
        return {name: each for name in self.versions if (each := self.current(name)) is not None}

    def reading(self, bound: datetime | None, between: Callable[[], None], *, by: str) -> Reading:
        """Read all pages as a client does, each as it is when it is asked for."""
        pages = list(self._pages(bound, between, by))
        return Reading(tuple(one for page in pages for one in page), shifted=len(pages) > 1)

    def _pages(
        self, bound: datetime | None, between: Callable[[], None], by: str
    ) -> Iterator[list[Fetched]]:
        start = 0
        while True:
            found = self._found(bound, by)
            yield [self._resource(*each) for each in found[start : start + self.page_size]]
            start += self.page_size
            if start >= len(found):
                return
            between()

    def _found(self, bound: datetime | None, by: str) -> list[tuple[str, Written]]:
        found = [
            (name, each)
            for name, each in self.alive().items()
            if bound is None or (each.updated if by == "changed" else each.dated) >= bound
        ]
        keys: dict[str, Callable[[tuple[str, Written]], Any]] = {
            "oldest first": lambda each: (each[1].updated, each[0]),
            "newest first": lambda each: (-each[1].updated.timestamp(), each[0]),
            "by name": lambda each: each[0],
        }
        return sorted(found, key=keys[self.order])

    def _resource(self, name: str, written: Written) -> Fetched:
        raw: dict[str, Any] = {
            "resourceType": "Observation",
            "id": name,
            "valueInteger": written.content,
        }
        if self.with_meta:
            updated = written.updated.isoformat(timespec="milliseconds")
            raw["meta"] = {"versionId": str(written.version), "lastUpdated": updated}
        return Fetched.of(raw)
