"""The kick-off of an export, so that none is left running at an EHR without anybody knowing.

That it is sent is on the disk before it is. Whoever finds it so, and no answer, says it: the EHR
may have begun an export whose address we never learned.
"""

from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.fhir import BulkPossiblyLeft
from audit.recorder import record
from smartapp.fhir.bulk.asking import BulkAsker
from smartapp.fhir.bulk.claims import Held
from smartapp.fhir.bulk.errors import BulkLeftRunning
from smartapp.fhir.bulk.wishes import Wish
from smartapp.fhir.errors import (
    BackendRefused,
    EhrPaused,
    EhrThrottled,
    FhirError,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.transport import alerts

_NEVER_SENT = (EhrPaused, EhrThrottled, SessionLost, BackendRefused)
_NOT_THE_EHRS = frozenset({502, 504})  # a gateway's words: the EHR behind it may have begun


def ask(held: Held, asker: BulkAsker) -> str:
    """Ask for an export; return where its status is, on the EHR's own server. Raises FhirError."""
    export = held.export
    tell_left(held)
    export.asked_at = timezone.now()
    held.save("asked_at")
    try:
        link = Wish.of(export.wish).link(asker.ways)
        answer = asker.ask("kick_off", link, Prefer=asker.ways.prefer)
    except FhirError as error:
        answered = error.status is not None and error.status not in _NOT_THE_EHRS
        if answered or isinstance(error, _NEVER_SENT):
            export.asked_at = None  # nothing was begun
            held.save("asked_at")
        raise
    location = answer.headers.get("Content-Location", "")
    if answer.status_code != 202 or not location:
        raise UnreadableResponse(status=answer.status_code)
    asker.places.control(location)  # raises where it is not the EHR's own
    return str(location)


def tell_left(held: Held) -> None:
    """Tell operations and the trail where a kick-off was sent and its answer is not known."""
    export = held.export
    if export.asked_at is None:
        return
    with transaction.atomic(), context.bind(ehr=export.ehr.slug):
        export.asked_at = None
        held.save("asked_at")
        record(BulkPossiblyLeft(export_id=str(export.pk)))
    alerts.notice(export.ehr.issuer.rstrip("/"), BulkLeftRunning())
