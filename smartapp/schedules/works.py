"""The kinds of work: a night, the changes of a group's patients, a bulk import of what changed.

What changed is marked (``PatientChange``): a launch that reads that patient afterwards is given no
answer that was fetched before.
"""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.nights import NightRefused
from audit.recorder import record
from smartapp.events.changes import mark
from smartapp.fhir import bulk
from smartapp.fhir.addresses import Base
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.changes import Changes, Follower
from smartapp.fhir.errors import BackendRefused
from smartapp.fhir.grants import Grants
from smartapp.fhir.ownership import patients_of
from smartapp.fhir.pages import PageReader
from smartapp.fhir.results import Reason
from smartapp.fhir.vendors import profile_of
from smartapp.fhir.vendors.concepts import ConceptQuery
from smartapp.models import BulkExport, Ehr, Schedule
from smartapp.models.launches import patient_index
from smartapp.night import cohorts, nights
from smartapp.night.errors import NightError
from smartapp.night.reading import usual_concepts
from smartapp.night.ways import asker_of
from smartapp.schedules.running import Held, Work

_PAGE_SECONDS = 120.0
_LASTING = frozenset({Reason.SUPPRESSED.value, Reason.OTHER_PATIENT.value})


def night(held: Held) -> str | None:
    """Begin a night; it goes on by itself."""
    row = held.row
    try:
        begun = nights.begin_for_group(row.ehr, row.group)
        row.count = nights.progress(begun).patients
        held.save(count=row.count)
    except NightError as error:
        with transaction.atomic(), context.bind(ehr=row.ehr.slug):
            record(NightRefused(code=error.code))
        return error.code
    return ""


def changes(held: Held) -> str | None:
    """Look at patient after patient for what is new since the last look."""
    row = held.row
    if row.left_sealed is None:
        try:
            row.left = cohorts.members_of(row.ehr, row.group)
        except NightError as error:
            return error.code
        held.save(left_sealed=row.left_sealed)
    people: list[str] = row.left
    following = _Following(row)
    while row.position < len(people):
        if held.time_is_up:
            return None
        following.look(people[row.position])
        row.position += 1
        row.count, row.missing = following.count, following.missing
        held.save(position=row.position, count=row.count, missing=row.missing)
    return ""


class _Following:
    """One worker's look at some patients."""

    def __init__(self, row: Schedule) -> None:
        self.count, self.missing = row.count, row.missing
        self._ehr = row.ehr
        self._profile = profile_of(row.ehr)
        self._asker = asker_of(row.ehr)
        self._follower = Follower("schedule", row.ehr, self._profile)
        # Whom we see for the first time has no changes behind them that anybody missed.
        self._begin = row.running_since
        granted = BackendBearer(row.ehr).granted_scopes().replace("system/", "user/")
        self._grants = Grants(granted)

    def look(self, patient_id: str) -> None:
        """Look at one patient; raise BackendRefused."""
        index = patient_index(self._ehr, patient_id)
        pages = PageReader(asker=self._asker, patient_id=patient_id, seconds=_PAGE_SECONDS)
        with context.bind(ehr=self._ehr.slug, patient_index=index):
            for concept in usual_concepts():
                asks = self._profile.concepts[concept]
                if not isinstance(asks, ConceptQuery):
                    continue
                if not self._grants.allow(asks.type, asks.interaction):
                    self.missing += 1
                    continue
                kind = asks.type

                def handle(found: Changes, kind: str = kind) -> None:
                    mark(self._ehr, index, kind, timezone.now())

                found = self._follower.take(pages, patient_id, concept, handle, begin=self._begin)
                self._count(found)

    def _count(self, found: Changes) -> None:
        if any(each.detail == BackendRefused.code for each in found.missing):
            raise BackendRefused  # nobody else of the group could be looked at either
        self.count += len(found.changed) + len(found.gone)
        self.missing += bool(found.missing)


def export(held: Held) -> str | None:
    """Have what changed exported, and mark whose it is."""
    try:
        found = _advanced(held.row.export or _begun_export(held))
        if found.state in {found.State.READY, found.State.IMPORTED}:
            _import(held, found)
    except bulk.BulkHeldElsewhere:
        return None
    if not bulk.is_over(found):
        return None
    if found.state == found.State.IMPORTED:
        return ""
    return found.code or found.State(found.state).value


def _begun_export(held: Held) -> BulkExport:
    row = held.row
    types = _types(row.ehr)
    if not types:
        raise BackendRefused("no_scopes")
    with transaction.atomic():
        row.export = bulk.begin(row.ehr, bulk.Wish(row.group, types, since=row.since))
        held.save(export=row.export)
    return row.export


def _import(held: Held, found: BulkExport) -> None:
    """Take a fetched export in; nothing twice, however often."""
    row, wish = held.row, bulk.Wish.of(found.wish)
    # An EHR that heeds no _since exports all there is, of which any may have changed.
    marking = Marking(row.ehr, marks=wish.since is not None)
    done = bulk.import_export(found.pk, marking.take)
    found.refresh_from_db()
    row.count, row.missing = done.resources, len(done.missing)
    # What was missing may have changed too: then the next import is from where this one was. What
    # an EHR withholds for good comes no other time, and Epic says so of nearly every export.
    whole = wish.group == row.group and all(each["reason"] in _LASTING for each in done.missing)
    since = {"since": found.transaction_time} if whole else {}
    held.save(count=row.count, missing=row.missing, **since)


def _types(ehr: Ehr) -> tuple[str, ...]:
    """Return the types that the workflows read, as far as we may read all of them."""
    profile = profile_of(ehr)
    grants = Grants(BackendBearer(ehr).granted_scopes().replace("system/", "user/"))
    offered = {*profile.export.types, *profile.export.perhaps} if profile.export else None
    asked = [profile.concepts[each] for each in usual_concepts()]
    kinds = sorted({each.type for each in asked if isinstance(each, ConceptQuery)})
    may = [each for each in kinds if offered is None or each in offered]
    return tuple(each for each in may if grants.whole(each, "search"))


def _advanced(found: BulkExport) -> BulkExport:
    while found.due_at <= timezone.now() and not bulk.is_over(found):
        found = bulk.advance(found.pk)
        if found.state == found.State.READY:
            break
    return found


class Marking:
    """Takes an import's batches; ``marks`` where they hold what changed, and not all there is."""

    def __init__(self, ehr: Ehr, *, marks: bool) -> None:
        self._ehr = ehr
        self._marks = marks
        self._base = Base(ehr.issuer.rstrip("/"))

    def take(self, batch: bulk.Batch) -> None:
        """Mark each patient of a batch once."""
        if not self._marks:
            return
        owners: dict[str, int] = defaultdict(int)
        for each in batch.resources:
            for patient in patients_of(each.raw, base=self._base) - {""}:
                owners[patient] += 1
        for patient in owners:
            mark(self._ehr, patient_index(self._ehr, patient), batch.resource_type, timezone.now())


WORKS: dict[str, Work] = {
    Schedule.Work.NIGHT: night,
    Schedule.Work.CHANGES: changes,
    Schedule.Work.EXPORT: export,
}
