"""One query, read to its end or to its bound: pages in, resources and absences out."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.events.fhir import ForeignAddressRefused, UnaskedDropped
from smartapp.fhir.absences import missing_for, missing_for_issue
from smartapp.fhir.addresses import is_id
from smartapp.fhir.asking import Asker
from smartapp.fhir.bundles import Page, page_of
from smartapp.fhir.errors import (
    FhirError,
    ForeignAddress,
    NotFound,
    RequestRefused,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.ownership import Owner, owner_of, tell_dropped
from smartapp.fhir.queries import Query
from smartapp.fhir.results import Fetched, Missing, Reason
from smartapp.fhir.rounds import Round
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.vendors import proprietary
from smartapp.fhir.wanted import is_wanted, passed_over_by

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


@dataclass(slots=True)
class Part:
    """What one query gave. ``refused``: the EHR has no such search.

    ``unasked``: resources left out that the search did not ask for.
    """

    resources: list[Fetched] = field(default_factory=list)
    included: dict[str, Fetched] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    total: int | None = None
    refused: bool = False
    unasked: int = 0


class Searcher:
    """Runs queries for one patient within one round."""

    def __init__(self, *, asker: Asker, patient_id: str, round_: Round) -> None:
        self._asker = asker
        self._patient_id = patient_id
        self._round = round_

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
            self._take_matches(query, [_fetched(raw, reference)], part)
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
            self._take_included(query, [resource], part)
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
        self._take_matches(query, right, part)

    def _read(self, query: Query, part: Part) -> None:
        raw = self._asker.resource(query.link, self._asked(query))
        if raw["resourceType"] != query.asks.type or not is_id(raw.get("id")):
            raise UnreadableResponse
        self._take_matches(query, [Fetched.of(raw)], part)

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
            self._take(query, page, part)
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

    def _take(self, query: Query, page: Page, part: Part) -> None:
        part.total = page.total if part.total is None else part.total
        self._take_matches(query, page.matches, part)
        self._take_included(query, page.included, part)
        if page.unreadable:
            part.missing.append(Missing(query.concept, Reason.UNREADABLE, "entries"))
        found = (missing_for_issue(query.concept, issue) for issue in page.issues)
        part.missing.extend(missing for missing in found if missing is not None)

    def _take_matches(self, query: Query, resources: list[Fetched], part: Part) -> None:
        own = list(self._own(query, resources, part, {Owner.PATIENT}))
        wanted = [each for each in own if is_wanted(each, query.asks.only)]
        if unwanted := len(own) - len(wanted):
            part.total = None  # it counts what was not wanted, too
            self._tell_unasked(query, unwanted, part)
        part.resources.extend(wanted)

    def _tell_unasked(self, query: Query, count: int, part: Part) -> None:
        """Tell that the EHR passed over what should have narrowed the search, if anything should.

        Some EHRs drop parameters and answer with all there is (Epic those that it does not know).
        """
        passed_over = passed_over_by(query.asks)
        if passed_over:
            part.unasked += count
            self._round.add(
                UnaskedDropped(concept=query.concept.value, parameters=passed_over, count=count)
            )

    def _take_included(self, query: Query, resources: list[Fetched], part: Part) -> None:
        ours = {each.reference for each in part.resources} | {f"Patient/{self._patient_id}"}
        told: list[Fetched] = []
        rest: list[Fetched] = []
        for each in resources:
            (told if self._tells_of(each, ours) else rest).append(each)
        own = [*told, *self._own(query, rest, part, {Owner.PATIENT, Owner.NOBODY})]
        part.included.update((resource.reference, resource) for resource in own)

    def _tells_of(self, resource: Fetched, ours: set[str]) -> bool:
        """Whether it is a Provenance, which names no patient, of what is the patient's."""
        targets = resource.raw.get("target") if resource.resource_type == "Provenance" else None
        if not isinstance(targets, list) or not targets:
            return False
        try:
            found = {
                str(self._asker.base.reference(each.get("reference")))
                for each in targets
                if isinstance(each, dict)
            }
        except ForeignAddress:
            return False
        return found <= ours

    def _own(
        self, query: Query, resources: list[Fetched], part: Part, allowed: set[Owner]
    ) -> Iterator[Fetched]:
        dropped: dict[tuple[Owner, str], int] = {}
        for resource in resources:
            owner = owner_of(resource.raw, patient_id=self._patient_id, base=self._asker.base)
            if owner in allowed:
                yield resource
            else:
                key = owner, resource.resource_type
                dropped[key] = dropped.get(key, 0) + 1
        for (owner, resource_type), count in dropped.items():
            self._tell_dropped(query, owner, resource_type, count, part)

    def _tell_dropped(
        self, query: Query, owner: Owner, resource_type: str, count: int, part: Part
    ) -> None:
        if owner is not Owner.OTHER:
            # Nothing shows that it is this patient's, so it is not shown as theirs.
            part.missing.append(Missing(query.concept, Reason.UNREADABLE, "no_patient"))
            return
        part.missing.append(Missing(query.concept, Reason.OTHER_PATIENT, resource_type))
        tell_dropped(
            self._round,
            self._asker.base,
            concept=query.concept.value,
            resource_type=resource_type,
            count=count,
        )


def _fetched(raw: dict[str, object], asked_for: str) -> Fetched:
    """Wrap a resource that was read by id; another one in its place is not believed."""
    if f"{raw.get('resourceType')}/{raw.get('id')}" != asked_for:
        raise UnreadableResponse
    return Fetched.of(raw)
