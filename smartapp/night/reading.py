"""Reading one patient's chart by night: out of the night's export, in a batch, then one by one."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from django.conf import settings

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import (
    AccessDenied,
    NotFound,
    OtherPatientSent,
    RequestRefused,
    UnreadableResponse,
)
from smartapp.fhir.grants import Grants
from smartapp.fhir.identities import Identity
from smartapp.fhir.queries import Query, queries_for, steps_for, told_of
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, Missing, ReadResult, Reason
from smartapp.fhir.vendors import profile_of
from smartapp.fhir.vendors.concepts import ConceptQuery, Unsupported
from smartapp.models import Night
from smartapp.models.launches import patient_index
from smartapp.night import parts
from smartapp.night.batches import Batching
from smartapp.night.exported import Exported, answers, held_by, read_along
from smartapp.night.ways import transport_of
from smartapp.scopes import registered, tools_of

# The EHR takes no batches, from us or from anybody: it is not asked for another.
_NO_BATCHES = (AccessDenied, NotFound, RequestRefused)
_PASSING = frozenset({Reason.TIMED_OUT, Reason.THROTTLED})
_OURS = frozenset({"backend_refused", "session_lost"})


@dataclass(frozen=True, slots=True)
class Chart:
    """One patient's chart, and how many requests it cost."""

    results: dict[Concept, ReadResult]
    requests: int

    @property
    def missing(self) -> tuple[Missing, ...]:
        """All that is missing, of every concept."""
        return tuple(each for result in self.results.values() for each in result.missing)

    @property
    def passing(self) -> str:
        """The code of what may be there at another try, "" where another try brings nothing."""
        codes = (each.detail for each in self.missing if _may_pass(each))
        return next(codes, "")

    @property
    def refused(self) -> str:
        """Why even the patient could not be read, "" where the chart is one."""
        patient = self.results[Concept.PATIENT]
        if patient.resources:
            return ""
        if any(each.reason is Reason.OTHER_PATIENT for each in patient.missing):
            return OtherPatientSent.code
        return next((each.detail for each in patient.missing), "not_found")


def usual_concepts() -> list[Concept]:
    """Return what the workflows read, and the patient."""
    tools = tools_of(registered()).values()
    names = {name for tool in tools for name in tool.concepts}
    return [each for each in Concept if each is Concept.PATIENT or each.value in names]


class NightReader:
    """Reads patients of one night; any number of threads may read at once."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._concepts = [Concept(each) for each in night.concepts]
        self._profile = profile_of(night.ehr)
        self._base = Base(night.ehr.issuer.rstrip("/"))
        self._bearer = BackendBearer(night.ehr)
        self._stack = transport_of(night.ehr, self._bearer)
        self._held = held_by(night)
        self._seconds = settings.NIGHT_LEASE_SECONDS * 0.8

    def read(self, patient_id: str) -> Chart:
        """Read one chart; raises FhirError where nothing could be asked.

        The caller says to the trail whose it is (``context.bind``).
        """
        ehr, accept = self._night.ehr, self._profile.accept
        granted = self._bearer.granted_scopes().replace("system/", "user/")
        queries = list(self._queries(patient_id, Grants(granted)))
        given = self._given(queries, patient_id)
        way = Batching(self._stack, base=self._base, accept=accept)
        self._fetch(way, [each.link for each in queries if each.link not in given])
        exported = Exported(way, base=self._base, given=given)
        reader = Reader(
            profile=self._profile,
            asker=Asker(transport=exported, base=self._base, accept=accept),
            patient_id=patient_id,
            # The reader speaks of people's scopes; a server's allow the same kinds of request.
            granted_scopes=granted,
            seconds=self._seconds,
            admits=Identity(ehr, patient_id).admits,
        )
        results = reader.read_all(self._concepts, fresh=True)
        if self._held is not None:
            parts.keep_shared(self._night, exported.learned)
        if given:
            results = {each: self._dated(result) for each, result in results.items()}
        return Chart(results, way.requests)

    def _given(self, queries: list[Query], patient_id: str) -> dict[str, parts.Resource]:
        """Return what the night's export answers, by link; nothing for who is not in it."""
        if self._held is None:
            return {}
        found = parts.of_patient(self._night, patient_index(self._night.ehr, patient_id))
        if not any(each.get("id") == patient_id for each in found.get("Patient", ())):
            # Who is not in the export has no empty chart, nor has one whose part is gone.
            return {}
        along = parts.shared(self._night, read_along(queries, found, self._base))
        return answers(queries, self._held, found, patient_id=patient_id) | along

    def _dated(self, result: ReadResult) -> ReadResult:
        """Say of what the export held that it is as old as the export."""
        asks = self._profile.concepts[result.concept]
        if self._held is None or isinstance(asks, Unsupported) or asks.type not in self._held.types:
            return result
        return replace(result, read_at=self._held.at)

    def _fetch(self, way: Batching, links: list[str]) -> None:
        batch = self._profile.batch
        if batch is None or not self._night.batches or not links:
            return
        links = list(dict.fromkeys(links))
        try:
            with suppress(UnreadableResponse):  # of this patient alone: one by one, then
                way.fetch(links, batch, self._seconds)
        except _NO_BATCHES:
            self._night.batches = False
            Night.objects.filter(pk=self._night.pk).update(batches=False)

    def _queries(self, patient_id: str, grants: Grants) -> Iterator[Query]:
        """Yield what the reader will ask first, and what it turns to where that is empty."""
        for concept in self._concepts:
            asks = self._profile.concepts[concept]
            if not isinstance(asks, ConceptQuery):
                continue
            if grants.allow(asks.type, asks.interaction):
                yield from queries_for(concept, told_of(asks, grants), patient_id=patient_id)
            for step in steps_for(concept, asks, patient_id=patient_id):
                if step.fallback.when == "empty" and step.fallback.search is not None:
                    allowed = grants.allow(step.fallback.search.type, "search")
                    yield from (query for query in step.queries if allowed)


def _may_pass(missing: Missing) -> bool:
    return missing.reason in _PASSING or missing.detail in _OURS
