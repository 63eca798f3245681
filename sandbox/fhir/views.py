"""One address for each personality's FHIR base; everything below it is told apart here."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from sandbox.bulk import views as bulk
from sandbox.events.views import events
from sandbox.fhir import batch, bundle, capability, not_on_file, writes
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate, Unauthorized, admit
from sandbox.fhir.replies import (
    NotAcceptable,
    binary,
    media_type,
    refusal,
    reply,
    unauthorized,
)
from sandbox.fhir.search.pages import pages
from sandbox.fhir.search.query import parse
from sandbox.fhir.shapes import base_url, body, dumps
from sandbox.fhir.store import Entry, store
from sandbox.fhir.xml import html_page
from sandbox.personalities import PERSONALITIES, Personality


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way: who answers, what may be seen, in which format."""

    request: HttpRequest
    gate: Gate
    media: str

    @property
    def personality(self) -> Personality:
        """The hospital that answers."""
        return self.gate.personality


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


def _handlers(kind: str, rest: list[str]) -> dict[str, Callable[[Call], HttpResponse]]:
    match rest:
        case []:
            return {
                "GET": lambda call: _search(call, kind),
                "POST": lambda call: _create(call, kind),
            }
        case ["_search"]:
            return {"POST": lambda call: _search(call, kind)}
        case [identifier]:
            return {
                "GET": lambda call: _read(call, kind, identifier),
                "PUT": lambda call: _update(call, kind, identifier),
            }
        case [identifier, "$export"] if kind == "Group":
            return {"GET": lambda call: bulk.kick_off(call.request, call.gate, identifier)}
        case [identifier, "_history", version]:
            return {"GET": lambda call: _vread(call, kind, identifier, version)}
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


def _offered(call: Call, kind: str, interaction: str) -> None:
    rules = call.personality.types[kind]
    if interaction not in (*rules.reads, *rules.writes):
        raise FhirError(405, "not-supported", f"{kind} does not support {interaction} here.")


def _parameters(request: HttpRequest) -> list[tuple[str, str]]:
    sources: list[QueryDict] = [request.GET]
    if request.method == "POST":
        sources.append(request.POST)
    return [(name, one) for source in sources for name, all_ in source.lists() for one in all_]


def _search(call: Call, kind: str) -> HttpResponse:
    _offered(call, kind, "search-type")
    parameters = _parameters(call.request)
    token = dict(parameters).get(call.personality.searching.next_param)
    if token is not None:
        return reply(_next_page(call, kind, token), call.media)
    strict = "handling=strict" in call.request.headers.get("Prefer", "")
    query = parse(kind, parameters, call.personality, base_url(call.personality), strict=strict)
    return reply(bundle.search(query, call.gate), call.media)


def _next_page(call: Call, kind: str, token: str) -> bytes:
    call.gate.require(kind, "search")
    found = pages.find(token, call.gate.owner)
    if found is None or found[0].query.type != kind:
        status = call.personality.refusing.expired_page
        raise FhirError(status, "expired", "This page has expired. Start the search again.")
    return bundle.page(*found, call.gate)


def _found(call: Call, kind: str, entry: Entry | None) -> Entry:
    call.gate.require(kind, "read")
    if entry is None or not call.gate.sees(entry):
        # The same answer whether it does not exist or belongs to someone else.
        raise FhirError(404, "not-found", f"No such {kind}.")
    return entry


def _read(call: Call, kind: str, identifier: str) -> HttpResponse:
    _offered(call, kind, "read")
    held = store.entry(kind, identifier)
    if call.personality.searching.not_on_file:
        held = held or not_on_file.read(kind, identifier, store)
    entry = _found(call, kind, held)
    if kind == "Binary":
        return _binary(call, entry)
    return _resource(call, entry)


def _vread(call: Call, kind: str, identifier: str, version: str) -> HttpResponse:
    _offered(call, kind, "vread")
    number = int(version) if version.isdecimal() else 0
    return _resource(call, _found(call, kind, store.version(kind, identifier, number)))


def _resource(call: Call, entry: Entry) -> HttpResponse:
    response = reply(body(entry, call.personality, store), call.media)
    if call.personality.writing.etag:
        response["ETag"] = f'W/"{entry.version}"'
        response["Last-Modified"] = entry.updated.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return response


def _binary(call: Call, entry: Entry) -> HttpResponse:
    if binary(call.request, entry.resource):
        content = base64.b64decode(entry.resource.get("data", ""))
        return HttpResponse(content, content_type=entry.resource.get("contentType"))
    try:
        media = media_type(call.request, call.personality)
    except NotAcceptable:
        return HttpResponse(status=406)
    return reply(body(entry, call.personality, store), media)


def _resource_sent(call: Call, kind: str) -> dict[str, Any]:
    try:
        sent = json.loads(call.request.body)
    except ValueError:
        raise FhirError(400, "structure", "The body is not JSON.") from None
    if not isinstance(sent, dict) or sent.get("resourceType") != kind:
        raise FhirError(400, "structure", f"The body is not a {kind}.")
    return sent


def _create(call: Call, kind: str) -> HttpResponse:
    _offered(call, kind, "create")
    entry = writes.create(_resource_sent(call, kind), call.gate)
    return _written(call, entry, 201)


def _update(call: Call, kind: str, identifier: str) -> HttpResponse:
    _offered(call, kind, "update")
    if_match = call.request.headers.get("If-Match")
    entry = writes.update(_resource_sent(call, kind), identifier, if_match, call.gate)
    return _written(call, entry, 200)


def _written(call: Call, entry: Entry, status: int) -> HttpResponse:
    if call.personality.writing.body:
        response = _resource(call, entry)
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
