"""The unit a launch comes from: a department, clinic or ward, by the EHR's own id of it.

Epic tells at the token which department the clinician is signed in to and where the visit is
(``loginDepartment``, ``location``); SMART App Launch 2 lets any EHR name a Location among
``fhirContext``; Oracle Health tells nothing, and the visit of the launch says where it takes place.
The clinician's own department comes first: budgets and pinned versions belong to those who work
there. A unit is a Location's id, or ``Organization/ID`` where only the visit's provider is known.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from audit.events.launch import UnitLearned
from audit.recorder import record
from smartapp.ehrs.addresses import relative_reference
from smartapp.ehrs.answers import TokenAnswer
from smartapp.fhir.results import Fetched
from smartapp.models import Ehr, Launch

_PLACE = re.compile(r"Location/(?P<id>[A-Za-z0-9.\-]{1,64})")
_PROVIDER = re.compile(r"Organization/[A-Za-z0-9.\-]{1,64}")
_NOT_YET_OR_NO_MORE = {"planned", "reserved", "completed"}  # FHIR R4, EncounterLocationStatus


def unit_of(launch: Launch) -> str:
    """Return the code of the unit a launch comes from; "" where the EHR has not told (yet)."""
    return launch.unit


def unit_told(answer: TokenAnswer, ehr: Ehr) -> str:
    """Return the unit that came with the access token; "" where none did."""
    if answer.login_department or answer.location:
        return answer.login_department or answer.location or ""
    for entry in answer.fhir_context:
        if entry.get("role", "launch") == "launch" and (place := _place(entry, ehr)):
            return place
    return ""


def learn_unit(launch: Launch, visits: Sequence[Fetched]) -> None:
    """Keep where the launch's own visit takes place, unless the unit is known already.

    ``visits`` are Encounters as read; only the one that the EHR launched with is looked at.
    """
    if launch.unit or not launch.encounter_id:
        return
    visit = next((each.raw for each in visits if each.id == launch.encounter_id), {})
    unit = _where(visit, launch.ehr)
    if not unit:
        return
    with transaction.atomic():
        # Two pages may read at once: the first is the one that is told of.
        if Launch.objects.filter(pk=launch.pk, unit="").update(unit=unit):
            record(UnitLearned(unit=unit))
    launch.unit = unit


def _where(visit: dict[str, Any], ehr: Ehr) -> str:
    listed = visit.get("location")
    stays = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    now = [each for each in stays if each.get("status") == "active"]
    open_ones = [each for each in stays if each.get("status") not in _NOT_YET_OR_NO_MORE]
    for stay in reversed(now or open_ones):  # the latest move stands last
        if place := _place(stay.get("location"), ehr):
            return place
    provider = _reference(visit.get("serviceProvider"), ehr)
    return provider if _PROVIDER.fullmatch(provider) else ""


def _place(told: object, ehr: Ehr) -> str:
    match = _PLACE.fullmatch(_reference(told, ehr))
    return match["id"] if match else ""


def _reference(told: object, ehr: Ehr) -> str:
    reference = told.get("reference") if isinstance(told, dict) else None
    own = relative_reference(ehr.issuer, reference) if isinstance(reference, str) else None
    return own or ""
