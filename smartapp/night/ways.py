"""The night's way to one EHR: its backend's token, its pace, and the stack every reading uses."""

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.asked import Use
from smartapp.fhir.vendors import profile_of
from smartapp.models import Ehr


def transport_of(ehr: Ehr, bearer: BackendBearer) -> httpx2.BaseTransport:
    """Return the stack for work without a clinician; nothing is kept of its answers."""
    base = Base(ehr.issuer.rstrip("/"))
    return stack.build(
        base=base,
        scope=f"night|{base.url}",
        bearer=bearer,
        bucket=stack.bucket_for(base, profile_of(ehr).rate, holder="backend", use=Use.NIGHT),
        cache_seconds=0,
    )


def asker_of(ehr: Ehr) -> Asker:
    """Return what asks one thing that is no patient's."""
    base = Base(ehr.issuer.rstrip("/"))
    transport = transport_of(ehr, BackendBearer(ehr))
    return Asker(transport=transport, base=base, accept=profile_of(ehr).accept)
