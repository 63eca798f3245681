"""Launching the app: an id bound to one person, one patient and one visit, and where to go."""

from urllib.parse import urlencode

from sandbox import settings
from sandbox.ehr import people, words
from sandbox.fhir.store import store
from sandbox.oauth.addresses import fhir_base
from sandbox.oauth.models import Launch
from sandbox.personalities import Personality


class LaunchRefusedError(Exception):
    """The launch cannot be made: ``code`` is stable, the message says what to change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def make(
    personality: Personality,
    *,
    user: str,
    patient: str = "",
    encounter: str | None = None,
    scopes_granted: str | None = None,
    need_patient_banner: bool | None = None,
    intent: str = "",
    standalone: bool = False,
) -> Launch:
    """Make a launch for a person (``Type/id``), with or without a patient.

    ``encounter`` None takes the patient's visit of today, else the newest; "" takes none.
    ``scopes_granted`` is granted to the letter, whatever the app asks for.
    Raises LaunchRefusedError when person, patient or encounter are not in the charts.
    """
    if people.find(user) is None:
        raise LaunchRefusedError("unknown_user", "Name a user of the charts as Type/id.")
    if patient and store.get("Patient", patient) is None:
        raise LaunchRefusedError("unknown_patient", "Name a patient of the charts by id.")
    if encounter is None:
        encounter = newest_encounter(patient)
    elif encounter and not _belongs(encounter, patient):
        raise LaunchRefusedError("unknown_encounter", "Name an encounter of that patient by id.")
    return Launch.objects.create(
        personality=personality.key,
        user=user,
        patient=patient,
        encounter=encounter,
        scopes_granted=scopes_granted,
        need_patient_banner=need_patient_banner,
        intent=intent,
        standalone=standalone,
    )


def address(personality: Personality, launch: Launch) -> str:
    """Where the browser goes to start the app with that launch."""
    query = urlencode({"iss": fhir_base(personality), "launch": launch.pk})
    return f"{settings.SANDBOX_APP_URL}/launch/?{query}"


def newest_encounter(patient: str) -> str:
    """The id of the visit in progress, else of the newest one; "" without any."""
    visits = store.of_patient("Encounter", patient) if patient else []
    if not visits:
        return ""
    newest = max(visits, key=_visit_order)
    return str(newest["id"])


def _visit_order(visit: words.Resource) -> tuple[bool, str]:
    return visit.get("status") == "in-progress", visit.get("period", {}).get("start", "")


def _belongs(encounter: str, patient: str) -> bool:
    visits = store.of_patient("Encounter", patient) if patient else []
    return any(visit["id"] == encounter for visit in visits)
