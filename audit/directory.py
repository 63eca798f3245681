"""The EHRs a reviewer may ask about, told by a room that the trail may not import.

``AUDIT_EHR_DIRECTORY`` names an object with the two functions of :class:`Directory`.
"""

from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class Directory(Protocol):
    """What the trail needs to know of EHRs."""

    def choices(self) -> list[tuple[str, str]]:
        """Return slug and name of each EHR, whether in use or not."""

    def patient_index(self, slug: str, patient_id: str) -> str | None:
        """Return the blind index of a patient of an EHR, or ``None`` for an EHR not known."""


def directory() -> Directory:
    """Return the deployment's directory."""
    return cast("Directory", import_string(settings.AUDIT_EHR_DIRECTORY))
