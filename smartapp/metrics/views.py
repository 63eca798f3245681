"""The address: text for whoever brings the token, and nothing for anybody else."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from smartapp.metrics.ended import settled
from smartapp.metrics.gauges import Gauges


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell all figures. Without ``COUNTERSIGN_METRICS_TOKEN`` there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    if scheme.lower() != "bearer" or not known:
        refused = HttpResponse("metrics_token_required\n", status=401, content_type="text/plain")
        refused["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.METRICS_DIR))  # type: ignore[no-untyped-call]
    registry.register(Gauges())
    with settled(settings.METRICS_DIR):
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
