"""The chart as the panel reads it: whose it is, how much there is, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from recommendations.clinical import gaps
from recommendations.clinical.facts import AllergyFact
from recommendations.clinical.reading import Reading
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import Gap, ReadingSnapshot, ToolName, ToolResult
from recommendations.drafts.came_for import Offered, came_for
from recommendations.views.face import Face, face_of
from recommendations.workflows.documents import Document
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.read_ahead import first_look, look_again
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason
from smartapp.launch.doors import LaunchRequest
from smartapp.launch.refusals import LaunchRefused
from smartapp.launch.units import learn_unit

LABELS: dict[Concept, str] = {
    Concept.PROBLEMS: "Problems",
    Concept.MEDICATIONS: "Medications",
    Concept.ALLERGIES: "Allergies",
    Concept.LABS: "Labs",
    Concept.VITALS: "Vital signs",
    Concept.NOTES: "Notes",
    Concept.ENCOUNTERS: "Visits",
}
_SLOW = {Reason.TIMED_OUT, Reason.THROTTLED}


@dataclass(frozen=True, slots=True)
class Source:
    """One part of the chart, and how much of it was read."""

    label: str
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class StripAlone:
    """Whose chart it is, for a page that shows what a draft has read."""

    face: Face


@dataclass(frozen=True, slots=True)
class ChartFace:
    """What the panel says before any draft."""

    face: Face
    sources: tuple[Source, ...]
    gaps: tuple[Gap, ...]
    slow: bool  # the EHR did not answer in time, somewhere
    down: bool  # nothing at all could be read

    @property
    def empty(self) -> bool:
        """Whether everything was read and there is nothing."""
        return not self.gaps and not any(source.count for source in self.sources)

    @property
    def missing_codes(self) -> tuple[str, ...]:
        """``concept:reason``, for the trail."""
        return tuple(sorted({f"{gap.concept}:{gap.reason}" for gap in self.gaps}))


FRESH = "fresh"  # in the query of a request that insists on the EHR's own answers


class _AlreadyRead:
    """Serves a reading from what was read a moment ago."""

    def __init__(self, results: Mapping[Concept, ReadResult]) -> None:
        self._results = results

    def read(self, concept: Concept, /) -> ReadResult:
        return self._results[concept]

    def read_all(self, concepts: Iterable[Concept], /) -> Mapping[Concept, ReadResult]:
        return {concept: self._results[concept] for concept in concepts}

    def attachment(self, document: Fetched, /) -> tuple[bytes, str] | Missing:
        return Missing(Concept.NOTES, Reason.FAILED)


def read_chart(request: LaunchRequest) -> ChartFace:
    """Read the launched patient's chart in one parallel round.

    With ``fresh`` in the query, as *Read again* has it, nothing that was kept is taken. Raises
    :class:`LaunchRefused` where the EHR has ended the session; all else becomes a gap.
    """
    try:
        results = first_look(request.launch, fresh=FRESH in request.GET)
    except SessionLost:
        raise LaunchRefused("session_ended", ehr=request.ehr) from None
    learn_unit(request.launch, results[Concept.ENCOUNTERS].resources)
    return chart_face(results)


def read_strip(request: LaunchRequest, snapshot: ReadingSnapshot) -> StripAlone:
    """Read whose chart it is, and take the allergies from what the draft has read of them.

    A page for signing must not wait for a chart that it does not show. Raises
    :class:`LaunchRefused` where the EHR has ended the session.
    """
    whole = snapshot.searched.get(Concept.ALLERGIES.value)
    wanted = (Concept.PATIENT,) if whole is not None else (Concept.PATIENT, Concept.ALLERGIES)
    try:
        results = look_again(request.launch, wanted)
    except SessionLost:
        raise LaunchRefused("session_ended", ehr=request.ehr) from None
    reading = Reading(_AlreadyRead(results), timezone.now())
    if whole is None:
        allergies = reading.call(ToolName.ALLERGIES)
    else:
        allergies = _allergies_of(snapshot, whole=whole)
    face = face_of(results[Concept.PATIENT], reading.call(ToolName.DEMOGRAPHICS), allergies)
    return StripAlone(face)


def read_came_for(request: LaunchRequest, document: Document) -> Offered:
    """Read what may have brought the patient, for a document; raises as :func:`read_chart`."""
    tools = document.brought_by
    wanted = dict.fromkeys(concept for tool in tools for concept in TOOLS[tool].concepts)
    try:
        results = look_again(request.launch, (Concept.PATIENT, *wanted))
    except SessionLost:
        raise LaunchRefused("session_ended", ehr=request.ehr) from None
    return came_for(Reading(_AlreadyRead(results), timezone.now()), tools)


def _allergies_of(snapshot: ReadingSnapshot, *, whole: bool) -> ToolResult:
    facts = tuple(fact for fact in snapshot.facts if isinstance(fact, AllergyFact))
    told = tuple(gap for gap in snapshot.gaps if gap.concept == Concept.ALLERGIES.value)
    return ToolResult(tool=ToolName.ALLERGIES, facts=facts, gaps=told, complete=whole)


def chart_face(results: Mapping[Concept, ReadResult]) -> ChartFace:
    """What the panel says of these results."""
    reading = Reading(_AlreadyRead(results), timezone.now())
    missing = [each for result in results.values() for each in result.missing]
    return ChartFace(
        face=face_of(
            results[Concept.PATIENT],
            reading.call(ToolName.DEMOGRAPHICS),
            reading.call(ToolName.ALLERGIES),
        ),
        sources=tuple(
            Source(label, len(results[concept].resources), results[concept].complete)
            for concept, label in LABELS.items()
        ),
        gaps=tuple(dict.fromkeys(gaps.gap_of(each) for each in missing)),
        slow=any(each.reason in _SLOW for each in missing),
        down=all(result.missing and not result.resources for result in results.values()),
    )
