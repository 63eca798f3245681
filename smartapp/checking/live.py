"""Reading live with a backend's token, through the same reader as every launch."""

from audit import context
from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import FhirError, SessionLost
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, ReadResult
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.asked import Use
from smartapp.fhir.vendors import Profile
from smartapp.models import BackendClient, Ehr
from smartapp.models.launches import patient_index

# One page is enough to see that a search works.
_PAGES = 1
_SECONDS = 20.0


def read(ehr: Ehr, profile: Profile, *, patient_id: str) -> dict[Concept, ReadResult] | None:
    """Read every concept of one patient; ``None`` where there is no token to read with.

    Each request stands in the trail, under the patient it was about.
    """
    if ehr._state.adding or not BackendClient.objects.filter(ehr=ehr, is_active=True).exists():  # noqa: SLF001
        return None
    try:
        reader = _reader(ehr, profile, BackendBearer(ehr), patient_id)
        with context.bind(ehr=ehr.slug, patient_index=patient_index(ehr, patient_id)):
            return reader.read_all(Concept)
    except (FhirError, SessionLost):
        return None


def _reader(ehr: Ehr, profile: Profile, bearer: BackendBearer, patient: str) -> Reader:
    base = Base(ehr.issuer.rstrip("/"))
    transport = stack.build(
        base=base,
        scope=f"check|{base.url}|{patient}",
        bearer=bearer,
        bucket=stack.bucket_for(base, profile.rate, holder="backend", use=Use.NIGHT),
        cache_seconds=0,
    )
    return Reader(
        profile=_one_page(profile),
        asker=Asker(transport=transport, base=base, accept=profile.accept),
        patient_id=patient,
        # The reader speaks of people's scopes; a server's allow the same kinds of request.
        granted_scopes=bearer.granted_scopes().replace("system/", "user/"),
        seconds=_SECONDS,
    )


def _one_page(profile: Profile) -> Profile:
    return profile.model_copy(
        update={
            "concepts": {
                concept: asks.model_copy(update={"max_pages": _PAGES})
                if hasattr(asks, "max_pages")
                else asks
                for concept, asks in profile.concepts.items()
            }
        }
    )
