"""Searches and reads, answered by 304 where the client has it and the vendor looks."""

import base64
import re

from django.http import HttpRequest, HttpResponse

from sandbox.fhir import bundle, lists, not_on_file, own_params, summary
from sandbox.fhir.bundle import Page
from sandbox.fhir.call import Call, offered, parameters
from sandbox.fhir.errors import FhirError
from sandbox.fhir.replies import NotAcceptable, binary, media_type, reply
from sandbox.fhir.search.pages import pages
from sandbox.fhir.search.query import parse
from sandbox.fhir.shapes import base_url, body
from sandbox.fhir.store import Entry, store

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def search(call: Call, kind: str) -> HttpResponse:
    """Answer a search, or the next page of one."""
    offered(call, kind, "search-type")
    given = parameters(call.request)
    token = dict(given).get(call.personality.searching.next_param)
    if token is not None:
        return _bundle(call, _next_page(call, kind, token))
    strict = "handling=strict" in call.request.headers.get("Prefer", "")
    query = parse(kind, given, call.personality, base_url(call.personality), strict=strict)
    return _bundle(call, bundle.search(own_params.adapt(query, call.gate), call.gate))


def docref(call: Call) -> HttpResponse:
    """Answer ``DocumentReference/$docref``."""
    return reply(summary.docref(dict(parameters(call.request)), call.gate), call.media)


def read(call: Call, kind: str, identifier: str) -> HttpResponse:
    """Answer a read, of what is stored or of what is made as it is asked for."""
    offered(call, kind, "read")
    if kind == "Binary" and identifier == "$autogen-ccd-if":
        return _binary(call, summary.ccd(dict(parameters(call.request)), call.gate))
    held = store.entry(kind, identifier) or lists.read(kind, identifier, store)
    if call.personality.searching.not_on_file:
        held = held or not_on_file.read(kind, identifier, store)
    entry = _found(call, kind, held)
    if kind == "Binary":
        return _binary(call, entry)
    return _unless_known(call, resource(call, entry))


def vread(call: Call, kind: str, identifier: str, version: str) -> HttpResponse:
    """Answer a read of one version."""
    offered(call, kind, "vread")
    number = int(version) if version.isdecimal() else 0
    return resource(call, _found(call, kind, store.version(kind, identifier, number)))


def resource(call: Call, entry: Entry) -> HttpResponse:
    """Return an entry as the vendor would send it, with its version where the vendor tells it."""
    response = reply(body(entry, call.personality, store), call.media)
    if call.personality.writing.etag:
        response["ETag"] = f'W/"{entry.version}"'
        response["Last-Modified"] = entry.updated.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return response


def _bundle(call: Call, page: Page) -> HttpResponse:
    response = reply(page.body, call.media)
    if page.tag and call.personality.reading.tagged_bundles:
        response["ETag"] = f'W/"{page.tag}"'
    return _unless_known(call, response)


def _unless_known(call: Call, response: HttpResponse) -> HttpResponse:
    """Return 304 in the place of what the client says it has."""
    tag = response.headers.get("ETag", "")
    if not call.personality.reading.conditional or not _names(call.request, tag):
        return response
    known = HttpResponse(status=304)
    for name in ("ETag", "Last-Modified", "Cache-Control"):
        if name in response.headers:
            known[name] = response[name]
    # Django names a type even where there is no body.
    del known["Content-Type"]
    return known


def _names(request: HttpRequest, tag: str) -> bool:
    """Return whether If-None-Match names a tag; weak and strong ones are alike (RFC 9110)."""
    asked = request.headers.get("If-None-Match", "").strip()
    if not tag or not asked:
        return False
    return asked == "*" or tag.removeprefix("W/") in _TAG.findall(asked)


def _next_page(call: Call, kind: str, token: str) -> Page:
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


def _binary(call: Call, entry: Entry) -> HttpResponse:
    if binary(call.request, entry.resource):
        content = base64.b64decode(entry.resource.get("data", ""))
        return HttpResponse(content, content_type=entry.resource.get("contentType"))
    try:
        media = media_type(call.request, call.personality)
    except NotAcceptable:
        return HttpResponse(status=406)
    return reply(body(entry, call.personality, store), media)
