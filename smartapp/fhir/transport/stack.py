"""The one place that knows the order of the wrappers.

access_log (sees cache hits too) > cache > retry > auth (one refresh per 401) > rate_limit (every
attempt counts, a 401's second too) > breaker (nothing is sent to an EHR that is left alone) >
guard (after the token was put on: nothing passes it to another server) > wire.
"""

from functools import partial

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.transport import alerts, breaker, pacing, wire
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import Use
from smartapp.fhir.transport.auth import Auth, Bearer
from smartapp.fhir.transport.breaker import Breaker, Pauses
from smartapp.fhir.transport.buckets import Pace
from smartapp.fhir.transport.cache import Cache, Revalidate
from smartapp.fhir.transport.guard import Guard
from smartapp.fhir.transport.rate_limit import Bucket, RateLimit
from smartapp.fhir.transport.retry import Retry
from smartapp.fhir.vendors.profiles import Rate


def build(
    *,
    base: Base,
    scope: str,
    bearer: Bearer,
    bucket: Bucket,
    cache_seconds: int,
    launch: str = "",
    not_before: float = 0.0,
    revalidate: Revalidate = "reads",
    inner: httpx2.BaseTransport | None = None,
    pauses: Pauses | None = None,
) -> httpx2.BaseTransport:
    """Stack the wrappers for one launch, or for one backend.

    ``scope`` is ``issuer|launch|patient``: what the cache keeps apart; ``launch`` what it is
    cleared by. What was asked for earlier than ``not_before`` (seconds since 1970) is not served,
    and what has run out is asked about as ``revalidate`` says.
    ``inner`` takes the place of the shared connections; a test gives an
    ``httpx2.MockTransport``, and then there is no breaker unless it gives ``pauses``, too.
    """
    if inner is None:
        connections, pauses = wire.shared(base.url), pauses or breaker.shared(base.url)
    else:
        connections = wire.Wire(inner)
    guarded: httpx2.BaseTransport = Guard(connections, base=base)
    if pauses is not None:
        guarded = Breaker(guarded, pauses=pauses)
    asking = Auth(RateLimit(guarded, bucket=bucket), bearer=bearer)
    kept = Cache(
        Retry(asking),
        scope=scope,
        seconds=cache_seconds,
        launch=launch,
        not_before=not_before,
        revalidate=revalidate,
    )
    return AccessLog(kept, base=base, alert=partial(alerts.notice, base.url))


def bucket_for(base: Base, rate: Rate, *, holder: str, use: Use = Use.PANEL) -> Bucket:
    """Return the buckets, shared by all processes, of one token's requests.

    ``holder`` names the grant and stays when its token is renewed: a launch or a backend client.
    """
    token = rate.night if use is Use.NIGHT else rate.token
    leaves = rate.night_leaves if use is Use.NIGHT else 0.0
    paces = [
        Pace(base.url, rate.per_second, rate.burst, leaves),
        Pace(f"{base.url}|{holder}", token.per_second, token.burst),
    ]
    return Bucket(pacing.shared(), paces, use=use)


def shared_bucket(base: Base, *, per_second: float, burst: int) -> Bucket:
    """Return the bucket, shared by all processes, of an EHR's requests, whatever their token."""
    return Bucket(pacing.shared(), [Pace(base.url, per_second, burst)])
