"""The writer: puts one signed note into one launch's chart, and says truly what became of it.

In: a DocumentReference whose content is the signed text, and that text's SHA-256. Out: the chart's
own id and version, or an error that says whether the note may be there all the same. Never: what
was not signed (``signed`` reads the very bytes that leave), a second try by itself, a note that
the trail was not told of first.
Only ``recommendations.writeback`` may import this (``.importlinter``).
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from django.conf import settings
from django.db import Error as DatabaseFailed
from django.db import transaction

from audit.errors import LedgerUnavailable
from audit.events.fhir import NoteWriteIntended
from audit.recorder import record
from smartapp.fhir.addresses import Base, is_id
from smartapp.fhir.bearers import LaunchBearer
from smartapp.fhir.errors import (
    AccessDenied,
    EhrPaused,
    EhrThrottled,
    EhrUnavailable,
    FhirError,
    ForeignAddress,
    SessionLost,
)
from smartapp.fhir.grants import Grants
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.rounds import Round
from smartapp.fhir.signed import NotTheSignedText, refuse_unless_signed
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.asked import PARSED, Asked
from smartapp.fhir.vendors import profile_of
from smartapp.models import Launch

__all__ = ["NotTheSignedText", "WriteUnknown", "Writer", "Written", "writer_for"]
_TYPE = "DocumentReference"
_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"')
# What the transport raises of itself before anything leaves, or once a token was refused.
_NOT_TAKEN = (EhrPaused, EhrThrottled, SessionLost, ForeignAddress)
_REQUEST_TIMEOUT = 408


class WriteUnknown(FhirError):
    """The note was sent, and no answer says what became of it: search before anything else."""

    code = "write_unknown"
    sentence = "The EHR did not say whether it took the note. The chart is searched for it."


@dataclass(frozen=True, slots=True)
class Written:
    """Where the note stands: the chart's id, and the version ("" where the EHR names none)."""

    id: str
    version: str = ""


class Writer:
    """Writes into one patient's chart at one EHR.

    ``prepare`` fetches the token in the caller's thread, and may raise SessionLost and
    EhrUnavailable; ``seconds`` bounds each request.
    """

    def __init__(
        self,
        *,
        transport: httpx2.BaseTransport,
        base: Base,
        patient_id: str,
        granted_scopes: str,
        seconds: float,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._transport = transport
        self._base = base
        self._patient_id = patient_id
        self._grants = Grants(granted_scopes)
        self._seconds = seconds
        self._prepare = prepare

    @property
    def granted(self) -> bool:
        """Whether the EHR lets this launch create notes."""
        return self._grants.allow(_TYPE, "create")

    def create(self, note: dict[str, Any], *, text_sha256: str) -> Written:
        """POST a note, once, after the trail was told that it will be.

        Raises :class:`WriteUnknown` where it may have been taken, also where the trail could not
        be told what became of it. All other errors say that it was not: NotTheSignedText,
        AccessDenied, SessionLost, RequestRefused, EhrThrottled, EhrPaused, LedgerUnavailable …
        """
        if not self.granted:
            raise AccessDenied
        body = json.dumps(note, ensure_ascii=False, separators=(",", ":")).encode()
        refuse_unless_signed(body, text_sha256, patient=f"Patient/{self._patient_id}")
        self._prepare()
        _tell_intention(text_sha256)
        try:
            with Round(self._seconds) as round_:
                # What was taken is often answered with no body at all.
                return self._outcome(self._sent(body, round_.asked(any_content=True)))
        except (LedgerUnavailable, DatabaseFailed) as untold:
            raise WriteUnknown from untold

    def _sent(self, body: bytes, asked: Asked) -> httpx2.Response:
        request = httpx2.Request(
            "POST",
            self._base.join(_TYPE),
            headers={
                "Content-Type": "application/fhir+json",
                "Accept": "application/fhir+json",
                "Prefer": "return=minimal",
            },
            content=body,
        )
        try:
            return self._transport.handle_request(asked.attach(request))
        except _NOT_TAKEN:
            raise
        except FhirError as lost:
            raise WriteUnknown(status=lost.status) from None
        except Exception as fault:  # ours: the note may have left all the same
            raise WriteUnknown from fault

    def _outcome(self, response: httpx2.Response) -> Written:
        """Tell by the status alone whether it was taken; the body says only why it was not.

        EHRs send OperationOutcomes with errors beside what they have filed.
        """
        status = response.status_code
        if response.is_success:
            return self._written(response)
        if not response.is_client_error or status == _REQUEST_TIMEOUT:
            raise WriteUnknown(status=status)
        refusal = error_for(status, response.extensions.get(PARSED))
        passing = isinstance(refusal, EhrUnavailable) and not isinstance(refusal, EhrThrottled)
        if refusal is None or passing:
            raise WriteUnknown(status=status)
        raise refusal

    def _written(self, response: httpx2.Response) -> Written:
        location, reference = response.headers.get("Location", ""), None
        with suppress(ForeignAddress, ValueError):
            reference = self._base.reference(location)
        if reference is not None and reference.resource_type == _TYPE:
            return Written(reference.id, _version(response, location))
        parsed = response.extensions.get(PARSED)
        if not isinstance(parsed, dict) or parsed.get("resourceType") != _TYPE:
            raise WriteUnknown(status=response.status_code)
        if not is_id(parsed.get("id")):
            raise WriteUnknown(status=response.status_code)
        meta = parsed.get("meta")
        version = meta.get("versionId") if isinstance(meta, dict) else None
        return Written(parsed["id"], version if isinstance(version, str) else "")


def _tell_intention(text_sha256: str) -> None:
    """Let the trail know first, in a transaction of its own; raise LedgerUnavailable."""
    try:
        with transaction.atomic(durable=True):
            record(NoteWriteIntended(text_sha256=text_sha256))
    except DatabaseFailed as error:
        raise LedgerUnavailable("The trail could not be written.") from error


def _version(response: httpx2.Response, location: str) -> str:
    tag = _ETAG.fullmatch(response.headers.get("ETag", "").strip())
    if tag:
        return tag[1]
    _, _, version = location.partition("/_history/")
    return version if is_id(version) else ""


def writer_for(launch: Launch) -> Writer:
    """Return the writer of a live launch, bound to its patient, its EHR and its token."""
    profile, base = profile_of(launch.ehr), Base(launch.ehr.issuer.rstrip("/"))
    bearer = LaunchBearer(launch.id)
    transport = stack.build(
        base=base,
        scope=f"{launch.ehr.issuer}|{launch.id}|{launch.patient_id}",
        bearer=bearer,
        bucket=stack.bucket_for(base, profile.rate, holder=launch.id),
        cache_seconds=0,
    )
    return Writer(
        transport=transport,
        base=base,
        patient_id=launch.patient_id,
        granted_scopes=launch.granted_scopes,
        seconds=settings.FHIR_TIMEOUT_SECONDS,
        prepare=bearer.prepare,
    )
