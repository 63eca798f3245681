"""What stands beside the access token: patient, encounter, banner, and each vendor's extras."""

from typing import Any

from sandbox.fhir.store import store
from sandbox.oauth.addresses import absolute
from sandbox.oauth.models import Context
from sandbox.oauth.quirks import ORACLE_TENANT, quirks
from sandbox.personalities import Personality


def beside_token(context: Context, personality: Personality) -> dict[str, Any]:
    """The launch context as members of the token answer; only what is known is sent."""
    own = quirks(personality)
    banner = context.need_patient_banner
    if banner is None and own.announces_banner and context.patient:
        banner = True
    known = {
        "patient": context.patient,
        "encounter": context.encounter,
        "intent": context.intent,
        "smart_style_url": absolute(f"{personality.key}/smart-style/1.json") if own.style else "",
        **_extras(context, personality),
    }
    answer: dict[str, Any] = {name: value for name, value in known.items() if value}
    if banner is not None:
        answer["need_patient_banner"] = banner
    return answer


def _extras(context: Context, personality: Personality) -> dict[str, Any]:
    if personality.key == "oracle":
        user = context.user.rpartition("/")[2]
        return {"user": user, "username": f"portal|{user}" if user else "", "tenant": ORACLE_TENANT}
    if personality.key == "epic" and context.patient:
        location = _location(context.encounter)
        return {
            "location": location,
            "loginDepartment": location,
            "appointment": _appointment(context.encounter),
            "__epic.dstu2.patient": context.patient,
            # Of the request that the code came of; a refreshed token has none.
            "state": getattr(context, "state", ""),
        }
    return {}


def _location(encounter_id: str) -> str:
    encounter = store.get("Encounter", encounter_id) if encounter_id else None
    for place in (encounter or {}).get("location", []):
        reference = place.get("location", {}).get("reference", "")
        if reference.startswith("Location/"):
            return str(reference.removeprefix("Location/"))
    return ""


def _appointment(encounter_id: str) -> str:
    encounter = store.get("Encounter", encounter_id) if encounter_id else None
    for booked in (encounter or {}).get("appointment", []):
        reference = booked.get("reference", "")
        if reference.startswith("Appointment/"):
            return str(reference.removeprefix("Appointment/"))
    return ""
