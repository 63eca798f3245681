"""What a launch asks for a concept: the profile's way, as far as the granted scopes let it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from smartapp.fhir.gathering import Gathering
from smartapp.fhir.grants import Grants
from smartapp.fhir.queries import Step, queries_for, steps_for, told_of
from smartapp.fhir.results import Concept, Missing, ReadResult, Reason
from smartapp.fhir.vendors.concepts import ConceptQuery, Search, Unsupported
from smartapp.fhir.vendors.needs import filters_of
from smartapp.fhir.vendors.profiles import Profile
from smartapp.fhir.vendors.proprietary import reader_named


class Plans:
    """The ways open to one launch: by its EHR's profile, its grants and its patient."""

    def __init__(self, profile: Profile, grants: Grants, patient_id: str) -> None:
        self._profile = profile
        self._grants = grants
        self._patient_id = patient_id

    def begin(
        self, gathering: Gathering, concept: Concept, codes: Sequence[str], since: date | None
    ) -> None:
        """Open a concept and ask all that may be asked; what may not be is missing at once."""
        asks = self._profile.concepts[concept]
        if isinstance(asks, Unsupported):
            gathering.open(concept)
            gathering.missing(Missing(concept, Reason.UNSUPPORTED, "vendor"))
            return
        steps = self._steps(concept, asks, codes, since)
        gathering.open(concept, steps=steps, narrative=asks.narrative)
        searches = filters_of(asks)
        if not all(self._grants.whole(asks.type, asks.interaction, each) for each in searches):
            gathering.missing(Missing(concept, Reason.SCOPE_NOT_GRANTED, asks.type))
        if self._grants.allow(asks.type, asks.interaction):
            for query in queries_for(
                concept,
                told_of(asks, self._grants),
                patient_id=self._patient_id,
                codes=codes,
                since=since,
            ):
                gathering.ask(query)

    def result(self, gathering: Gathering, concept: Concept) -> ReadResult:
        """Return what was gathered of a concept, with a total only where the EHR counts all."""
        result = gathering.result(concept)
        # Epic's total is the page's size once _count is given.
        return result if self._profile.total == "all" else replace(result, total=None)

    def _steps(
        self, concept: Concept, asks: ConceptQuery, codes: Sequence[str], since: date | None
    ) -> list[Step]:
        """Return the fallbacks that are open to this launch."""
        found = steps_for(concept, asks, patient_id=self._patient_id, codes=codes, since=since)
        return [
            step
            for step in found
            if (
                reader_named(step.fallback.reader) is not None
                if step.fallback.reader
                else all(self._may_ask(each.asks) for each in step.queries)
            )
        ]

    def _may_ask(self, asks: Search) -> bool:
        found = self._grants.allow(asks.type, "search")
        return found and (asks.items is None or self._grants.allow(asks.items, "read"))
