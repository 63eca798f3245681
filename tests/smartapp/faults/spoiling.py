"""One spoilt resource among sound ones, through the reader and the clinical tools."""

import json
from typing import Any

import httpx2

from recommendations.clinical.for_model import for_model
from recommendations.clinical.reading import Reading
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ToolName
from smartapp.fhir.results import Concept
from tests.smartapp.faults.charts import AS_OF, Facts
from tests.smartapp.faults.malformed import chart, written
from tests.smartapp.fhir.ehr import BASE, FHIR_JSON, PATIENT, bundle, fhir, reader

TOOL_OF: dict[Concept, ToolName] = {
    concept: tool.name for tool in TOOLS.values() for concept in tool.concepts
}

_CATEGORIES = {
    Concept.PROBLEMS: "problem-list-item",
    Concept.ENCOUNTER_DIAGNOSES: "encounter-diagnosis",
    Concept.LABS: "laboratory",
    Concept.VITALS: "vital-signs",
}


class Page:
    """An EHR with one page for one concept, and the patient."""

    def __init__(self, concept: Concept, body: bytes) -> None:
        self.concept = concept
        self.body = body
        (self.patient,) = chart()[Concept.PATIENT]

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer."""
        below = str(request.url).removeprefix(f"{BASE}/")
        kind = below.split("?")[0]
        if kind == f"Patient/{PATIENT}":
            if self.concept is Concept.PATIENT:
                return httpx2.Response(200, content=self.body, headers=FHIR_JSON)
            return fhir(self.patient)
        mine = kind == chart()[self.concept][0]["resourceType"] and _asks(below, self.concept)
        return httpx2.Response(200, content=self.body, headers=FHIR_JSON) if mine else bundle()


def _asks(below: str, concept: Concept) -> bool:
    """Whether a search is this concept's, where two share a type."""
    return _CATEGORIES.get(concept, "") in below


def read(concept: Concept, body: bytes) -> tuple[Facts, set[str]]:
    """Read a page with its tool: the facts by source, and the reasons of the gaps."""
    chosen = Reading(reader(Page(concept, body)), AS_OF)
    result = chosen.call(TOOL_OF[concept])
    for_model(result)
    facts = chosen.snapshot().facts
    by_source = {
        (each.source.resource_type, each.source.resource_id): json.loads(
            each.model_dump_json(exclude={"handle", "text", "warnings", "truncated"})
        )
        for each in facts
    }
    return by_source, {gap.reason for gap in result.gaps}


def lost(concept: Concept, sound: list[Any], spoilt: Any, *, at: int) -> list[str]:
    """Return which neighbours of a spoilt resource are not told as they are without it."""
    whole, _ = read(concept, written(sound))
    found, reasons = read(concept, written([*sound[:at], spoilt, *sound[at:]]))
    own = spoilt.get("id") if isinstance(spoilt, dict) else "spoilt"
    missing = [
        f"{key[0]} {key[1]}"
        for key, fact in whole.items()
        if found.get(key) != fact and key[1] != own
    ]
    extra = len(found.keys() - whole.keys())
    told = extra or reasons or own in {key[1] for key in found}
    if not told and not _is_something_else(concept, spoilt):
        missing.append("the spoilt one is gone without a word")
    return missing


def _is_something_else(concept: Concept, spoilt: Any) -> bool:
    """Whether a resource reads, by its own category, as one that this search did not ask for."""
    wanted = _CATEGORIES.get(concept, "")
    if not wanted or not isinstance(spoilt, dict):
        return False
    categories = spoilt.get("category")
    codings = [
        coding
        for each in (categories if isinstance(categories, list) else [categories])
        if isinstance(each, dict)
        for coding in (each["coding"] if isinstance(each.get("coding"), list) else [None])
    ]
    codes = [each.get("code") if isinstance(each, dict) else None for each in codings]
    return bool(codes) and all(isinstance(c, str) and c and c != wanted for c in codes)
