"""What stands before every page: headers for a page that frames the app, and a signed-in person."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from sandbox import settings
from sandbox.ehr.people import Person, find
from sandbox.oauth.session import signed_in
from sandbox.personalities import Personality

P = ParamSpec("P")
Page = Callable[P, HttpResponse]
PersonPage = Callable[Concatenate[HttpRequest, Personality, Person, P], HttpResponse]


def page(view: Page[P]) -> Page[P]:
    """Never cached, framed by nobody else, framing nothing but the app and this hospital.

    Forms may lead to the app too: "Open in a window" is a form that ends there.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Content-Security-Policy"] = _policy()
        # The address of a chart names a patient; the app learns of it from its launch alone.
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(xframe_options_sameorigin(guarded))


def for_somebody(view: PersonPage[P]) -> Callable[..., HttpResponse]:
    """Hand the signed-in person to the view; send everybody else to sign in first."""

    @wraps(view)
    def guarded(
        request: HttpRequest, personality: Personality, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        person = find(signed_in(request, personality))
        if person is None:
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('ehr:sign-in', args=[personality])}?{query}")
        return view(request, personality, person, *args, **kwargs)

    return guarded


def _policy() -> str:
    app, own = _origin(settings.SANDBOX_APP_URL), _origin(settings.SANDBOX_BASE_URL)
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"frame-src 'self' {own} {app}",
            f"form-action 'self' {own} {app}",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
