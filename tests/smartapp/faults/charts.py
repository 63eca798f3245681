"""What a reading gave, as a clinician's tools see it, and how far two readings differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolName
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult

AS_OF = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Facts = dict[tuple[str, str], dict[str, Any]]


@dataclass
class Kept:
    """A reader that keeps what it hands on."""

    reader: Any
    results: dict[Concept, ReadResult] = field(default_factory=dict)
    contents: dict[str, Any] = field(default_factory=dict)

    def read_all(self, concepts: Iterable[Concept]) -> Mapping[Concept, ReadResult]:
        """As the reader does."""
        found = self.reader.read_all(concepts)
        self.results.update(found)
        return dict(found)

    def read(self, concept: Concept) -> ReadResult:
        """As the reader does."""
        return self.read_all([concept])[concept]

    def attachment(self, document: Fetched) -> Any:
        """As the reader does."""
        return self.attachments([document])[document.reference]

    def attachments(self, documents: Iterable[Fetched]) -> Mapping[str, Any]:
        """As the reader does."""
        found = self.reader.attachments(documents)
        self.contents.update(found)
        return dict(found)


@dataclass
class Seen:
    """The facts of one tool by their sources, and what it said was missing."""

    facts: Facts
    missing: tuple[str, ...]  # "timed_out: ehr_unavailable"
    raw: list[Any]


def seen(reader: Any, tool: ToolName) -> Seen:
    """Let a tool read; raises SessionLost."""
    kept = Kept(reader)
    result = Reading(kept, AS_OF).call(tool)
    missing = [each for found in kept.results.values() for each in found.missing]
    missing += [each for each in kept.contents.values() if isinstance(each, Missing)]
    told = [f"{each.reason.value}: {each.detail}" for each in missing]
    reasons = {each.reason.value for each in missing}
    told += [f"{gap.reason}: fact" for gap in result.gaps if gap.reason not in reasons]
    facts = {
        (fact.source.resource_type, fact.source.resource_id): fact.model_dump(
            mode="json", exclude={"handle"}
        )
        for fact in result.facts
    }
    raw = [one.raw for found in kept.results.values() for one in found.resources]
    return Seen(facts, tuple(dict.fromkeys(told)), raw)


def wrong(found: Facts, whole: Facts) -> list[str]:
    """Return where a fact says anything that the fault-free one does not; less is not wrong."""
    strange = [f"{kind} nobody has" for kind, one in found.keys() - whole.keys()]
    for key in found.keys() & whole.keys():
        for name, value in found[key].items():
            silent = value in (None, "", [], {}, False)
            if name != "warnings" and not silent and value != whole[key][name]:
                strange.append(f"{key[0]}.{name} differs")
    return strange
