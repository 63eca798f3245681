"""Begins reading while the clinician's browser is still on its way to the panel.

The page's own reading then finds the answers kept, or joins the requests under way.
"""

import contextvars
import logging
import threading
from collections.abc import Iterable

from django.conf import settings
from django.db import connection

from smartapp.fhir.errors import FhirError
from smartapp.fhir.reader import reader_for
from smartapp.fhir.results import Concept
from smartapp.models import Launch

logger = logging.getLogger(__name__)


# What a clinician's first look needs, whatever they are going to draft.
FIRST_LOOK = (
    Concept.PATIENT,
    Concept.PROBLEMS,
    Concept.MEDICATIONS,
    Concept.ALLERGIES,
    Concept.LABS,
    Concept.VITALS,
    Concept.NOTES,
    Concept.ENCOUNTERS,
)


def start_reading(launch: Launch, concepts: Iterable[Concept] = FIRST_LOOK) -> None:
    """Begin; returns at once and never fails. Call it once the launch is committed.

    The audit circumstances bound here (who, for which launch) are those of the reading.
    """
    if not settings.FHIR_READ_AHEAD:
        return
    context = contextvars.copy_context()
    wanted = tuple(concepts)
    threading.Thread(
        target=lambda: context.run(_read, launch, wanted), name="fhir-ahead", daemon=True
    ).start()


def _read(launch: Launch, concepts: tuple[Concept, ...]) -> None:
    try:
        reader_for(launch).read_all(concepts)
    except FhirError as error:
        logger.info("read-ahead ended", extra={"code": error.code})
    except Exception as error:  # the page reads for itself and tells the clinician
        logger.warning("read-ahead failed", extra={"kind": type(error).__name__})
    finally:
        connection.close()
