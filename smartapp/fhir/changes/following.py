"""A follower of one EHR: looks, hands over what is new, and moves its bookmark, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from django.db import transaction
from django.utils import timezone

from audit import context
from encryption import blind_index
from smartapp.fhir.addresses import Base
from smartapp.fhir.bundles import newest_of_each
from smartapp.fhir.changes.bookmarks import Bookmark
from smartapp.fhir.changes.catching_up import Changes, Pace, Reading, catch_up
from smartapp.fhir.identities import Identity
from smartapp.fhir.ownership import AtOnce, tell_dropped
from smartapp.fhir.pages import PageReader
from smartapp.fhir.queries import Query, queries_for
from smartapp.fhir.results import Concept, Fetched, Missing, Reason
from smartapp.fhir.vendors.concepts import ConceptQuery, Unsupported
from smartapp.fhir.vendors.profiles import Profile
from smartapp.models import ChangeBookmark, Ehr
from smartapp.models.launches import patient_index

_MOST_TRIES = 3
_FAR = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows the changes of patients of one EHR under a name of its own.

    Two followers have two bookmarks, and each is told everything.
    """

    name: str
    ehr: Ehr
    profile: Profile
    pace: Pace = field(default_factory=Pace)
    now: Callable[[], datetime] = timezone.now

    def take(
        self,
        pages: PageReader,
        patient_id: str,
        concept: Concept,
        handle: Callable[[Changes], None],
        *,
        begin: datetime | None = None,
    ) -> Changes:
        """Look once and hand over what is new; raises SessionLost.

        ``handle`` is called inside of the transaction that moves the bookmark, where there is
        something to tell; it must write nowhere else than in this database. Where another process
        moved the bookmark meanwhile, all is looked at anew. ``begin``: where there is no bookmark
        yet, the moment from which on changes count; ``None``: all there is counts as new.
        """
        asks = self.profile.concepts[concept]
        if isinstance(asks, Unsupported):
            return Changes(missing=(Missing(concept, Reason.UNSUPPORTED, "vendor"),))
        for _ in range(_MOST_TRIES):
            row = self._row(patient_id, concept, begin)
            found, after = catch_up(
                Bookmark.of(row.state),
                asks.since,
                lambda bound: self._read(pages, concept, asks, patient_id, bound),
                now=self.now(),
                pace=self.pace,
            )
            if self._moved(row, after, found, handle):
                return found
        return Changes(missing=(Missing(concept, Reason.FAILED, "bookmark_contended"),))

    def _read(
        self,
        pages: PageReader,
        concept: Concept,
        asks: ConceptQuery,
        patient_id: str,
        bound: datetime | None,
    ) -> Reading:
        found = _read(pages, concept, asks, patient_id, bound)
        if concept is not Concept.PATIENT:
            return found
        identity = Identity(self.ehr, patient_id)
        kept = tuple(each for each in found.resources if identity.admits(each.raw))
        if len(kept) < len(found.resources):
            self._tell_dropped(patient_id)
            missing = Missing(concept, Reason.OTHER_PATIENT, "Patient")
            found.resources, found.missing = kept, (*found.missing, missing)
        return found

    def _tell_dropped(self, patient_id: str) -> None:
        index, base = patient_index(self.ehr, patient_id), Base(self.ehr.issuer.rstrip("/"))
        with transaction.atomic(), context.bind(ehr=self.ehr.slug, patient_index=index):
            tell_dropped(AtOnce(), base, concept=Concept.PATIENT.value, resource_type="Patient")

    def _row(self, patient_id: str, concept: Concept, begin: datetime | None) -> ChangeBookmark:
        key = blind_index("changes", f"{patient_id}|{concept.value}")
        mine = ChangeBookmark.objects.filter(ehr=self.ehr, follower=self.name, key=key)
        row = mine.first()
        if row is None:
            new = ChangeBookmark(ehr=self.ehr, follower=self.name, key=key)
            new.state = Bookmark(mark=begin, whole_at=begin).stored()
            ChangeBookmark.objects.bulk_create([new], ignore_conflicts=True)
            row = mine.get()
        return row

    def _moved(
        self,
        row: ChangeBookmark,
        after: Bookmark,
        found: Changes,
        handle: Callable[[Changes], None],
    ) -> bool:
        with transaction.atomic():
            unmoved = ChangeBookmark.objects.filter(pk=row.pk, generation=row.generation)
            row.state = after.stored()
            # First the bookmark: of two processes, the second changes nothing and tells nothing.
            if not unmoved.update(
                state_sealed=row.state_sealed,
                generation=row.generation + 1,
                moved_at=timezone.now(),
            ):
                return False
            if found:
                handle(found)
        return True


def _read(
    pages: PageReader, concept: Concept, asks: ConceptQuery, patient_id: str, bound: datetime | None
) -> Reading:
    resources: list[Fetched] = []
    missing: list[Missing] = []
    shifted = False
    for query in queries_for(concept, asks, patient_id=patient_id):
        for number, part in enumerate(pages.read(_bounded(query, asks, bound))):
            resources += part.resources
            missing += part.missing
            shifted = shifted or number > 0
    return Reading(
        newest_of_each(resources),
        tuple(dict.fromkeys(missing)),
        shifted=shifted,
        windowed=asks.window is not None,
    )


def _bounded(query: Query, asks: ConceptQuery, bound: datetime | None) -> Query:
    since = asks.since
    if bound is None or since.param is None or asks.window is not None or not query.is_search:
        return query
    params = f"{since.param}={since.since}{_instant(bound, time=since.time)}"
    rule = asks.date
    if rule is not None and rule.param == since.param and rule.pair:
        params += f"&{rule.param}={rule.until}{_instant(bound + _FAR, time=rule.time)}"
    return replace(query, link=f"{query.link}&{params}")


def _instant(at: datetime, *, time: bool) -> str:
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return quote(f"{text}Z" if time else text[:10], safe=":")
