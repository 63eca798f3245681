"""Every clinical tool answers alike for the same chart, whatever EHR it is read from.

Fourteen charts, three vendors' shapes, every tool of the chart; over HTTP, as a launch reads. What is on
file is read beside it with plain requests, without a profile and without our reader: a mistake
that all three profiles share is found, too.
"""

from datetime import date
from functools import cache

import pytest

from audit.models import AuditEvent
from recommendations.clinical.registry import TOOLS
from sandbox.charts import build
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import load
from tests.conftest import Sandbox
from tests.smartapp.conformance import asking
from tests.smartapp.conformance.asking import STORIES, Told, differences
from tests.smartapp.conformance.limits import LIMITS, limits_of
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db
EVERY = [(personality, story) for personality in VENDORS for story in STORIES]


@cache
def on_file(sandbox: Sandbox, story: str) -> Told:
    return asking.told_by_the_file(sandbox, STORIES[story])


def read(sandbox: Sandbox, personality: str, story: str, profile: str = "") -> Told:
    name = profile or VENDORS[personality]
    return asking.told_through(sandbox, personality, STORIES[story], load(name))


@pytest.mark.parametrize(("personality", "story"), EVERY, ids=map("-".join, EVERY))
def test_every_tool_tells_what_is_on_file_and_says_what_is_missing(
    sandbox: Sandbox, personality: str, story: str
) -> None:
    told, truth = read(sandbox, personality, story), on_file(sandbox, story)
    limits = limits_of(personality, story)
    assert told.gaps == {(each.concept, each.reason) for each in limits}
    assert {each.sentence for each in limits} == told.sentences
    fewer = {tool for each in limits for tool in each.fewer}
    silent = {tool for each in limits for tool in each.silent}
    assert differences(told, truth, fewer=fewer, silent=silent) == []
    for tool in fewer | silent:
        assert told.totals[tool] < truth.totals[tool]  # else the limit is none
    assert asking.activities_untold(told, truth) == []


def test_what_is_on_file_lets_every_tool_speak(sandbox: Sandbox) -> None:
    spoken = {
        tool for story in STORIES for tool, said in on_file(sandbox, story).answers.items() if said
    }
    assert spoken == {name for name, tool in TOOLS.items() if tool.concepts}  # of the chart
    assert all(not on_file(sandbox, story).gaps for story in STORIES)


def test_the_stories_are_all_the_patients_there_are(sandbox: Sandbox) -> None:
    patients = {each["id"] for each in build(date(2026, 1, 1)) if each["resourceType"] == "Patient"}
    assert set(STORIES.values()) == patients


def test_every_limit_names_a_tool_a_story_and_a_reason() -> None:
    for each in LIMITS:
        assert each.why
        assert each.personality in VENDORS
        assert set(each.stories) <= set(STORIES)
        assert {*each.fewer, *each.silent} <= set(TOOLS)


def test_the_way_around_a_plan_without_activities_is_in_the_trail(sandbox: Sandbox) -> None:
    told = read(sandbox, "oracle", "halloway")
    (taken,) = told.fallbacks[Concept.CARE_PLANS]
    assert taken.kind == "narrative"
    (row,) = AuditEvent.objects.filter(type="fhir.fallback")
    assert row.detail["concept"] == "care_plans"
    assert not read(sandbox, "generic", "halloway").fallbacks[Concept.CARE_PLANS]
