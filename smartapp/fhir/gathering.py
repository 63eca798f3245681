"""The answers of a round, gathered by concept as they come, with the references they call for.

The asking thread waits here and hands out all work, so that no pool thread ever waits for another.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass, field
from typing import Any

from audit.events.fhir import FallbackTaken, ForeignAddressRefused
from smartapp.fhir.addresses import Base, Reference
from smartapp.fhir.bundles import newest_of_each
from smartapp.fhir.errors import ForeignAddress, SessionLost
from smartapp.fhir.fallbacks import Chain, told_in_text
from smartapp.fhir.grants import Grants
from smartapp.fhir.queries import Query, Step
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason
from smartapp.fhir.rounds import Round, submit
from smartapp.fhir.searches import Part, Searcher
from smartapp.fhir.transport import counts

MAX_REFERENCES = 60  # read one by one for a concept


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
        self._running: dict[Future[Part], tuple[Query, bool]] = {}

    def open(
        self, concept: Concept, *, steps: Sequence[Step] = (), narrative: tuple[str, ...] = ()
    ) -> None:
        """Make a place for a concept, with what stands in where its queries give less."""
        self._by_concept[concept] = _Gathered(chain=Chain(steps), narrative=narrative)

    def ask(self, query: Query) -> None:
        """Begin a query."""
        self._by_concept[query.concept].running += 1
        self._running[submit(self._searcher.run, query)] = (query, True)

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
                query, is_query = self._running.pop(future)
                self._by_concept[query.concept].running -= 1
                try:
                    self._take(query, future.result(), is_query, round_)
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

    def _take(self, query: Query, part: Part, is_query: bool, round_: Round) -> None:  # noqa: FBT001
        gathered = self._by_concept[query.concept]
        gathered.resources += part.resources
        gathered.included |= part.included
        gathered.missing += gathered.chain.take(part) if is_query else part.missing
        if is_query:
            gathered.totals.append(part.total)
            self._resolve(query, part, gathered, round_)

    def _resolve(self, query: Query, part: Part, gathered: _Gathered, round_: Round) -> None:
        for reference in self._references(query, part, round_):
            text = str(reference)
            if text in gathered.included or text in gathered.asked_for:
                continue
            if not self._grants.allow(reference.resource_type, "read"):
                self.missing(
                    Missing(query.concept, Reason.SCOPE_NOT_GRANTED, reference.resource_type)
                )
            elif len(gathered.asked_for) >= MAX_REFERENCES:
                self.missing(Missing(query.concept, Reason.CUT_OFF, "more_references"))
            else:
                gathered.asked_for.add(text)
                gathered.running += 1
                self._running[submit(self._searcher.resolve, query, text)] = (query, False)

    def _references(self, query: Query, part: Part, round_: Round) -> Iterator[Reference]:
        for resource in part.resources:
            for name in query.asks.resolve:
                element: Any = resource.raw.get(name)
                try:
                    text = element.get("reference") if isinstance(element, dict) else None
                    reference = self._base.reference(text)
                except ForeignAddress as error:
                    round_.add(
                        ForeignAddressRefused(concept=query.concept.value, place="reference")
                    )
                    self.missing(Missing(query.concept, Reason.FAILED, error.code))
                    continue
                if reference is not None:
                    yield reference
