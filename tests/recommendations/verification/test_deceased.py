"""That a patient has died: said where the chart says it, and never left out or made up."""

import pytest

from recommendations.agent.offline import phrases
from recommendations.clinical.facts import DemographicsFact, Source
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification import Chart, verify
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import said, who


def patient(*, deceased: bool) -> DemographicsFact:
    return DemographicsFact(
        handle="dem1",
        source=Source(resource_type="Patient", resource_id="p", version="1"),
        name="Patient",
        age=81,
        age_text="81 years",
        sex="male",
        deceased=deceased,
    )


def outcome(text: str, *, deceased: bool, claimed: bool | None) -> Outcome:
    chart = Chart.of(
        ReadingSnapshot(as_of="2026-11-17T15:00:00+00:00", facts=(patient(deceased=deceased),))
    )
    return verify(said(text, {**who(81, "male"), "deceased": claimed}), chart).outcome


def test_the_offline_drafter_says_it_and_it_is_checked() -> None:
    statement = phrases.demographics("why_today", patient(deceased=True))
    assert statement is not None
    assert statement.text == "81-year-old male, deceased."
    chart = Chart.of(
        ReadingSnapshot(as_of="2026-11-17T15:00:00+00:00", facts=(patient(deceased=True),))
    )
    assert verify(statement, chart).outcome is Outcome.CHECKED


@pytest.mark.parametrize("claimed", [True, None])
def test_nobody_is_declared_dead(claimed: bool | None) -> None:
    assert not outcome("81-year-old male, deceased.", deceased=False, claimed=claimed).signable


def test_a_death_is_not_left_out() -> None:
    assert outcome("81-year-old male.", deceased=True, claimed=None) is Outcome.CONTRADICTED


def test_the_dead_are_not_said_to_live() -> None:
    found = outcome("81-year-old male, deceased.", deceased=True, claimed=False)
    assert found is Outcome.CONTRADICTED
