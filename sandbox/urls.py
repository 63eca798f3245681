"""Addresses of the hospital: the FHIR bases last, because they take every path below them."""

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from sandbox.fhir.store import store


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 once charts are loaded, 503 before."""
    loaded = store.ready
    return JsonResponse({"charts": len(store.patients())}, status=200 if loaded else 503)


urlpatterns: list[URLPattern | URLResolver] = [path("health", health)]
urlpatterns += [
    path("", include(name))
    for name in ("sandbox.oauth.urls", "sandbox.ehr.urls")
    if find_spec(name.rpartition(".")[0]) and find_spec(name)
]
urlpatterns += [path("", include("sandbox.fhir.urls"))]
