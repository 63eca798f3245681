"""What of an answer is taken: the patient's own and what was asked for; the rest is told.

In: resources as an EHR gave them for one query. Out: a :class:`Part`. Never: a resource of another
patient, whatever the EHR sends beside what it was asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.events.fhir import UnaskedDropped
from smartapp.fhir.absences import missing_for_issue
from smartapp.fhir.addresses import Base
from smartapp.fhir.bundles import Page
from smartapp.fhir.errors import ForeignAddress
from smartapp.fhir.ownership import Owner, owner_of, tell_dropped
from smartapp.fhir.queries import Query
from smartapp.fhir.results import Fetched, Missing, Reason
from smartapp.fhir.rounds import Round
from smartapp.fhir.wanted import is_wanted, passed_over_by


@dataclass(slots=True)
class Part:
    """What one query gave. ``refused``: the EHR has no such search.

    ``unasked``: resources left out that the search did not ask for.
    """

    resources: list[Fetched] = field(default_factory=list)
    included: dict[str, Fetched] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    total: int | None = None
    refused: bool = False
    unasked: int = 0


class Sieve:
    """Takes resources for one patient at one EHR; what it drops is told to the round."""

    def __init__(self, *, base: Base, patient_id: str, round_: Round) -> None:
        self._base = base
        self._patient_id = patient_id
        self._round = round_

    def take(self, query: Query, page: Page, part: Part) -> None:
        """Take a page: its matches, what came along, and what it says of itself."""
        part.total = page.total if part.total is None else part.total
        self.take_matches(query, page.matches, part)
        self.take_included(query, page.included, part)
        if page.unreadable:
            part.missing.append(Missing(query.concept, Reason.UNREADABLE, "entries"))
        found = (missing_for_issue(query.concept, issue) for issue in page.issues)
        part.missing.extend(missing for missing in found if missing is not None)

    def take_matches(self, query: Query, resources: list[Fetched], part: Part) -> None:
        """Take what was asked for and is the patient's."""
        own = list(self._own(query, resources, part, {Owner.PATIENT}))
        wanted = [each for each in own if is_wanted(each, query.asks.only)]
        if unwanted := len(own) - len(wanted):
            part.total = None  # it counts what was not wanted, too
            self._tell_unasked(query, unwanted, part)
        part.resources.extend(wanted)

    def take_included(self, query: Query, resources: list[Fetched], part: Part) -> None:
        """Take what was read along: the patient's, and what is nobody's, such as a drug."""
        ours = {each.reference for each in part.resources} | {f"Patient/{self._patient_id}"}
        told: list[Fetched] = []
        rest: list[Fetched] = []
        for each in resources:
            (told if self._tells_of(each, ours) else rest).append(each)
        own = [*told, *self._own(query, rest, part, {Owner.PATIENT, Owner.NOBODY})]
        part.included.update((resource.reference, resource) for resource in own)

    def _tell_unasked(self, query: Query, count: int, part: Part) -> None:
        """Tell that the EHR passed over what should have narrowed the search, if anything should.

        Some EHRs drop parameters and answer with all there is (Epic those that it does not know).
        """
        passed_over = passed_over_by(query.asks)
        if passed_over:
            part.unasked += count
            self._round.add(
                UnaskedDropped(concept=query.concept.value, parameters=passed_over, count=count)
            )

    def _tells_of(self, resource: Fetched, ours: set[str]) -> bool:
        """Whether it is a Provenance, which names no patient, of what is the patient's."""
        targets = resource.raw.get("target") if resource.resource_type == "Provenance" else None
        if not isinstance(targets, list) or not targets:
            return False
        try:
            found = {
                str(self._base.reference(each.get("reference")))
                for each in targets
                if isinstance(each, dict)
            }
        except ForeignAddress:
            return False
        return found <= ours

    def _own(
        self, query: Query, resources: list[Fetched], part: Part, allowed: set[Owner]
    ) -> Iterator[Fetched]:
        dropped: dict[tuple[Owner, str], int] = {}
        for resource in resources:
            owner = owner_of(resource.raw, patient_id=self._patient_id, base=self._base)
            if owner in allowed:
                yield resource
            else:
                key = owner, resource.resource_type
                dropped[key] = dropped.get(key, 0) + 1
        for (owner, resource_type), count in dropped.items():
            self._tell_dropped(query, owner, resource_type, count, part)

    def _tell_dropped(
        self, query: Query, owner: Owner, resource_type: str, count: int, part: Part
    ) -> None:
        if owner is not Owner.OTHER:
            # Nothing shows that it is this patient's, so it is not shown as theirs.
            part.missing.append(Missing(query.concept, Reason.UNREADABLE, "no_patient"))
            return
        part.missing.append(Missing(query.concept, Reason.OTHER_PATIENT, resource_type))
        tell_dropped(
            self._round,
            self._base,
            concept=query.concept.value,
            resource_type=resource_type,
            count=count,
        )
