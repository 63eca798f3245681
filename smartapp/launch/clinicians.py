"""The names of clinicians: id_tokens seldom carry one, their Practitioner resource does."""

import contextvars
import logging
import threading
from typing import Any

from django.conf import settings
from django.db import connection

from smartapp.fhir.errors import FhirError
from smartapp.fhir.reader import reader_for
from smartapp.models import Launch

logger = logging.getLogger(__name__)


def start_naming(launch: Launch) -> None:
    """Learn a new clinician's name beside the chart's reading; returns at once, never fails."""
    if launch.clinician.display_name or not settings.LAUNCH_LEARNS_NAMES:
        return
    told = contextvars.copy_context()
    threading.Thread(target=lambda: told.run(_learn, launch), name="naming", daemon=True).start()


def learn_name(launch: Launch) -> str:
    """Read and keep the name of a launch's clinician; raises ``FhirError``."""
    clinician = launch.clinician
    name = name_in(reader_for(launch).person(clinician.fhir_user))
    if name:
        clinician.display_name = name
        clinician.save(update_fields=["display_name"])
    return name


def name_in(person: dict[str, Any]) -> str:
    """Return the name a Practitioner or PractitionerRole gives, "" where there is none."""
    if person.get("resourceType") == "PractitionerRole":
        practitioner = person.get("practitioner")
        found = practitioner.get("display") if isinstance(practitioner, dict) else None
        return _short(found)
    names = person.get("name")
    held = [each for each in names if isinstance(each, dict)] if isinstance(names, list) else []
    # The official name stands in a signature; a nickname only where nothing else is known.
    held.sort(key=lambda each: each.get("use") != "official")
    return next((name for each in held if (name := _short(each.get("text")) or _built(each))), "")


def _built(name: dict[str, Any]) -> str:
    given, suffix = (_words(name.get(part)) for part in ("given", "suffix"))
    plain = " ".join([*given, *_words([name.get("family")])])
    return _short(", ".join([plain, *suffix]) if plain else "")


def _words(values: object) -> list[str]:
    held = values if isinstance(values, list) else []
    return [each for each in held if isinstance(each, str) and each]


def _short(text: object) -> str:
    return text.strip()[:200] if isinstance(text, str) else ""


def _learn(launch: Launch) -> None:
    try:
        learn_name(launch)
    except FhirError as error:
        logger.info("clinician not named", extra={"code": error.code})
    except Exception as error:  # a name is a courtesy: the reference stands in its place
        logger.warning("clinician not named", extra={"kind": type(error).__name__})
    finally:
        connection.close()
