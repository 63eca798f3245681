"""The reader: what a launch may know about its one patient.

In: concepts. Out: resources with their versions, and what is missing and why. Never: another
patient (the id is bound here, on the server), an exception for one concept that others could have
been read without.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from django.conf import settings

from smartapp.fhir.absences import missing_for
from smartapp.fhir.addresses import Base, is_id
from smartapp.fhir.asking import Asker
from smartapp.fhir.bearers import LaunchBearer
from smartapp.fhir.contents import Contents
from smartapp.fhir.errors import (
    AccessDenied,
    EhrUnavailable,
    RecordMerged,
    RequestRefused,
    UnreadableResponse,
)
from smartapp.fhir.gathering import Gathering
from smartapp.fhir.grants import Grants
from smartapp.fhir.identities import Admits, Identity, is_replaced
from smartapp.fhir.ownership import tell_dropped
from smartapp.fhir.plans import Plans
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason
from smartapp.fhir.rounds import Round
from smartapp.fhir.searches import Searcher
from smartapp.fhir.transport import stack
from smartapp.fhir.vendors import profile_of
from smartapp.fhir.vendors.profiles import Profile
from smartapp.models import Launch, PatientChange
from smartapp.tokens import LiveToken

# Who may use the app, and so whose name may be read although it is not the patient's chart.
_PEOPLE = frozenset({"Practitioner", "PractitionerRole"})
# How long whoever asked is kept waiting for requests to leave; it takes them some 5 ms.
_LEAVING_SECONDS = 0.05


class Reader:
    """Reads one patient's chart from one EHR.

    ``granted_scopes`` are as the EHR granted them. ``prepare`` runs at the start of each
    reading in the caller's thread: it fetches the token, and may raise SessionLost and
    EhrUnavailable. ``seconds`` bounds each reading as a whole. ``admits`` tells whether a Patient
    resource, which has the right id, may be the patient's.
    """

    def __init__(
        self,
        *,
        profile: Profile,
        asker: Asker,
        patient_id: str,
        granted_scopes: str,
        seconds: float,
        prepare: Callable[[], None] = lambda: None,
        admits: Admits = lambda _: True,
    ) -> None:
        if not is_id(patient_id):
            raise ValueError("The launch's patient id is not a FHIR id.")
        self._patient_id = patient_id
        self._asker = asker
        self._grants = Grants(granted_scopes)
        self._seconds = seconds
        self._prepare = prepare
        self._admits = admits
        self._plans = Plans(profile, self._grants, patient_id)

    @property
    def patient_id(self) -> str:
        """The one patient this reader reads."""
        return self._patient_id

    def read(
        self,
        concept: Concept,
        *,
        codes: Sequence[str] = (),
        since: date | None = None,
        fresh: bool = False,
    ) -> ReadResult:
        """Read one concept, narrowed by ``codes`` and ``since``; raises SessionLost.

        ``fresh`` asks the EHR, whatever is kept of its answers.
        """
        return self._read([concept], codes=codes, since=since, fresh=fresh)[concept]

    def read_all(
        self,
        concepts: Iterable[Concept],
        *,
        fresh: bool = False,
        when_asked: Callable[[], None] | None = None,
    ) -> dict[Concept, ReadResult]:
        """Read concepts in parallel; raises SessionLost. ``fresh`` as in :meth:`read`.

        ``when_asked`` is called once the requests have left, or might have: it is not late.
        """
        return self._read(list(dict.fromkeys(concepts)), fresh=fresh, when_asked=when_asked)

    def patient(self) -> ReadResult:
        """Read the Patient resource; raises SessionLost."""
        return self.read(Concept.PATIENT)

    def observations(
        self,
        *,
        category: Literal["laboratory", "vital-signs"],
        codes: Sequence[str] = (),
        since: date | None = None,
    ) -> ReadResult:
        """Read observations; ``codes`` are LOINC codes or ``system|code``. Raises SessionLost."""
        concept = Concept.LABS if category == "laboratory" else Concept.VITALS
        return self.read(concept, codes=codes, since=since)

    def attachment(self, document: Fetched) -> tuple[bytes, str] | Missing:
        """Return a document's bytes and content type; raises SessionLost."""
        return self.attachments([document])[document.reference]

    def attachments(self, documents: Iterable[Fetched]) -> dict[str, tuple[bytes, str] | Missing]:
        """Fetch the contents of documents in parallel, by reference; raises SessionLost."""
        documents = list(documents)
        unready = self._unready()
        if unready is not None:
            (missing,) = self._not_asked([Concept.NOTES], unready)[Concept.NOTES].missing
            return dict.fromkeys((each.reference for each in documents), missing)
        with Round(self._seconds) as round_:
            contents = Contents(
                self._asker, patient_id=self._patient_id, grants=self._grants, round_=round_
            )
            found = contents.of(documents)
            lacks = tuple(each for each in found.values() if isinstance(each, Missing))
            round_.tell_missing([ReadResult(Concept.NOTES, missing=lacks)])
            return found

    def person(self, reference: str) -> dict[str, Any]:
        """Read who uses the app, ``Practitioner/1`` or ``PractitionerRole/1``; raises FhirError."""
        resource_type, _, person_id = reference.partition("/")
        if resource_type not in _PEOPLE or not is_id(person_id):
            raise RequestRefused
        if not self._grants.allow(resource_type, "read"):
            raise AccessDenied
        self._prepare()
        with Round(self._seconds) as round_:
            found = self._asker.resource(f"{resource_type}/{person_id}", round_.asked())
        if (found["resourceType"], found.get("id")) != (resource_type, person_id):
            raise UnreadableResponse
        return found

    def _unready(self) -> EhrUnavailable | None:
        try:
            self._prepare()
        except EhrUnavailable as error:
            return error
        return None

    def _not_asked(
        self, concepts: list[Concept], unready: EhrUnavailable
    ) -> dict[Concept, ReadResult]:
        """Say, in the trail too, that without a token nothing could be asked for."""
        results = {
            each: ReadResult(each, missing=(missing_for(each, unready),)) for each in concepts
        }
        with Round(self._seconds) as round_:
            round_.tell_missing(results.values())
        return results

    def _read(
        self,
        concepts: list[Concept],
        *,
        codes: Sequence[str] = (),
        since: date | None = None,
        fresh: bool = False,
        when_asked: Callable[[], None] | None = None,
    ) -> dict[Concept, ReadResult]:
        unready = self._unready()
        if unready is not None:
            return self._not_asked(concepts, unready)
        with Round(self._seconds, fresh=fresh) as round_:
            searcher = Searcher(asker=self._asker, patient_id=self._patient_id, round_=round_)
            gathering = Gathering(searcher, base=self._asker.base, grants=self._grants)
            for concept in concepts:
                self._plans.begin(gathering, concept, codes, since)
            if when_asked is not None:
                round_.wait_for_leaving(gathering.under_way, seconds=_LEAVING_SECONDS)
                when_asked()
            round_.get_ready()
            gathering.finish(round_)
            results = {concept: self._plans.result(gathering, concept) for concept in concepts}
            if Concept.PATIENT in results:
                results[Concept.PATIENT] = self._identified(results[Concept.PATIENT], round_)
            round_.tell_missing(results.values())
        read_at = datetime.now(UTC)
        return {each: replace(result, read_at=read_at) for each, result in results.items()}

    def _identified(self, result: ReadResult, round_: Round) -> ReadResult:
        """Drop a Patient resource that tells of somebody else than we know by this id.

        One that was merged into another is told: its chart is no longer the patient's.
        """
        if any(is_replaced(each.raw) for each in result.resources):
            merged = Missing(result.concept, Reason.MERGED, RecordMerged.code)
            result = replace(result, missing=(*result.missing, merged))
        kept = tuple(each for each in result.resources if self._admits(each.raw))
        if len(kept) == len(result.resources):
            return result
        tell_dropped(
            round_, self._asker.base, concept=result.concept.value, resource_type="Patient"
        )
        missing = Missing(result.concept, Reason.OTHER_PATIENT, "Patient")
        return replace(result, resources=kept, missing=(*result.missing, missing))


def reader_for(launch: Launch, *, given: LiveToken | None = None) -> Reader:
    """Return the reader of a live launch, bound to its patient, its EHR and its token.

    ``given`` is the launch's token where it has just been issued.
    """
    ehr, profile, base = launch.ehr, profile_of(launch.ehr), Base(launch.ehr.issuer.rstrip("/"))
    bearer = LaunchBearer(launch.id, given=given)
    bucket = stack.bucket_for(base, profile.rate, holder=launch.id)
    changed = PatientChange.latest(ehr, launch.patient_index)
    transport = stack.build(
        base=base,
        scope=f"{ehr.issuer}|{launch.id}|{launch.patient_id}",
        bearer=bearer,
        bucket=bucket,
        cache_seconds=settings.FHIR_CACHE_SECONDS,
        launch=launch.id,
        not_before=changed.timestamp() if changed else 0.0,
        revalidate=profile.revalidate,
    )
    return Reader(
        profile=profile,
        asker=Asker(transport=transport, base=base, accept=profile.accept),
        patient_id=launch.patient_id,
        granted_scopes=launch.granted_scopes,
        seconds=settings.FHIR_TIMEOUT_SECONDS,
        prepare=bearer.prepare,
        admits=Identity(ehr, launch.patient_id).admits,
    )
