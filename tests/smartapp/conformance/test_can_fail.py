"""The suite must be able to fail: broken profiles, each with a mistake that somebody might make."""

from typing import Any

import pytest

from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import Profile, load
from smartapp.fhir.vendors.concepts import ConceptQuery
from tests.conftest import Sandbox
from tests.smartapp.conformance import asking
from tests.smartapp.conformance.asking import STORIES, differences
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db


def broken(personality: str, concept: Concept, changes: dict[str, Any]) -> Profile:
    profile = load(VENDORS[personality])
    asks = profile.concepts[concept].model_dump() | {"fallback": ()} | changes
    concepts = profile.concepts | {concept: ConceptQuery.model_validate(asks)}
    return profile.model_copy(update={"concepts": concepts})


def params(**given: str) -> dict[str, Any]:
    return {"params": {"patient": "{patient}"} | given}


MISTAKES = {
    # The seed's own mistake: "|" is no list in FHIR, it parts system from code.
    "a list by bar": ("epic", Concept.MEDICATIONS, params(status="active|on-hold"), "medications"),
    "drugs not followed": (
        "epic",
        Concept.MEDICATIONS,
        {"include": (), "resolve": ()},
        "medications",
    ),
    "current orders alone": ("oracle", Concept.MEDICATIONS, params(status="active"), "medications"),
    "one kind of plan": (
        "epic",
        Concept.CARE_PLANS,
        {"fan_out": {"param": "category", "values": ["736353004"]}},
        "care_plans",
    ),
    "another category": ("generic", Concept.VITALS, params(category="laboratory"), "vitals"),
    "no such category": ("epic", Concept.PROBLEMS, params(category="problem"), "diagnoses"),
    "one page": ("oracle", Concept.NOTES, {"page_size": 10, "max_pages": 1}, "notes"),
    "a short window": (
        "oracle",
        Concept.APPOINTMENTS,
        {"window": {"past_days": 1, "future_days": 1}},
        "appointments",
    ),
}


@pytest.mark.parametrize(
    ("personality", "concept", "changes", "tool"), MISTAKES.values(), ids=MISTAKES
)
def test_a_mistake_in_a_profile_is_seen_and_its_tool_named(
    sandbox: Sandbox, personality: str, concept: Concept, changes: dict[str, Any], tool: str
) -> None:
    patient = STORIES["halloway"]
    truth = asking.told_by_the_file(sandbox, patient)
    profile = broken(personality, concept, changes)
    told = asking.told_through(sandbox, personality, patient, profile)
    silent = set() if personality == "generic" else {"messages"}  # never offered there
    found = differences(told, truth, silent=silent)
    assert any(each.startswith(tool) for each in found)
    others = [each for each in found if not each.startswith((tool, "known"))]
    assert others == []


def test_what_was_not_granted_is_a_gap_and_never_a_silence(sandbox: Sandbox) -> None:
    types = tuple(each for each in asking.GRANTED if each != "AllergyIntolerance")
    patient = STORIES["penicillin"]
    told = asking.told_through(sandbox, "oracle", patient, load("oracle_health"), types)
    assert ("allergies", "scope_not_granted") in told.gaps
    truth = asking.told_by_the_file(sandbox, patient)
    assert any(each.startswith("allergies") for each in differences(told, truth))
