"""The one place that knows the order of the wrappers.

access_log (sees cache hits too) > cache > retry > rate_limit (every attempt counts) > auth (one
refresh per 401) > guard (after the token was put on: nothing passes it to another server) > wire.
"""

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.transport import rate_limit, wire
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.auth import Auth, Bearer
from smartapp.fhir.transport.cache import Cache
from smartapp.fhir.transport.guard import Guard
from smartapp.fhir.transport.rate_limit import RateLimit, TokenBucket
from smartapp.fhir.transport.retry import Retry


def build(
    *,
    base: Base,
    scope: str,
    bearer: Bearer,
    bucket: TokenBucket,
    cache_seconds: int,
    inner: httpx2.BaseTransport | None = None,
) -> httpx2.BaseTransport:
    """Stack the wrappers for one launch.

    ``scope`` is ``issuer|launch|patient``: what the cache keeps apart. ``inner`` takes the place
    of the shared connections; a test gives an ``httpx2.MockTransport``.
    """
    connections = wire.shared(base.url) if inner is None else wire.Wire(inner)
    guarded = Guard(connections, base=base)
    limited = RateLimit(Auth(guarded, bearer=bearer), bucket=bucket)
    kept = Cache(Retry(limited), scope=scope, seconds=cache_seconds)
    return AccessLog(kept, base=base)


def shared_bucket(base: Base, *, per_second: float, burst: int) -> TokenBucket:
    """Return this process's bucket for an EHR."""
    return rate_limit.shared(base.url, per_second=per_second, burst=burst)
