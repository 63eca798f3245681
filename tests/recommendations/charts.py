"""A reading of a chart without HTTP: bundles or resources behind a reader of the tests' own.

``reading_from_bundle(path_or_resources)`` is all that most tests need.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from recommendations.clinical.given import Given
from recommendations.clinical.reading import Reading
from recommendations.quality.bundles import BundleReader, concept_of, newest, resources_of
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason

__all__ = ["ChartReader", "concept_of", "fetched", "newest", "reading_from_bundle", "resources_of"]

ASKED = Given(message="What about my medicines, my test results, and my next visit?")


class ChartReader(BundleReader):
    """As :class:`BundleReader`, and remembers what was asked."""

    def __init__(
        self, resources: Iterable[dict[str, Any]], missing: Mapping[Concept, Reason] | None = None
    ) -> None:
        super().__init__(resources, missing)
        self.rounds: list[tuple[Concept, ...]] = []  # each parallel round, as it was asked
        self.opened: list[str] = []  # each document whose bytes were asked for

    def read_all(
        self, concepts: Iterable[Concept], *, when_asked: Callable[[], None] = lambda: None
    ) -> dict[Concept, ReadResult]:
        asked = tuple(concepts)
        self.rounds.append(asked)
        return super().read_all(asked, when_asked=when_asked)

    def attachment(self, document: Fetched) -> tuple[bytes, str] | Missing:
        self.opened.append(document.id)
        return super().attachment(document)


def fetched(resource: dict[str, Any]) -> Fetched:
    """A resource as the reader would hand it over."""
    return Fetched.of(resource)


def reading_from_bundle(
    chart: Path | str | Iterable[dict[str, Any]],
    *,
    as_of: datetime | None = None,
    missing: Mapping[Concept, Reason] | None = None,
    asked: Given | None = None,
) -> Reading:
    """A Reading over a bundle's path, or over resources; ``missing`` says what cannot be read.

    ``asked`` is what was given with the request, such as ``ASKED``, a message about everything.
    """
    given = resources_of(Path(chart)) if isinstance(chart, Path | str) else list(chart)
    return Reading(ChartReader(given, missing), as_of or newest(given), asked)
