"""Readers of what an EHR tells in no FHIR search, such as its own web services.

An installation registers its readers by name, in the ``ready`` of an app of its own; a profile's
``fallback`` names them. What they return is held to the same rules as an EHR's own answer: a
resource that is not the launched patient's is dropped.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from smartapp.fhir.results import Concept


class ProprietaryReader(Protocol):
    """Reads one concept of one patient and gives FHIR R4 resources, as parsed JSON.

    It is called from a thread of the reading, must keep to ``seconds``, and raises a
    :class:`smartapp.fhir.errors.FhirError` where it cannot tell.
    """

    def __call__(
        self, concept: Concept, *, issuer: str, patient_id: str, seconds: float
    ) -> Iterable[dict[str, Any]]:
        """Return the resources of ``concept``."""
        ...


_readers: dict[str, ProprietaryReader] = {}


def register(name: str, reader: ProprietaryReader) -> None:
    """Make a reader known; a second one of the same name takes its place."""
    _readers[name] = reader


def forget(name: str) -> None:
    """Take a reader away."""
    _readers.pop(name, None)


def reader_named(name: str) -> ProprietaryReader | None:
    """Return a reader, if one of that name is registered."""
    return _readers.get(name)
