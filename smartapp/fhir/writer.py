"""The writer: puts one signed note into one launch's chart, and says truly what became of it.

In: a DocumentReference whose content is the signed text, and that text's SHA-256. Out: the chart's
own id and version, or an error that says whether the note may be there all the same. Never: a text
that was not signed (the bytes that leave are hashed right before they do), a second try by itself.
Only ``recommendations.writeback`` may import this (``.importlinter``).
"""

import base64
import hashlib
import json
import re
from binascii import Error as NotBase64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from django.conf import settings

from smartapp.fhir.addresses import Base, is_id
from smartapp.fhir.bearers import LaunchBearer
from smartapp.fhir.errors import (
    AccessDenied,
    EhrPaused,
    EhrThrottled,
    EhrUnavailable,
    FhirError,
    ForeignAddress,
    UnreadableResponse,
)
from smartapp.fhir.grants import Grants
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.rounds import Round
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.asked import PARSED, Asked
from smartapp.fhir.vendors import profile_of
from smartapp.models import Launch

_TYPE = "DocumentReference"
_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"')


class WriteUnknown(FhirError):
    """The note was sent, and no answer says what became of it: search before anything else."""

    code = "write_unknown"
    sentence = "The EHR did not say whether it took the note. The chart is searched for it."


class NotTheSignedText(FhirError):
    """What was about to leave is not what was signed. Nothing was sent."""

    code = "not_the_signed_text"
    sentence = "The text that was about to be sent is not the one that was signed; it was held."


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
        """POST a note, once.

        Raises :class:`WriteUnknown` where it may have been taken. All other errors say that it was
        not: NotTheSignedText, AccessDenied, SessionLost, RequestRefused, EhrThrottled, EhrPaused …
        """
        if not self.granted:
            raise AccessDenied
        self._prepare()
        body = json.dumps(note, ensure_ascii=False, separators=(",", ":")).encode()
        with Round(self._seconds) as round_:
            # What was taken is often answered with no body at all.
            return self._sent(body, text_sha256, round_.asked(any_content=True))

    def _sent(self, body: bytes, text_sha256: str, asked: Asked) -> Written:
        self._refuse_unless_signed(body, text_sha256)
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
            response = self._transport.handle_request(asked.attach(request))
        except (EhrPaused, EhrThrottled):
            raise  # held back on our side: nothing was sent
        except (EhrUnavailable, UnreadableResponse) as lost:
            raise WriteUnknown(status=lost.status) from None
        refusal = error_for(response.status_code, response.extensions.get(PARSED))
        if isinstance(refusal, EhrUnavailable) and not isinstance(refusal, EhrThrottled):
            raise WriteUnknown(status=refusal.status)
        if refusal is not None:
            raise refusal
        return self._written(response)

    def _refuse_unless_signed(self, body: bytes, text_sha256: str) -> None:
        """Hash what the very bytes that leave hold: one content, one subject, the signed text."""
        note = json.loads(body)
        try:
            (content,) = note["content"]
            text = base64.b64decode(content["attachment"]["data"], validate=True)
            ours = note["subject"] == {"reference": f"Patient/{self._patient_id}"}
        except (KeyError, TypeError, ValueError, NotBase64):
            raise NotTheSignedText from None
        signed = hashlib.sha256(text).hexdigest() == text_sha256
        if not signed or not ours or note.get("resourceType") != _TYPE:
            raise NotTheSignedText

    def _written(self, response: httpx2.Response) -> Written:
        location = response.headers.get("Location", "")
        reference = None
        with suppress(ForeignAddress):
            reference = self._base.reference(location)
        if reference is not None and reference.resource_type == _TYPE:
            return Written(reference.id, _version(response, location))
        parsed = response.extensions.get(PARSED)
        if isinstance(parsed, dict) and parsed.get("resourceType") == _TYPE:
            version = str(parsed.get("meta", {}).get("versionId", ""))
            if is_id(parsed.get("id")):
                return Written(str(parsed["id"]), version)
        raise WriteUnknown(status=response.status_code)


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
