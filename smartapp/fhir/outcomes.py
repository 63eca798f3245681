"""What an EHR's refusals mean: HTTP status and OperationOutcome, turned into one of our errors.

``issue.code`` speaks first, the status second: EHRs hide lasting faults behind retryable statuses
(Oracle answers some malformed searches with 500 ``fatal/required``) and passing ones behind
others. Where Epic adds a number of its own that says more than any code, the number speaks before
both. Only ``error`` and ``fatal`` issues count, and all of them are read: Epic's first issue is
often ``information``. The server's own words are never kept.
"""

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from smartapp.fhir.errors import (
    AccessDenied,
    DailyLimit,
    EhrThrottled,
    EhrUnavailable,
    FhirError,
    ForeignAddress,
    MoreExists,
    NotFound,
    RecordMerged,
    RequestRefused,
    SessionLost,
    UnreadableResponse,
)

_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
# Epic's own numbers, beside the standard codes, as it lists them at fhir.epic.com. They count only
# in a system of its own: another vendor's 4107 would be something else.
_EPIC = "1.2.840.114350."
NOTHING_FOUND = "4101"  # a complete and empty answer
# Part of the answer was withheld: records from outside; what a patient may not see; what is behind
# "break the glass". The last comes as mere information, and the chart looks whole without it.
WITHHELD = frozenset({"59204", "4119", "4130", "4131", "4134"})
BY_NUMBER: dict[str, type[FhirError]] = {
    "4107": RecordMerged,  # a redirect to the other record comes with it
    "4127": MoreExists,
    "4130": AccessDenied,
    "4131": AccessDenied,
    "4135": DailyLimit,  # whatever its status: no wait of minutes helps
}

BY_CODE: dict[str, type[FhirError]] = {
    "throttled": EhrThrottled,
    "transient": EhrUnavailable,
    "timeout": EhrUnavailable,
    "lock-error": EhrUnavailable,
    "no-store": EhrUnavailable,
    "security": AccessDenied,
    "forbidden": AccessDenied,
    "suppressed": AccessDenied,
    "not-found": NotFound,
    "deleted": NotFound,
    "invalid": RequestRefused,
    "structure": RequestRefused,
    "required": RequestRefused,
    "value": RequestRefused,
    "invariant": RequestRefused,
    "not-supported": RequestRefused,
    "code-invalid": RequestRefused,
    "extension": RequestRefused,
    "too-costly": RequestRefused,
    "too-long": RequestRefused,
    "business-rule": RequestRefused,
}
_BY_STATUS: dict[int, type[FhirError]] = {
    401: SessionLost,
    403: AccessDenied,
    404: NotFound,
    408: EhrUnavailable,
    410: NotFound,
    429: EhrThrottled,
}
_BY_FAILURE: tuple[tuple[type[httpx2.HTTPError], type[FhirError]], ...] = (
    (httpx2.DecodingError, UnreadableResponse),
    (httpx2.UnsupportedProtocol, ForeignAddress),
    (httpx2.LocalProtocolError, RequestRefused),
    (httpx2.TooManyRedirects, ForeignAddress),
    (httpx2.HTTPError, EhrUnavailable),
)
# What these statuses say about the session or the pace is not the body's to overrule.
_STATUS_FIRST = {401, 429}


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of an OperationOutcome. ``numbers`` are Epic's own, where it has some."""

    severity: str
    code: str
    numbers: frozenset[str] = frozenset()

    @property
    def numbered(self) -> type[FhirError] | None:
        """The error that one of the numbers stands for, if any does."""
        return next((BY_NUMBER[each] for each in sorted(self.numbers) if each in BY_NUMBER), None)

    @property
    def fatal(self) -> bool:
        """Whether it made the request fail."""
        return self.severity in {"error", "fatal"}


def issues_of(resource: Any) -> tuple[Issue, ...]:
    """Return the issues of an OperationOutcome; of anything else, none."""
    if not isinstance(resource, dict) or resource.get("resourceType") != "OperationOutcome":
        return ()
    listed = resource.get("issue")
    return tuple(
        Issue(str(each.get("severity", "")), str(each.get("code", "")), frozenset(_numbers(each)))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    )


def _numbers(issue: dict[str, Any]) -> Iterator[str]:
    details = issue.get("details")
    codings = details.get("coding") if isinstance(details, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if not isinstance(coding, dict) or not isinstance(coding.get("code"), str):
            continue
        if _EPIC in str(coding.get("system")):
            yield coding["code"]


def error_for(status: int, body: Any = None) -> FhirError | None:
    """Return what an answer means: ``None`` for success, else the error to raise.

    ``body`` is the parsed JSON, ``None`` where it was not JSON.
    """
    fatal = [issue for issue in issues_of(body) if issue.fatal]
    if 200 <= status < 300 and not fatal:
        return None
    named = next((issue.code for issue in fatal if issue.code in BY_CODE), "")
    numbered = next((each.numbered for each in fatal if each.numbered), None)
    if numbered is not None and status != 401:
        return numbered(status=status, issue_code=named)
    kind = BY_CODE.get(named)
    if kind is None or status in _STATUS_FIRST:
        kind = _by_status(status)
    return kind(status=status, issue_code=named)


def error_of_transport(error: httpx2.HTTPError) -> FhirError:
    """Return what a failure of the connection means."""
    kind = next(kind for known, kind in _BY_FAILURE if isinstance(error, known))
    return kind()


def _by_status(status: int) -> type[FhirError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return ForeignAddress
    if status >= 500:
        return EhrUnavailable
    return RequestRefused if status >= 400 else UnreadableResponse


def retry_after(value: str, *, now: datetime | None = None) -> float:
    """Read a Retry-After header, seconds or an HTTP date; 0 where it says nothing."""
    if _SECONDS.fullmatch(value.strip()):
        return float(value.strip())
    try:
        at = email.utils.parsedate_to_datetime(value)
        at = at.replace(tzinfo=at.tzinfo or UTC)
        return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return 0.0
