"""The EHRs by name, for rooms that may not import this one (see ``audit.directory``)."""

from smartapp.models import Ehr
from smartapp.models.launches import patient_index as _index


class EhrDirectory:
    """Names of EHRs, and blind indexes of their patients."""

    def choices(self) -> list[tuple[str, str]]:
        """Return slug and name of each EHR, whether in use or not."""
        return list(Ehr.objects.order_by("name").values_list("slug", "name"))

    def patient_index(self, slug: str, patient_id: str) -> str | None:
        """Return the blind index of a patient, or ``None`` for an EHR not known."""
        ehr = Ehr.objects.filter(slug=slug).first()
        return _index(ehr, patient_id) if ehr else None


directory = EhrDirectory()
