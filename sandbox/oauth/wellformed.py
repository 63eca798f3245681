"""Refusals that come before any grant is looked at: a request no strict server would read."""

from authlib.oauth2.rfc6749.util import extract_basic_authorization
from django.http import HttpRequest, JsonResponse

from sandbox.oauth.quirks import quirks
from sandbox.personalities import Personality

_FORM = "application/x-www-form-urlencoded"


def problem(request: HttpRequest, personality: Personality) -> JsonResponse | None:
    """The refusal of a malformed back-channel request, or None.

    Authlib would merge query and form and take the last of repeated fields.
    """
    if request.content_type != _FORM:
        return _refusal("invalid_request", f"Send the parameters as {_FORM}.")
    if request.GET:
        return _refusal("invalid_request", "Send the parameters in the body, not in the address.")
    if any(len(request.POST.getlist(name)) > 1 for name in request.POST):
        return _refusal("invalid_request", "Send each parameter once.")
    by_form = "client_secret_post" in quirks(personality).auth_methods
    if "client_secret" in request.POST and not by_form:
        return _refusal("invalid_request", "Send the secret in the Authorization header.")
    if "Authorization" in request.headers:
        return _basic_problem(request)
    return None


def _basic_problem(request: HttpRequest) -> JsonResponse | None:
    if {"client_assertion", "client_secret"} & set(request.POST):
        return _refusal("invalid_request", "Authenticate in one way only.")
    try:
        client_id, secret = extract_basic_authorization(request.headers)
    except UnicodeDecodeError:
        client_id = secret = None
    if client_id and secret and request.POST.get("client_id", client_id) == client_id:
        return None
    refusal = _refusal("invalid_client", "Send one client's id and secret, once.", status=401)
    refusal["WWW-Authenticate"] = 'Basic realm="sandbox"'
    return refusal


def _refusal(error: str, description: str, status: int = 400) -> JsonResponse:
    body = {"error": error, "error_description": description}
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return JsonResponse(body, status=status, headers=headers)
