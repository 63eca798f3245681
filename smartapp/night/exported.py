"""A reading that finds in hand what an export brought, and asks the EHR for the rest alone.

The reader runs as ever over this transport: its searches are answered out of the export where that
holds the type whole and the search can be made here, by the codes it names. So ownership, identity,
fallbacks and gaps are held to the same rules, and each answer stands in the trail.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import ForeignAddress
from smartapp.fhir.ownership import belongs_to_nobody
from smartapp.fhir.queries import Query
from smartapp.fhir.results import Reason
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import PARSED, Asked, CacheUse
from smartapp.models import Night
from smartapp.night import parts
from smartapp.night.parts import Resource

# Search parameters that name codes of an element, which we can look for ourselves.
_ELEMENTS = {"category": "category", "status": "status"}
# Neither changes which resources are found; what is included is read along from what is shared.
_HARMLESS = frozenset({"_count", "_include"})


@dataclass(frozen=True, slots=True)
class Held:
    """What an export holds: types that are whole, and those of which the EHR withheld some."""

    types: frozenset[str]
    withheld: frozenset[str]
    at: datetime


def held_by(night: Night) -> Held | None:
    """Return what a night's export holds; ``None`` where it has none in hand."""
    export = night.export
    if night.exporting or export is None or export.state != export.State.IMPORTED:
        return None
    types = set(export.wish["types"])
    withheld: set[str] = set()
    broken = parts.unnamed_kinds(night)
    for each in export.missing:
        concerned = {each["resource_type"]} if each["resource_type"] else types
        if each["reason"] == Reason.SUPPRESSED:
            withheld |= concerned
        elif each["reason"] != Reason.OTHER_PATIENT:  # of one patient, who is asked for
            broken |= concerned
    at = export.transaction_time or night.begun_at
    return Held(frozenset(types - broken), frozenset(withheld), at)


def answers(
    queries: Iterable[Query], held: Held, found: dict[str, list[Resource]], *, patient_id: str
) -> dict[str, Resource]:
    """Return, by link, the answer to each query that the export holds the whole answer of."""
    made = {}
    for query in queries:
        kind = query.asks.type
        if query.reader or query.asks.operation or kind not in held.types:
            continue
        if not query.is_search:
            mine = [each for each in found.get(kind, ()) if each.get("id") == patient_id]
            if mine:
                made[query.link] = mine[0]
            continue
        wanted = _conditions(query, patient_id)
        if wanted is not None:
            rows = [each for each in found.get(kind, ()) if _meets(each, wanted)]
            made[query.link] = _bundle(rows, withheld=kind in held.withheld)
    return made


def read_along(queries: Iterable[Query], found: dict[str, list[Resource]], base: Base) -> set[str]:
    """Return the references to what belongs to no patient, and is read along with the rest."""
    references = set()
    for query in queries:
        for name in query.asks.resolve:
            for each in found.get(query.asks.type, ()):
                element = each.get(name)
                with suppress(ForeignAddress):  # told by the reader
                    reference = base.reference(
                        element.get("reference") if isinstance(element, dict) else None
                    )
                    if reference is not None and belongs_to_nobody(reference.resource_type):
                        references.add(str(reference))
    return references


class Exported(httpx2.BaseTransport):
    """Answers out of ``given`` (by link) where it can, else asks ``inner``.

    ``learned``: what was read of what belongs to no patient, by reference.
    """

    def __init__(
        self, inner: httpx2.BaseTransport, *, base: Base, given: dict[str, Resource]
    ) -> None:
        self.learned: dict[str, Resource] = {}
        self._inner = inner
        self._base = base
        self._given = {str(base.join(link)): answer for link, answer in given.items()}
        self._told = AccessLog(_Given(self._given), base=base)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer."""
        if str(request.url) in self._given:
            return self._told.handle_request(request)
        response = self._inner.handle_request(request)
        parsed = response.extensions.get(PARSED)
        if response.is_success and isinstance(parsed, dict):
            reference = f"{parsed.get('resourceType')}/{parsed.get('id')}"
            asked_for = self._base.below(request.url) == reference
            if asked_for and belongs_to_nobody(str(parsed["resourceType"])):
                self.learned[reference] = parsed
        return response


class _Given(httpx2.BaseTransport):
    """The answers in hand, by address."""

    def __init__(self, given: dict[str, Resource]) -> None:
        self._given = given

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Give one."""
        Asked.of(request).cache = CacheUse.EXPORT
        return httpx2.Response(200, extensions={PARSED: self._given[str(request.url)]})


def _conditions(query: Query, patient_id: str) -> list[tuple[str, set[str]]] | None:
    """Return elements and their codes; ``None`` where the search cannot be made here."""
    found = []
    for name, value in parse_qsl(query.link.partition("?")[2], keep_blank_values=True):
        if name in _HARMLESS or (query.asks.params.get(name), value) == ("{patient}", patient_id):
            continue
        if name not in _ELEMENTS:
            return None
        found.append((_ELEMENTS[name], set(value.split(","))))
    return found


def _meets(resource: Resource, wanted: list[tuple[str, set[str]]]) -> bool:
    return all(_codes(resource.get(element)) & codes for element, codes in wanted)


def _codes(element: Any) -> set[str]:
    """Return an element's codes, each with its system and without, as a search names them."""
    if isinstance(element, str):
        return {element}
    found = set()
    for concept in element if isinstance(element, list) else [element]:
        codings = concept.get("coding") if isinstance(concept, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                found |= {coding["code"], f"{coding.get('system', '')}|{coding['code']}"}
    return found


def _bundle(resources: list[Resource], *, withheld: bool) -> Resource:
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    if withheld:
        issue = {"severity": "warning", "code": "suppressed"}
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        entries.append({"resource": outcome, "search": {"mode": "outcome"}})
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}
