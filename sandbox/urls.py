"""Addresses of the hospital, but for FHIR, which is answered before Django looks at an address."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from sandbox.bulk.views import presigned
from sandbox.fhir.store import store


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 once charts are loaded, 503 before."""
    return JsonResponse({"charts": len(store.patients())}, status=200 if store.ready else 503)


urlpatterns = [
    path("health", health),
    path("bulk-files/<str:signature>/<str:name>", presigned),
    path("control/", include("sandbox.control.urls")),
    path("", include("sandbox.oauth.urls")),
    path("", include("sandbox.ehr.urls")),
]
