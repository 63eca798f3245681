"""Exports over HTTP, below each personality's base."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from sandbox.bulk import files
from sandbox.bulk.asking import wish
from sandbox.bulk.jobs import Job, Wish, jobs
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate
from sandbox.fhir.shapes import base_url, dumps
from sandbox.fhir.store import store
from sandbox.oauth import scopes
from sandbox.personalities import Personality
from sandbox.settings import SANDBOX_BASE_URL

_NDJSON = "application/fhir+ndjson"


def kick_off(request: HttpRequest, gate: Gate, group: str) -> HttpResponse:
    """Begin an export of a group; answers 202 and where its status is."""
    _check_level(gate)
    asked = wish(request, group, gate.personality, request.build_absolute_uri())
    found = store.get("Group", group)
    if found is None:
        raise FhirError(404, "not-found", "No such Group.")
    members = [one["entity"]["reference"].rpartition("/")[2] for one in found.get("member", [])]
    return _begun(request, gate, asked, members)


def kick_off_everybody(request: HttpRequest, gate: Gate) -> HttpResponse:
    """Begin an export of every patient there is, where the vendor has that."""
    if not gate.personality.bulk.everybody:
        raise FhirError(404, "not-found", "There is nothing at this address.")
    _check_level(gate)
    asked = wish(request, "", gate.personality, request.build_absolute_uri())
    return _begun(request, gate, asked, [entry.id for entry in store.entries("Patient")])


def _check_level(gate: Gate) -> None:
    system = [one for one in scopes.resource_scopes(gate.grant.scopes) if one.level == "system"]
    if not system:
        raise FhirError(403, "forbidden", "An export needs system/ scopes.")


def _begun(request: HttpRequest, gate: Gate, asked: Wish, members: list[str]) -> HttpResponse:
    most = gate.personality.bulk.most_patients
    if most is not None and len(members) > most:
        raise FhirError(400, "too-costly", f"More than {most} patients. Export a smaller group.")
    allowed = tuple(kind for kind in asked.types if scopes.allows(gate.grant, kind, "read"))
    named = bool(request.GET.get("_type"))
    withheld = tuple(kind for kind in asked.types if kind not in allowed) if named else ()
    _check_limit(gate, asked.group)
    job = jobs.begin(_owner(gate), replace(asked, types=allowed), members, withheld)
    response = HttpResponse(status=202)
    response["Content-Location"] = f"{base_url(gate.personality)}/bulk/{job.id}"
    return response


def _check_limit(gate: Gate, group: str) -> None:
    """Refuse a second export while one is kept: of the client, or of the group."""
    held = jobs.of(_owner(gate))
    one_each = gate.personality.bulk.one_for
    busy = held if one_each == "client" else [job for job in held if job.wish.group == group]
    if one_each and busy:
        raise FhirError(429, "throttled", "An export is in progress. Delete it, then ask again.")


def _owner(gate: Gate) -> tuple[str, str]:
    return gate.personality.key, gate.grant.client_id


def _job(gate: Gate, identifier: str) -> Job:
    job = jobs.find(identifier, _owner(gate))
    if job is None:
        raise FhirError(404, "not-found", "No such export.")
    return job


def status(gate: Gate, identifier: str) -> HttpResponse:
    """Answer 202 with the progress, or 200 with the manifest."""
    job = _job(gate, identifier)
    done = jobs.progress(job)
    if done < 1:
        waiting = jobs.retry_after or gate.personality.bulk.retry_after
        headers = {"X-Progress": f"{done:.0%} of the patients", "Retry-After": str(waiting)}
        return HttpResponse(status=202, headers=headers)
    manifest = dumps(_manifest(job, gate.personality))
    return HttpResponse(manifest, content_type="application/json")


def _manifest(job: Job, personality: Personality) -> dict[str, Any]:
    where = f"{base_url(personality)}/bulk/files/{job.id}"
    listed = [{"type": kind, "url": f"{where}/{name}"} for kind, name in files.names(job, store)]
    failed = [{"type": files.ERRORS, "url": f"{where}/errors.ndjson"}] if files.errors(job) else []
    return {
        "transactionTime": _instant(job.asked_at),
        "request": job.wish.url,
        "requiresAccessToken": True,
        "output": listed,
        "error": failed,
        "deleted": [],
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cancel(gate: Gate, identifier: str) -> HttpResponse:
    """End an export, or delete its files."""
    jobs.delete(_job(gate, identifier))
    return HttpResponse(status=202)


def file(gate: Gate, identifier: str, name: str) -> HttpResponseBase:
    """Send a file, or the way to the file server that has it."""
    job = _job(gate, identifier)
    if gate.personality.bulk.elsewhere:
        target = f"{SANDBOX_BASE_URL}/bulk-files/{job.signature}/{name}"
        return HttpResponse(status=307, headers={"Location": target})
    return content(job, name)


def content(job: Job, name: str) -> HttpResponseBase:
    """Return a file's lines, streamed."""
    if name == "errors.ndjson":
        return HttpResponse(files.errors(job), content_type=_NDJSON)
    if name not in {known for _, known in files.names(job, store)}:
        raise FhirError(404, "not-found", "No such file.")
    return StreamingHttpResponse(files.lines(job, name, store), content_type=_NDJSON)


def routed(request: HttpRequest, gate: Gate, rest: list[str]) -> HttpResponseBase:
    """Answer what lies below ``bulk/``: a status, its cancellation, a file."""
    match request.method, rest:
        case "GET", ["files", identifier, name]:
            return file(gate, identifier, name)
        case "GET", [identifier]:
            return status(gate, identifier)
        case "DELETE", [identifier]:
            return cancel(gate, identifier)
    raise FhirError(404, "not-found", "There is nothing at this address.")


def presigned(request: HttpRequest, signature: str, name: str) -> HttpResponseBase:
    """A file server like S3: its address is the permission, and a token beside it is refused."""
    job = jobs.signed(signature)
    if "Authorization" in request.headers:
        return HttpResponse("<Error><Code>InvalidArgument</Code></Error>", status=400)
    if job is None:
        return HttpResponse("<Error><Code>AccessDenied</Code></Error>", status=403)
    try:
        return content(job, name)
    except FhirError:
        return HttpResponse("<Error><Code>NoSuchKey</Code></Error>", status=404)
