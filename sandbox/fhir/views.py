"""One address for each personality's FHIR base; everything below it is told apart here."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from sandbox.bulk import views as bulk
from sandbox.events.views import events
from sandbox.fhir import batch, capability, reads, writes
from sandbox.fhir.call import Call, offered
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Unauthorized, admit
from sandbox.fhir.replies import NotAcceptable, media_type, refusal, reply, unauthorized
from sandbox.fhir.shapes import base_url, dumps
from sandbox.fhir.store import Entry, store
from sandbox.fhir.xml import html_page
from sandbox.personalities import PERSONALITIES, Personality


@csrf_exempt
def endpoint(request: HttpRequest, key: str, path: str) -> HttpResponseBase:
    """Answer any FHIR request below a personality's base."""
    personality = PERSONALITIES[key]
    try:
        media = "" if _has_own_media(path) else media_type(request, personality)
    except NotAcceptable:
        return HttpResponse(status=406)
    try:
        return _route(request, personality, path.strip("/").split("/"), media)
    except Unauthorized:
        return unauthorized(personality, media)
    except FhirError as error:
        return refusal(error, personality, media or "application/fhir+json")


def _has_own_media(path: str) -> bool:
    return path.startswith(("Binary/", "bulk/"))


def _route(
    request: HttpRequest, personality: Personality, parts: list[str], media: str
) -> HttpResponseBase:
    if parts == ["metadata"]:
        return reply(dumps(capability.statement(personality)), media)
    special = _special(request, personality, parts, media)
    if special is not None:
        return special
    kind = parts[0]
    if kind not in personality.types:
        return _unknown_type(kind, personality, media)
    call = Call(request, admit(request, personality, store), media)
    handlers = _handlers(kind, parts[1:])
    handler = handlers.get(request.method or "")
    if handler is None:
        return HttpResponseNotAllowed(handlers)
    return handler(call)


_OPERATIONS: dict[tuple[str, str], dict[str, Callable[[Call], HttpResponse]]] = {
    ("DocumentReference", "$docref"): {"GET": reads.docref, "POST": reads.docref},
    ("Patient", "$export"): {
        "GET": lambda call: bulk.kick_off_everybody(call.request, call.gate),
    },
}


def _handlers(kind: str, rest: list[str]) -> dict[str, Callable[[Call], HttpResponse]]:
    match rest:
        case []:
            return {
                "GET": lambda call: reads.search(call, kind),
                "POST": lambda call: _create(call, kind),
            }
        case ["_search"]:
            return {"POST": lambda call: reads.search(call, kind)}
        case [name] if (kind, name) in _OPERATIONS:
            return _OPERATIONS[kind, name]
        case [identifier]:
            return {
                "GET": lambda call: reads.read(call, kind, identifier),
                "PUT": lambda call: _update(call, kind, identifier),
                "PATCH": lambda call: _patch(call, kind, identifier),
            }
        case [identifier, "$export"] if kind == "Group":
            return {"GET": lambda call: bulk.kick_off(call.request, call.gate, identifier)}
        case [identifier, "_history", version]:
            return {"GET": lambda call: reads.vread(call, kind, identifier, version)}
    raise FhirError(404, "not-found", "There is nothing at this address.")


def _special(
    request: HttpRequest, personality: Personality, parts: list[str], media: str
) -> HttpResponseBase | None:
    """Return the answer of what lies at no resource type's address; None for the rest."""
    match parts:
        case [""] if request.method == "POST" and personality.searching.batch:
            admit(request, personality, store)
            return reply(batch.answered(request, _one_of(personality)), media)
        case ["Subscription", identifier, "$events"] if request.method == "GET":
            return events(request, admit(request, personality, store), identifier)
        case ["bulk", *rest]:
            return bulk.routed(request, admit(request, personality, store), rest)
    return None


def _one_of(personality: Personality) -> batch.Answer:
    return lambda request, path: endpoint(request, personality.key, path)


def _unknown_type(kind: str, personality: Personality, media: str) -> HttpResponse:
    if personality.refusing.html_for_unknown_type:
        return HttpResponse(html_page("404 - File or directory not found."), status=404)
    known = kind if kind.isalnum() else "This"
    raise FhirError(404, "not-supported", f"{known} is not a resource type of this server.")


def _resource_sent(call: Call, kind: str) -> dict[str, Any]:
    try:
        sent = json.loads(call.request.body)
    except ValueError:
        raise FhirError(400, "structure", "The body is not JSON.") from None
    if not isinstance(sent, dict) or sent.get("resourceType") != kind:
        raise FhirError(400, "structure", f"The body is not a {kind}.")
    return sent


def _create(call: Call, kind: str) -> HttpResponse:
    offered(call, kind, "create")
    entry = writes.create(_resource_sent(call, kind), call.gate)
    return _written(call, entry, 201)


def _update(call: Call, kind: str, identifier: str) -> HttpResponse:
    offered(call, kind, "update")
    if_match = call.request.headers.get("If-Match")
    entry = writes.update(_resource_sent(call, kind), identifier, if_match, call.gate)
    return _written(call, entry, 200)


def _patch(call: Call, kind: str, identifier: str) -> HttpResponse:
    offered(call, kind, "patch")
    if call.request.content_type != "application/json-patch+json":
        return HttpResponse(status=415)
    try:
        changes = json.loads(call.request.body)
    except ValueError:
        raise FhirError(400, "structure", "The body is not JSON.") from None
    if_match = call.request.headers.get("If-Match")
    return _written(call, writes.patch(changes, kind, identifier, if_match, call.gate), 200)


def _written(call: Call, entry: Entry, status: int) -> HttpResponse:
    if call.personality.writing.body:
        response = reads.resource(call, entry)
        response.status_code = status
    else:
        response = HttpResponse(status=status)
        if call.personality.writing.etag:
            response["ETag"] = f'W/"{entry.version}"'
    address = f"{entry.type}/{entry.id}"
    if call.personality.writing.absolute_location:
        address = f"{base_url(call.personality)}/{address}/_history/{entry.version}"
    response["Location"] = address
    return response
