"""The addresses of the launch."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.keys import published_keys
from smartapp.launch import authorize, cookies, jar, pending
from smartapp.launch.closing import close
from smartapp.launch.doors import LaunchRequest, launch_required
from smartapp.launch.headers import origin
from smartapp.launch.issuers import ehr_by_issuer, ehr_by_slug
from smartapp.launch.limits import refuse_a_flood
from smartapp.launch.opening import open_launch
from smartapp.launch.pages import refuse
from smartapp.launch.refusals import REFUSALS, LaunchRefused
from smartapp.models import Ehr

View = Callable[..., HttpResponse]


def _refusals_shown(view: View) -> View:
    @wraps(view)
    def shown(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except LaunchRefused as refused:
            cast("LaunchRequest", request).ehr = refused.ehr  # type: ignore[assignment]
            return refuse(request, refused)

    return shown


@require_GET
@_refusals_shown
def ehr_launch(request: HttpRequest) -> HttpResponse:
    """Begin a launch from inside an EHR: ``?iss=…&launch=…``."""
    refuse_a_flood(request, "launch")
    told = _once(request.GET)
    if not told.get("iss") or not told.get("launch"):
        raise LaunchRefused("launch_incomplete")
    return _to_ehr(request, ehr_by_issuer(told["iss"]), told["launch"])


@require_GET
@_refusals_shown
def standalone_launch(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a launch from outside an EHR: it will ask who and whose chart."""
    refuse_a_flood(request, "launch")
    return _to_ehr(request, ehr_by_slug(slug), None)


# An EHR may answer by form_post; its page can have no token of ours, and `state` does that work.
@csrf_exempt
@require_http_methods(["GET", "POST"])
@_refusals_shown
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the answer of the EHR named ``slug``, and open the launch at its own address."""
    try:
        told = _once(request.GET if request.method == "GET" else request.POST)
        launch = open_launch(told, request.COOKIES, at=slug)
    except LaunchRefused:
        # Whoever opens a launch was counted when it began; here only those knock who do not.
        refuse_a_flood(request, "callback")
        raise
    response = redirect(f"/l/{launch.pk}/")
    cookies.drop(response, pending.cookie_name(told["state"]))
    jar.hand_over(request, response, launch)
    cast("LaunchRequest", request).ehr = launch.ehr
    return response


@require_GET
def jwks(_request: HttpRequest) -> HttpResponse:
    """Publish our public keys, for EHRs to verify our assertions with."""
    response = JsonResponse(published_keys())
    # Long enough to spare us, short enough that a new key is seen before it is used.
    response["Cache-Control"] = "public, max-age=900"
    return response


@require_POST
@launch_required
def close_launch(request: LaunchRequest, launch_id: str) -> HttpResponse:
    """End the session by the clinician's wish, and give the tokens back."""
    close(request.launch)
    return redirect(f"/l/{launch_id}/closed/")


def _to_ehr(request: HttpRequest, ehr: Ehr, launch: str | None) -> HttpResponse:
    try:
        asked = authorize.begin(ehr=ehr, launch=launch)
    except EhrError as error:
        code = error.code if error.code in REFUSALS else "discovery_unreadable"
        raise LaunchRefused(code, ehr=ehr) from None
    response: HttpResponse
    if asked.by_post:
        response = render(request, "launch/continue.html", {"asked": asked, "ehr": ehr})
        # The EHR's sign-in may lead on to an identity provider elsewhere, and browsers hold a
        # form's redirects to this rule too. Nothing of the person's is in this form.
        targets = ["'self'", "https:", origin(asked.action)]
        response._csp_replace = {"form-action": targets}  # type: ignore[attr-defined] # noqa: SLF001
    else:
        response = HttpResponseRedirect(asked.url)
    jar.bind(request, response, *asked.cookie)
    cast("LaunchRequest", request).ehr = ehr
    return response


def _once(parameters: QueryDict) -> dict[str, str]:
    """Return the parameters, of which none may come twice: two readers could read differently."""
    if any(len(values) > 1 for _, values in parameters.lists()):
        raise LaunchRefused("launch_incomplete", detail="repeated parameter")
    return {name: str(parameters[name]) for name in parameters}
