"""The answers of a round, gathered by concept as they come, with the references they call for.

The asking thread waits here and hands out all work, so that no pool thread ever waits for another.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from audit.events.fhir import FallbackTaken, ForeignAddressRefused
from smartapp.fhir.addresses import Base, Reference
from smartapp.fhir.bundles import newest_of_each
from smartapp.fhir.errors import ForeignAddress, SessionLost
from smartapp.fhir.fallbacks import Chain, told_in_text
from smartapp.fhir.grants import Grants
from smartapp.fhir.lists import items_of
from smartapp.fhir.queries import Query, Step
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason
from smartapp.fhir.rounds import Round, submit
from smartapp.fhir.searches import Searcher
from smartapp.fhir.sifting import Part
from smartapp.fhir.transport import counts

MAX_REFERENCES = 60  # read one by one for a concept


class _Kind(Enum):
    """What a future answers."""

    QUERY = "query"
    ITEM = "item"  # of a List
    REFERENCE = "reference"


@dataclass(slots=True)
class _Gathered:
    resources: list[Fetched] = field(default_factory=list)
    included: dict[str, Fetched] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    totals: list[int | None] = field(default_factory=list)
    asked_for: set[str] = field(default_factory=set)  # references
    chain: Chain = field(default_factory=Chain)
    narrative: tuple[str, ...] = ()
    running: int = 0
    unasked: int = 0


class Gathering:
    """Collects parts. ``open`` a concept, ``ask`` its queries, ``finish``, take ``result``."""

    def __init__(
        self,
        searcher: Searcher,
        *,
        base: Base,
        grants: Grants,
    ) -> None:
        self._searcher = searcher
        self._base = base
        self._grants = grants
        self._by_concept: dict[Concept, _Gathered] = {}
        self._running: dict[Future[Part], tuple[Query, _Kind]] = {}

    def open(
        self, concept: Concept, *, steps: Sequence[Step] = (), narrative: tuple[str, ...] = ()
    ) -> None:
        """Make a place for a concept, with what stands in where its queries give less."""
        self._by_concept[concept] = _Gathered(chain=Chain(steps), narrative=narrative)

    def ask(self, query: Query) -> None:
        """Begin a query."""
        self._by_concept[query.concept].running += 1
        self._running[submit(self._searcher.run, query)] = (query, _Kind.QUERY)

    @property
    def under_way(self) -> int:
        """How many queries wait for their answers."""
        return len(self._running)

    def missing(self, missing: Missing) -> None:
        """Note what is not even asked for."""
        self._by_concept[missing.concept].missing.append(missing)

    def finish(self, round_: Round) -> None:
        """Wait for all, at most until the round's deadline; raises SessionLost.

        A lost session is raised at the end: what else was asked belongs in the same trail, and it
        is about to be refused just as quickly.
        """
        lost: SessionLost | None = None
        while self._running:
            done, _ = wait(self._running, timeout=round_.remaining(), return_when=FIRST_COMPLETED)
            if not done:
                break
            for future in done:
                query, kind = self._running.pop(future)
                self._by_concept[query.concept].running -= 1
                try:
                    self._take(query, future.result(), kind, round_)
                    self._go_on(query.concept)
                except SessionLost as error:
                    lost = error
        for future, (query, _) in self._running.items():
            future.cancel()
            self.missing(Missing(query.concept, Reason.TIMED_OUT, "ehr_unavailable"))
        for concept, gathered in self._by_concept.items():
            self._close(concept, gathered, round_)
        if lost is not None:
            raise lost

    def result(self, concept: Concept) -> ReadResult:
        """Return all that was gathered for a concept."""
        gathered = self._by_concept[concept]
        totals = [total for total in gathered.totals if total is not None]
        return ReadResult(
            concept=concept,
            resources=newest_of_each(gathered.resources),
            missing=tuple(dict.fromkeys(gathered.missing)),
            total=sum(totals) if totals and len(totals) == len(gathered.totals) else None,
            included=gathered.included,
            fallbacks=tuple(gathered.chain.taken),
            warnings=(f"unasked: {gathered.unasked} left out",) if gathered.unasked else (),
        )

    def _go_on(self, concept: Concept) -> None:
        """Turn to the next way where all that was asked has come and is not enough."""
        gathered = self._by_concept[concept]
        if not gathered.running:
            empty = not gathered.resources and not gathered.missing
            for query in gathered.chain.next_queries(empty=empty):
                self.ask(query)

    def _close(self, concept: Concept, gathered: _Gathered, round_: Round) -> None:
        """Tell what stays missing, and each fallback that was taken."""
        gathered.missing += gathered.chain.end()
        if text := told_in_text(gathered.resources, gathered.narrative):
            gathered.chain.taken.append(text)
        for taken in gathered.chain.taken:
            round_.add(FallbackTaken.of(concept.value, **asdict(taken)))
            counts.FALLBACKS.labels(
                self._base.url, concept.value, taken.because, str(taken.answered).lower()
            ).inc()

    def _take(self, query: Query, part: Part, kind: _Kind, round_: Round) -> None:
        gathered = self._by_concept[query.concept]
        gathered.included |= part.included
        if kind is _Kind.REFERENCE:
            gathered.missing += part.missing
            return
        if kind is _Kind.QUERY:
            gathered.totals.append(None if query.asks.items else part.total)
        lists, part.resources = _parted(query, part.resources, kind)
        gathered.resources += part.resources
        gathered.unasked += part.unasked
        gathered.missing += gathered.chain.take(part)
        self._follow(query, lists, gathered, round_)
        self._resolve(query, part, gathered, round_)

    def _follow(
        self, query: Query, lists: list[Fetched], gathered: _Gathered, round_: Round
    ) -> None:
        """Read what lists name, each resource by itself."""
        for item in items_of(lists, query.asks.items or "", self._base):
            if isinstance(item, ForeignAddress):
                self._tell_foreign(query, item, round_)
            elif item is None:
                self.missing(Missing(query.concept, Reason.UNREADABLE, "entries"))
            else:
                self._read(query, str(item), gathered, _Kind.ITEM)

    def _resolve(self, query: Query, part: Part, gathered: _Gathered, round_: Round) -> None:
        for reference in self._references(query, part, round_):
            text = str(reference)
            if text in gathered.included or text in gathered.asked_for:
                continue
            if not self._grants.allow(reference.resource_type, "read"):
                self.missing(
                    Missing(query.concept, Reason.SCOPE_NOT_GRANTED, reference.resource_type)
                )
            else:
                self._read(query, text, gathered, _Kind.REFERENCE)

    def _read(self, query: Query, reference: str, gathered: _Gathered, kind: _Kind) -> None:
        """Begin to read one resource, up to the most that are read so for a concept."""
        if reference in gathered.asked_for:
            return
        if len(gathered.asked_for) >= MAX_REFERENCES:
            self.missing(Missing(query.concept, Reason.CUT_OFF, "more_references"))
            return
        gathered.asked_for.add(reference)
        gathered.running += 1
        work = self._searcher.follow if kind is _Kind.ITEM else self._searcher.resolve
        self._running[submit(work, query, reference)] = (query, kind)

    def _references(self, query: Query, part: Part, round_: Round) -> Iterator[Reference]:
        for resource in part.resources:
            for name in query.asks.resolve:
                element: Any = resource.raw.get(name)
                try:
                    text = element.get("reference") if isinstance(element, dict) else None
                    reference = self._base.reference(text)
                except ForeignAddress as error:
                    self._tell_foreign(query, error, round_)
                    continue
                if reference is not None:
                    yield reference

    def _tell_foreign(self, query: Query, error: ForeignAddress, round_: Round) -> None:
        round_.add(ForeignAddressRefused(concept=query.concept.value, place="reference"))
        self.missing(Missing(query.concept, Reason.FAILED, error.code))


def _parted(query: Query, found: list[Fetched], kind: _Kind) -> tuple[list[Fetched], list[Fetched]]:
    """Part lists that name what was asked for from what was asked for itself."""
    named_by_lists = query.asks.items is not None and kind is _Kind.QUERY
    return (found, []) if named_by_lists else ([], found)
