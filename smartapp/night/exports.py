"""A night's export of its group: asked for, waited for, laid ready for each patient, or given up.

No patient is asked for before. Whatever goes wrong with it, the night goes on without: then each
chart is asked for by itself, which is slower.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit import context
from audit.events.base import Event, Outcome
from audit.events.nights import NightExportGivenUp, NightExportTaken
from audit.recorder import record
from encryption import SealBroken
from smartapp.fhir import bulk
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import BackendRefused, FhirError, NotFound, RequestRefused
from smartapp.fhir.grants import Grants
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import profile_of
from smartapp.fhir.vendors.concepts import ConceptQuery
from smartapp.fhir.vendors.profiles import Export
from smartapp.models import BulkExport, Ehr, Night
from smartapp.night import parts, waking

logger = logging.getLogger(__name__)

_REFUSED = frozenset({RequestRefused.code, NotFound.code})
_LATE = "export_late"


class _BegunElsewhere(Exception):
    pass


def is_wanted(ehr: Ehr, group: str) -> bool:
    """Whether a night for a group takes its charts out of an export."""
    return bool(group) and profile_of(ehr).export is not None


def unfinished() -> QuerySet[Night]:
    """Return the nights whose export something can be done about now."""
    awaited = Q(exporting=True, state=Night.State.READING)
    left = Q(export__delete_due=True) | Q(export__cancel_asked=True, export__ended_at=None)
    due = Q(export=None) | Q(export__due_at__lte=timezone.now())
    return Night.objects.filter(due & (awaited | left))


def go_on(night: Night) -> None:
    """Do what can be done now; whoever is at it already is left alone."""
    profile = profile_of(night.ehr).export
    try:
        if night.export is None and profile is not None:
            _begin(night, (*profile.types, *profile.perhaps))
        if night.export is None:
            return
        export = _advanced(night.export)
        if night.exporting and night.state == Night.State.READING:
            _take(night, export, profile)
        if not bulk.is_over(export):
            bulk.advance(export.pk)  # what the EHR keeps is deleted there
    except BackendRefused as error:
        Night.objects.filter(pk=night.pk).update(code=error.reason[:60])
    except (bulk.BulkHeldElsewhere, _BegunElsewhere):
        return
    except FhirError as error:
        logger.warning("night_export_put_off", extra={"code": error.code})


def _begin(night: Night, offered: tuple[str, ...]) -> None:
    """Note the export that is wanted; raise BackendRefused, EhrUnavailable, _BegunElsewhere."""
    types = _types(night, offered)
    if not types:
        _give_up(night, "no_scopes")
        return
    before = night.export
    with transaction.atomic():
        export = bulk.begin(night.ehr, bulk.Wish(night.group, types))
        mine = Night.objects.filter(pk=night.pk, export=before, exporting=True)
        sent = 0
        if before is not None:
            before.refresh_from_db(fields=["requests"])
            sent = before.requests
        given_up = F("given_up_requests") + sent
        if not mine.update(export=export, code="", given_up_requests=given_up):
            raise _BegunElsewhere
    night.export = export


def _types(night: Night, offered: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is exported and read by somebody, as far as we may read all of it."""
    granted = BackendBearer(night.ehr).granted_scopes().replace("system/", "user/")
    grants, profile = Grants(granted), profile_of(night.ehr)
    asked = [profile.concepts[Concept(each)] for each in night.concepts]
    read = {each.type for each in asked if isinstance(each, ConceptQuery)}
    return tuple(each for each in offered if each in read and grants.whole(each, "search"))


def _advanced(export: BulkExport) -> BulkExport:
    state = export.State
    while export.state in {state.ASKED, state.WAITING, state.FETCHING}:
        export = bulk.advance(export.pk)
        if export.due_at > timezone.now():
            break
    return export


def _take(night: Night, export: BulkExport, profile: Export | None) -> None:
    state = export.State
    late = timedelta(hours=profile.wait_hours if profile is not None else 0)
    if export.state in {state.READY, state.IMPORTED}:
        _lay_ready(night, export)
    elif export.state in {state.FAILED, state.CANCELLED}:
        spare = set(profile.perhaps) if profile is not None else set()
        if export.code in _REFUSED and profile is not None and spare & set(export.wish["types"]):
            _begin(night, profile.types)
        else:
            _give_up(night, export.code or state(export.state).value)
    elif timezone.now() > night.begun_at + late:
        bulk.ask_to_cancel(export.pk)
        _give_up(night, _LATE)


def _lay_ready(night: Night, export: BulkExport) -> None:
    try:
        done = bulk.import_export(export.pk, parts.Storing(night).take)
    except SealBroken as broken:
        _give_up(night, broken.code)
        return
    taken = NightExportTaken(
        night_id=str(night.pk),
        export_id=str(export.pk),
        count=done.resources,
        outcome=Outcome.INCOMPLETE if done.missing else Outcome.SUCCESS,
    )
    if not _awaited_no_more(night, taken) and not _goes_on(night):
        parts.forget(night)  # it was ended meanwhile
    export.refresh_from_db()


def _give_up(night: Night, code: str) -> None:
    logger.warning("night_export_given_up", extra={"ehr": night.ehr.slug, "code": code})
    # Whoever comes second, with what was true a moment ago, takes nothing from under the readers.
    if _awaited_no_more(night, NightExportGivenUp(night_id=str(night.pk), code=code)):
        parts.forget(night)


def _goes_on(night: Night) -> bool:
    """Whether another worker has laid the same ready, and patients are being read out of it."""
    return Night.objects.filter(pk=night.pk, state=Night.State.READING).exists()


def _awaited_no_more(night: Night, event: Event) -> bool:
    """Have patients read from now on; tell whether this call did."""
    with transaction.atomic(), context.bind(ehr=night.ehr.slug):
        live = Night.objects.filter(pk=night.pk, exporting=True, state=Night.State.READING)
        if not live.update(exporting=False, code=""):
            return False
        record(event)
        transaction.on_commit(lambda: waking.wake(night.pk))
    night.exporting = False
    return True
