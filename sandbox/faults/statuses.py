"""Answers that are no answer: throttled, broken, moved away, cut off."""

import time
from email.utils import formatdate

from sandbox.faults.calls import BULK, KINDS, READING, Call
from sandbox.faults.registry import Ask, fault
from sandbox.fhir.errors import FhirError, outcome
from sandbox.fhir.shapes import dumps
from sandbox.fhir.xml import html_page
from sandbox.wire import Answer

_JSON = {"content-type": "application/fhir+json;charset=utf-8"}
_HTML = {"content-type": "text/html"}


def refused(call: Call, status: int, code: str, sentence: str) -> Answer:
    """Return a refusal in the vendor's words, or as OAuth says it at the token endpoint."""
    if call.kind in {"token", "jwks", "discovery"}:
        body = {"error": "temporarily_unavailable", "error_description": sentence}
        return Answer(status, {"content-type": "application/json"}, dumps(body))
    error = FhirError(status, code, sentence)
    return Answer(status, dict(_JSON), dumps(outcome(error, call.personality)))


def throttled(call: Call, seconds: float | None, *, as_date: bool = False) -> Answer:
    """Return a 429, saying when to come back unless ``seconds`` is None."""
    answer = refused(call, 429, "throttled", "Too many requests. Wait, then ask again.")
    if seconds is None:
        return answer
    later = formatdate(time.time() + seconds, usegmt=True) if as_date else f"{seconds:g}"
    return answer.headed(retry_after=later)


@fault("throttled", kinds=KINDS)
async def throttled_with_date(
    call: Call, _ask: Ask, *, retry_after: float = 1, as_date: bool = False
) -> Answer:
    """429 with Retry-After, in whole seconds or as an HTTP date."""
    return throttled(call, retry_after, as_date=as_date)


@fault("throttled-silently", kinds=KINDS)
async def throttled_silently(call: Call, _ask: Ask) -> Answer:
    """429 without a word on when to come back."""
    return throttled(call, None)


@fault("server-error", kinds=KINDS)
async def server_error(call: Call, _ask: Ask, *, status: int = 500) -> Answer:
    """500, or another status, with the vendor's OperationOutcome."""
    return refused(call, status, "exception", "Something failed inside the server.")


@fault("bad-gateway", kinds=KINDS)
async def bad_gateway(_call: Call, _ask: Ask) -> Answer:
    """502 as an HTML page, as a proxy in front of the server sends it."""
    return Answer(502, dict(_HTML), html_page("502 Bad Gateway"))


@fault("unavailable", kinds=KINDS)
async def unavailable(call: Call, _ask: Ask, *, retry_after: float = 1) -> Answer:
    """503 with Retry-After in seconds; a negative number leaves the header out."""
    answer = refused(call, 503, "transient", "The server is being maintained.")
    return answer if retry_after < 0 else answer.headed(retry_after=f"{retry_after:g}")


@fault("not-retryable", kinds=(*READING, "write"))
async def not_retryable(call: Call, _ask: Ask) -> Answer:
    """500 that says by its ``issue.code`` (required) that asking again is no use, and where."""
    answer = refused(call, 500, "required", "A required element is missing.")
    said = answer.document() or {}
    issues = [{**one, "severity": "fatal", "location": ["patient"]} for one in said["issue"]]
    return answer.saying({**said, "issue": issues})


@fault("html-404", kinds=(*READING, "metadata", *BULK))
async def html_404(_call: Call, _ask: Ask) -> Answer:
    """404 as the HTML page of a web server that knows no FHIR."""
    return Answer(404, dict(_HTML), html_page("404 - File or directory not found."))


@fault("redirect-abroad", kinds=(*READING, "metadata", "discovery", "token", "jwks", *BULK))
async def redirect_abroad(
    call: Call, _ask: Ask, *, to: str = "http://127.0.0.1:9", status: int = 307
) -> Answer:
    """A redirect to another server, below the address ``to``; no token may follow it."""
    return Answer(status, {"location": f"{to.rstrip('/')}{call.path}"})


@fault("disconnect", kinds=KINDS)
async def disconnect(_call: Call, ask: Ask, *, sent: int = 0) -> Answer:
    """The hospital does what it was asked, and the connection breaks after so many bytes of the
    answer's body: whether it was done, the client cannot know.
    """
    answer = await ask()
    kept = answer.body[:sent]
    return Answer(answer.status, answer.headers, kept, declared=len(answer.body) + 1)
