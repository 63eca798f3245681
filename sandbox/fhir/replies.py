"""HTTP answers: the format the client gets, and each vendor's refusals."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.fhir.errors import FhirError, ScopeError, outcome
from sandbox.fhir.shapes import dumps
from sandbox.fhir.xml import to_xml
from sandbox.personalities import Personality

JSON = "application/fhir+json"
XML = "application/fhir+xml"
_JSON_NAMES = {JSON, "application/json", "json"}
_XML_NAMES = {XML, "application/xml", "text/xml", "xml"}


class NotAcceptable(Exception):
    """The vendor sends only JSON, and the client asked for something else."""


def accepted(request: HttpRequest) -> list[str]:
    """Return the media types a request accepts, as written, the preferred first."""
    asked = request.GET.get("_format") or request.headers.get("Accept", "")
    parts = [part.strip().lower().split(";") for part in asked.split(",")]
    weighted = [(_weight(rest), name.strip()) for name, *rest in parts if name.strip()]
    return [name for _, name in sorted(weighted, key=lambda pair: -pair[0])]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def media_type(request: HttpRequest, personality: Personality) -> str:
    """Return JSON or XML for a request. Raises NotAcceptable where the vendor would."""
    asked = accepted(request)
    for name in asked:
        if name in _JSON_NAMES:
            return JSON
        if name in _XML_NAMES and not personality.reading.refuses_unknown_accept:
            return XML
        if name in {"*/*", "application/*"}:
            break
    else:
        if asked and personality.reading.refuses_unknown_accept:
            raise NotAcceptable
    return XML if personality.reading.default_format == "xml" else JSON


def reply(body: bytes, media: str, status: int = 200) -> HttpResponse:
    """Return serialised JSON in the format the client gets."""
    content = to_xml(json.loads(body)) if media == XML else body
    response = HttpResponse(content, status=status, content_type=f"{media};charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def refusal(error: FhirError, personality: Personality, media: str) -> HttpResponse:
    """Return a refusal as the vendor's OperationOutcome, or as what stands before its FHIR."""
    if isinstance(error, ScopeError) and personality.refusing.scope_body == "urn":
        return JsonResponse(insufficient_scopes(), status=403)
    return reply(dumps(outcome(error, personality)), media, error.status)


def insufficient_scopes() -> dict[str, Any]:
    """Return one vendor's words for a token that does not reach so far: they are no FHIR."""
    code = "urn:cerner:error:oauth2:resource-access:insufficient-scopes"
    message = f'code="{code}" subcode="no_scope_for_resource_path"'
    return {"code": 403, "message": message}


def unauthorized(personality: Personality, media: str) -> HttpResponse:
    """Return the vendor's 401."""
    response: HttpResponse
    match personality.refusing.unauthorized:
        case "empty":
            response = HttpResponse(status=401)
        case "urn":
            code = "urn:cerner:error:oauth2:resource-access:token-required"
            response = JsonResponse({"code": 401, "message": f'code="{code}"'}, status=401)
        case _:
            error = FhirError(401, "login", "The access token is missing, expired or revoked.")
            response = refusal(error, personality, media)
    response["WWW-Authenticate"] = (
        'Bearer error="invalid_token", error_description="The access token provided is not valid"'
    )
    return response


def binary(request: HttpRequest, resource: dict[str, Any]) -> bool:
    """Return whether a Binary should go out as its own content rather than as FHIR."""
    own = str(resource.get("contentType", "")).partition(";")[0].strip().lower()
    for name in accepted(request):
        if name in _JSON_NAMES | _XML_NAMES and name not in {own}:
            return False
        if name in {own, "*/*", f"{own.partition('/')[0]}/*"}:
            return True
    return not accepted(request)
