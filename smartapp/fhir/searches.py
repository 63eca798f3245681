"""One query, read to its end or to its bound: pages in, resources and absences out."""

import logging
from typing import Any

from audit.events.fhir import ForeignAddressRefused
from smartapp.fhir.absences import missing_for
from smartapp.fhir.addresses import is_id
from smartapp.fhir.asking import Asker
from smartapp.fhir.bundles import page_of
from smartapp.fhir.errors import (
    FhirError,
    ForeignAddress,
    NotFound,
    RequestRefused,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.queries import Query
from smartapp.fhir.results import Fetched, Missing, Reason
from smartapp.fhir.rounds import Round
from smartapp.fhir.sifting import Part, Sieve
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.vendors import proprietary

logger = logging.getLogger(__name__)
# So many pages without a match are not counted among those that a search may have.
_MOST_EMPTY = 10
# What an EHR answers that has no such search: it may have another.
_REFUSALS = (RequestRefused, NotFound)


class PageExpired(Exception):
    """The EHR refuses a page that it had promised; ``code`` is of its refusal."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Searcher:
    """Runs queries for one patient within one round."""

    def __init__(self, *, asker: Asker, patient_id: str, round_: Round) -> None:
        self._asker = asker
        self._patient_id = patient_id
        self._round = round_
        self._sieve = Sieve(base=asker.base, patient_id=patient_id, round_=round_)

    def run(self, query: Query) -> Part:
        """Ask; raises SessionLost alone, every other error becomes a Missing."""
        part = Part()
        try:
            if query.reader:
                self._ask_reader(query, part)
            else:
                self._search(query, part) if query.is_search else self._read(query, part)
        except SessionLost:
            raise
        except FhirError as error:
            part.refused = query.is_search and isinstance(error, _REFUSALS)
            part.missing.append(missing_for(query.concept, error, of_search=query.is_search))
        return part

    def follow(self, query: Query, reference: str) -> Part:
        """Read one resource that a List names; as :meth:`run`, but it refuses nothing."""
        part = Part()
        try:
            raw = self._asker.resource(reference, self._asked(query))
            self._sieve.take_matches(query, [_fetched(raw, reference)], part)
        except SessionLost:
            raise
        except FhirError as error:
            part.missing.append(missing_for(query.concept, error, of_search=False))
        return part

    def resolve(self, query: Query, reference: str) -> Part:
        """Read one resource that another refers to; as :meth:`run`."""
        part = Part()
        try:
            raw = self._asker.resource(reference, self._asked(query))
            resource = _fetched(raw, reference)
            self._sieve.take_included(query, [resource], part)
        except SessionLost:
            raise
        except FhirError as error:
            part.missing.append(missing_for(query.concept, error, of_search=False))
        return part

    def _asked(self, query: Query) -> Asked:
        return self._round.asked(keep_seconds=query.asks.keep_minutes * 60)

    def _ask_reader(self, query: Query, part: Part) -> None:
        """Ask a proprietary reader; its resources are held to be somebody else's until shown."""
        reader = proprietary.reader_named(query.reader)
        if reader is None:
            raise NotFound
        try:
            found = [
                Fetched.of(raw)
                for raw in reader(
                    query.concept,
                    issuer=self._asker.base.url,
                    patient_id=self._patient_id,
                    seconds=self._round.remaining(),
                )
            ]
        except (FhirError, SessionLost):
            raise
        except Exception as error:
            # Somebody else's code: its message may quote the chart.
            kind = type(error).__name__
            logger.error("proprietary reader failed", extra={"reader": query.reader, "kind": kind})  # noqa: TRY400
            raise UnreadableResponse from None
        right = [each for each in found if each.resource_type == query.asks.type]
        if len(right) < len(found):
            part.missing.append(Missing(query.concept, Reason.UNREADABLE, "entries"))
        self._sieve.take_matches(query, right, part)

    def _read(self, query: Query, part: Part) -> None:
        raw = self._asker.resource(query.link, self._asked(query))
        if raw["resourceType"] != query.asks.type or not is_id(raw.get("id")):
            raise UnreadableResponse
        self._sieve.take_matches(query, [Fetched.of(raw)], part)

    def _search(self, query: Query, part: Part) -> None:
        """Read the pages; begin once more, and anew, where one that was promised has expired.

        EHRs hold results for some minutes only (Epic 4113), and refuse a page of theirs after it.
        """
        for again in (False, True):
            try:
                self._pages(query, part, fresh=again)
            except PageExpired as expired:
                gone = Missing(query.concept, Reason.CUT_OFF, expired.code)
            else:
                return
        part.missing.append(gone)
        part.refused = True  # another search may come whole

    def _pages(self, query: Query, part: Part, *, fresh: bool) -> None:
        link = query.link
        seen: set[str] = set()
        left, spared = query.asks.max_pages, _MOST_EMPTY
        while left:
            raw = self._page(query, link, first=not seen, fresh=fresh)
            page = page_of(raw, expected=query.asks.type, made=query.asks.operation is not None)
            self._sieve.take(query, page, part)
            if page.next_link is None:
                return
            # Epic filters some searches after it has cut the pages: an empty one is no page read.
            if page.matches or not spared:
                left -= 1
            else:
                spared -= 1
            seen.add(str(self._asker.base.join(link)))
            link = page.next_link
            broken = self._next_is_broken(query, link, seen)
            if broken:
                part.missing.append(Missing(query.concept, Reason.CUT_OFF, broken))
                return
        part.missing.append(Missing(query.concept, Reason.CUT_OFF, "more_pages"))

    def _page(self, query: Query, link: str, *, first: bool, fresh: bool) -> dict[str, Any]:
        asked = self._asked(query)
        asked.fresh = asked.fresh or fresh
        try:
            return self._asker.resource(link, asked)
        except _REFUSALS as error:
            if first:
                raise
            raise PageExpired(error.code) from None

    def _next_is_broken(self, query: Query, link: str, seen: set[str]) -> str:
        try:
            return "circular_next" if str(self._asker.base.join(link)) in seen else ""
        except ForeignAddress as error:
            self._round.add(ForeignAddressRefused(concept=query.concept.value, place="next link"))
            return error.code


def _fetched(raw: dict[str, object], asked_for: str) -> Fetched:
    """Wrap a resource that was read by id; another one in its place is not believed."""
    if f"{raw.get('resourceType')}/{raw.get('id')}" != asked_for:
        raise UnreadableResponse
    return Fetched.of(raw)
