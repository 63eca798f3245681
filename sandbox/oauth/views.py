"""The authorization server over HTTP: authorize in the browser, the rest in the back channel."""

from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox.oauth import assertions, discovery, keys, wellformed
from sandbox.oauth.extensions import CANCELLED, PICKED
from sandbox.oauth.models import Launch
from sandbox.oauth.quirks import quirks
from sandbox.oauth.server import Server, server_for
from sandbox.oauth.session import signed_in
from sandbox.personalities import Personality


@csrf_exempt  # the app posts here from its own site; state and PKCE are the protection
@never_cache
@xframe_options_sameorigin
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, personality: Personality) -> HttpResponse:
    """Send a code to the app. Never asks anything when a chart launched it.

    The app is in a frame of another site, so no cookie reaches this request: the launch id
    itself says whose launch it is. A cookie that does arrive must be of the same person.
    """
    server = server_for(personality.key)
    user = signed_in(request, personality)
    try:
        grant = server.get_consent_grant(request, user or _parameters(request).get("launch"))
    except OAuth2Error as error:
        return _refused(request, server, error)
    launch: Launch | None = grant.request.launch
    if _parameters(request).get(PICKED) == CANCELLED or _somebody_elses(launch, user):
        return _answer(server, grant, None)
    if launch is None and not user:
        return redirect(_sign_in_address(request, personality))
    if launch is None and "launch/patient" in grant.request.payload.scope.split():
        return redirect(_picker_address(request, personality))
    return _answer(server, grant, launch or _without_patient(personality, user))


@csrf_exempt
@require_POST
def token(request: HttpRequest, personality: Personality) -> HttpResponse:
    """Give tokens for a code, a refresh token or a backend's assertion."""
    refusal = wellformed.problem(request, personality)
    if refusal:
        return refusal
    # Fetching a client's keys takes a call to the app: not while the database is locked.
    assertions.warm(request, personality)
    with transaction.atomic():
        response: HttpResponse = server_for(personality.key).create_token_response(request)
    return response


@csrf_exempt
@require_POST
def introspect(request: HttpRequest, personality: Personality) -> HttpResponse:
    """Say what a token is good for (RFC 7662)."""
    return _endpoint("introspection", request, personality)


@csrf_exempt
@require_POST
def revoke(request: HttpRequest, personality: Personality) -> HttpResponse:
    """End a token (RFC 7009)."""
    return _endpoint("revocation", request, personality)


@require_GET
def smart_configuration(request: HttpRequest, personality: Personality) -> JsonResponse:
    """What a client reads first; one vendor asks it to say who it is."""
    client_id = request.headers.get("Epic-Client-ID", "")
    return JsonResponse(discovery.smart_configuration(personality, client_id))


@require_GET
def openid_configuration(_request: HttpRequest, personality: Personality) -> JsonResponse:
    """Where the issuer's keys are."""
    return JsonResponse(discovery.openid_configuration(personality))


@require_GET
def jwks(_request: HttpRequest, personality: Personality) -> JsonResponse:
    """The keys that sign id_tokens."""
    document = keys.published(named=quirks(personality).names_signing_key)
    return JsonResponse(document, headers={"Cache-Control": "public, max-age=60"})


def _endpoint(name: str, request: HttpRequest, personality: Personality) -> HttpResponse:
    refusal = wellformed.problem(request, personality)
    if refusal:
        return refusal
    server = server_for(personality.key)
    response: HttpResponse = server.create_endpoint_response(name, request)
    return response


def _answer(server: Server, grant: Any, launch: Launch | None) -> HttpResponse:
    response: HttpResponse = server.create_authorization_response(grant.request, launch, grant)
    return response


def _refused(request: HttpRequest, server: Server, error: OAuth2Error) -> HttpResponse:
    """Back to the app where its address is proven; otherwise a page, for nobody may be sent on."""
    if error.redirect_uri:
        response: HttpResponse = server.handle_error_response(None, error)
        return response
    shown = {"error": error.error, "reason": error.get_error_description()}
    return render(request, "ehr/refused.html", shown, status=400)


def _somebody_elses(launch: Launch | None, user: str) -> bool:
    return bool(launch and user and launch.user != user)


def _without_patient(personality: Personality, user: str) -> Launch:
    return Launch.objects.create(personality=personality.key, user=user, standalone=True)


def _parameters(request: HttpRequest) -> dict[str, str]:
    source = request.POST if request.method == "POST" else request.GET
    return {name: str(value) for name, value in source.items()}


def _sign_in_address(request: HttpRequest, personality: Personality) -> str:
    back = f"{request.path}?{urlencode(_parameters(request))}"
    return f"{reverse('ehr:sign-in', args=[personality.key])}?{urlencode({'next': back})}"


def _picker_address(request: HttpRequest, personality: Personality) -> str:
    asked = urlencode(_parameters(request))
    return f"{reverse('ehr:pick', args=[personality.key])}?{urlencode({'asked': asked})}"
