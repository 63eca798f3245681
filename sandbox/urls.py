"""Addresses of the hospital, but for FHIR, which is answered before Django looks at an address."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from sandbox.bulk.views import presigned
from sandbox.fhir.store import store


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 once charts are loaded, 503 before."""
    return JsonResponse({"charts": len(store.patients())}, status=200 if store.ready else 503)


def other_tenant(request: HttpRequest, tenant: str, rest: str = "") -> HttpResponse:
    """Answer 403, as the vendor that has its tenants in the path does for one it does not know."""
    return HttpResponse(status=403)


urlpatterns = [
    path("health", health),
    path("bulk-files/<str:signature>/<str:name>", presigned),
    path("control/", include("sandbox.control.urls")),
    path("", include("sandbox.oauth.urls")),
    path("", include("sandbox.ehr.urls")),
    path("oracle/r4/<str:tenant>", other_tenant),
    path("oracle/r4/<str:tenant>/<path:rest>", other_tenant),
]
