"""What the trail says beside every event of a launch."""

from smartapp.models import Launch


def circumstances(launch: Launch) -> dict[str, str]:
    """Return the changes for ``audit.context.bind``; for views, and for tasks that work for one."""
    return {
        "actor": f"{launch.ehr.issuer}|{launch.clinician.fhir_user}",
        "actor_name": launch.clinician.display_name,
        "launch_id": launch.pk,
        "patient_index": launch.patient_index,
        "ehr": launch.ehr.slug,
    }
