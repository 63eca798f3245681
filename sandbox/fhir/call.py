"""A FHIR request on its way: who answers, what may be seen, in which format."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate
from sandbox.personalities import Personality


@dataclass(frozen=True, slots=True)
class Call:
    """One request; ``media`` is what its answer is sent as."""

    request: HttpRequest
    gate: Gate
    media: str

    @property
    def personality(self) -> Personality:
        """The hospital that answers."""
        return self.gate.personality


def offered(call: Call, kind: str, interaction: str) -> None:
    """Refuse with 405 what the hospital does not do with a type."""
    rules = call.personality.types[kind]
    if interaction not in (*rules.reads, *rules.writes):
        raise FhirError(405, "not-supported", f"{kind} does not support {interaction} here.")


def parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the parameters of a search, those of its form too."""
    sources: list[QueryDict] = [request.GET]
    if request.method == "POST":
        sources.append(request.POST)
    return [(name, one) for source in sources for name, all_ in source.lists() for one in all_]
