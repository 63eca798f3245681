"""The destinations that a hospital has set, as triage knows them."""

from recommendations.workflows.triage.destinations import Destination
from recommendations.workflows.triage.scale import Category
from smartapp.models import Ehr


def offered(ehr: Ehr) -> list[Destination]:
    """The hospital's list, in its order."""
    return [
        Destination(
            key=row.key,
            service=row.service,
            specialty=row.specialty,
            queue=row.queue,
            for_whom=row.for_whom,
            takes_from=Category(row.takes_from),
        )
        for row in ehr.destinations.all()
    ]
