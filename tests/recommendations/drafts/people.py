"""A fixed cast: one EHR, one clinician, one launch."""

from typing import Any

from recommendations.models import Draft
from smartapp.models import Clinician, Ehr, Launch


def launch(patient: str = "p1", user: str = "Practitioner/1") -> Launch:
    """A live launch for ``patient``."""
    ehr, _ = Ehr.objects.get_or_create(
        slug="demo",
        defaults={
            "name": "Demo Hospital",
            "issuer": "https://ehr.invalid/fhir",
            "vendor": "generic",
            "client_id": "app",
            "client_auth": Ehr.ClientAuth.PUBLIC,
            "scopes": "patient/*.read",
        },
    )
    clinician, _ = Clinician.objects.get_or_create(
        ehr=ehr, fhir_user=user, defaults={"display_name": "Dr. Vale"}
    )
    row = Launch(
        ehr=ehr,
        clinician=clinician,
        patient_index=f"index-of-{patient}",
        requested_scopes="patient/*.read",
        granted_scopes="patient/*.read",
    )
    row.context = {"patient": patient}
    row.save()
    return row


def draft(of: Launch | None = None, **fields: Any) -> Draft:
    """A draft in any state."""
    row = of or launch()
    values = {"document": "progress_note", "patient_index": row.patient_index, **fields}
    return Draft.objects.create(launch=row, **values)
