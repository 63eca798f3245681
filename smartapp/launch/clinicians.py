"""The names of clinicians, learned from their Practitioner resource."""

from smartapp.models import Clinician


def name_clinician(clinician: Clinician, name: str) -> None:
    """Keep the name the EHR's chart gives; most id_tokens carry none."""
    name = name.strip()[:200]
    if name and name != clinician.display_name:
        clinician.display_name = name
        clinician.save(update_fields=["display_name"])
