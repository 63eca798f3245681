"""Under whose name a draft's acts stand in the trail: the clinician whose launch it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from audit.context import bind
from smartapp.models import Launch


@contextmanager
def of(launch: Launch) -> Iterator[None]:
    """Bind the launch's circumstances for the length of a ``with`` block.

    A worker reads with the clinician's grant and on their behalf, so its acts are theirs.
    """
    with bind(
        actor=f"{launch.ehr.issuer}|{launch.clinician.fhir_user}",
        actor_name=launch.clinician.display_name,
        launch_id=launch.pk,
        patient_index=launch.patient_index,
        ehr=launch.ehr.slug,
    ):
        yield
