"""A reading: one round, one handle a resource, arguments refused, gaps carried along."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from recommendations.clinical.calls import BadArguments
from recommendations.clinical.facts import MedicationFact
from recommendations.clinical.gaps import gap_of
from recommendations.clinical.reading import Reading
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ToolName
from smartapp.fhir.results import Concept, Missing, Reason
from tests.recommendations.charts import ChartReader, reading_from_bundle
from tests.recommendations.clinical.resources import (
    allergy,
    concept,
    condition,
    lab,
    note,
    order,
    patient,
)

AS_OF = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)


def reading(*resources: dict[str, Any], **missing: Reason) -> Reading:
    reasons = {Concept(name): reason for name, reason in missing.items()}
    return reading_from_bundle([patient(), *resources], as_of=AS_OF, missing=reasons)


def test_prefetch_reads_every_concept_once_in_one_parallel_round() -> None:
    reader = ChartReader([patient(), order("m1", "Aspirin")])
    chart = Reading(reader, AS_OF)
    chart.prefetch([ToolName.DIAGNOSES, ToolName.MEDICATIONS])
    chart.call("medications")
    chart.call("diagnoses")
    assert reader.rounds == [
        (
            Concept.PATIENT,
            Concept.PROBLEMS,
            Concept.ENCOUNTER_DIAGNOSES,
            Concept.MEDICATIONS,
        )
    ]


def test_a_tool_that_was_not_prefetched_is_read_when_called() -> None:
    reader = ChartReader([patient()])
    Reading(reader, AS_OF).call("labs")
    assert reader.rounds == [(Concept.PATIENT, Concept.LABS)]


def test_a_resource_keeps_its_handle_whatever_is_asked_first() -> None:
    labs = [lab(f"o{n}", "Potassium", n, f"2026-11-{n:02d}") for n in range(1, 8)]
    whole, named = reading(*labs), reading(*labs)
    named.call("labs", {"names": ["potassium"], "since": "2026-11-03"})
    whole.call("labs")
    assert whole.snapshot().facts == named.snapshot().facts
    newest = whole.fact("lab1")
    assert newest is not None
    assert newest.source.resource_id == "o7"


def test_a_resource_found_by_two_searches_is_one_fact() -> None:
    both = condition("c1", "Asthma", category="problem-list-item")
    both["category"].append(concept(code="encounter-diagnosis"))
    reader = ChartReader([patient(), both])
    reader.read = lambda c: ChartReader.read(  # type: ignore[method-assign]
        reader, Concept.PROBLEMS if c is Concept.ENCOUNTER_DIAGNOSES else c
    )
    found = Reading(reader, AS_OF).call("diagnoses")
    assert [fact.handle for fact in found.facts] == ["cond1"]


def test_a_fact_names_its_resource_and_version() -> None:
    chart = reading(order("m1", "Aspirin 81 mg", meta={"versionId": "7"}), order("m2", "Iron"))
    chart.call("medications")
    sources = {f.source.resource_id: f.source for f in chart.snapshot().facts}
    assert sources["m1"].version == "7"
    assert sources["m2"].version.startswith("sha256:")
    assert sources["m1"].resource_type == "MedicationRequest"


def test_a_handle_that_was_never_given_names_no_fact() -> None:
    chart = reading(order("m1", "Aspirin"))
    assert chart.fact("med1") is None  # not read yet
    chart.call("medications")
    assert isinstance(chart.fact("med1"), MedicationFact)
    assert chart.fact("med2") is None


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("labs", {"patient": "p2"}),
        ("labs", {"limit": "5"}),
        ("labs", {"limit": 0}),
        ("labs", {"limit": 5000}),
        ("labs", {"since": "last week"}),
        ("labs", {"names": "potassium"}),
        ("demographics", {"id": "p2"}),
        ("notes", {"limit": 9}),
        ("medications", {"names": [""]}),
    ],
)
def test_arguments_that_a_tool_does_not_know_are_refused(tool: str, arguments: Any) -> None:
    with pytest.raises(BadArguments) as refused:
        reading().call(tool, arguments)
    assert "p2" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_refusal_does_not_repeat_what_was_given() -> None:
    with pytest.raises(BadArguments) as refused:
        reading().call("labs", {"Ruth Halloway": 1, "since": "Ruth Halloway"})
    assert "Ruth" not in str(refused.value)
    assert "since" in str(refused.value)


def test_an_unknown_tool_is_refused() -> None:
    with pytest.raises(BadArguments):
        reading().call("write_note", {})


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_answers_over_an_empty_chart_completely(tool: ToolName) -> None:
    found = reading().call(tool)
    assert found.tool is tool
    assert found.complete
    assert found.gaps == ()
    assert len(found.facts) == (1 if tool is ToolName.DEMOGRAPHICS else 0)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("tool", [name for name, tool in TOOLS.items() if tool.concepts])
def test_every_reason_reaches_the_result_as_a_sentence(tool: ToolName, reason: Reason) -> None:
    concepts = TOOLS[tool].concepts
    chart = reading(**{c.value: reason for c in concepts})
    found = chart.call(tool)
    assert not found.complete
    assert {gap.reason for gap in found.gaps} == {reason.value}
    for gap in found.gaps:
        assert gap.words[0].isupper()
        assert gap.words.endswith(".")
        assert "{" not in gap.words
    assert chart.snapshot().searched == {c.value: False for c in concepts}


def test_outside_records_that_the_ehr_withholds_are_named_so() -> None:
    detail = "Client not authorized for MedicationRequest - Outside Record."
    gap = gap_of(Missing(Concept.MEDICATIONS, Reason.SUPPRESSED, detail))
    assert gap.words == "Outside medications were withheld by the EHR."


BROKEN: list[dict[str, Any]] = [
    {"resourceType": "Observation", "id": "bad", "category": [concept(code="laboratory")]},
    lab("bad", "", 1, "2026-11-01", code=""),
    lab("bad", "Sodium", "n/a", "2026-11-01"),
    lab("bad", "Sodium", None, "2026-11-01"),
    lab("bad", "Sodium", 1, "2026-11-01", code="x") | {"code": "Sodium"},
]


@pytest.mark.parametrize("bad", BROKEN, ids=range(len(BROKEN)))
def test_a_resource_that_cannot_be_read_is_a_gap_and_spares_its_neighbours(bad: Any) -> None:
    good = lab("good", "Potassium", 4.1, "2026-11-02")
    chart = reading(bad, good)
    found = chart.call("labs")
    assert [f.source.resource_id for f in found.facts] == ["good"]
    assert [gap.words for gap in found.gaps] == ["Some laboratory results could not be understood."]
    assert chart.snapshot().searched == {"labs": False}


def test_a_tool_that_breaks_over_one_resource_is_logged_without_its_content(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(resource: Any) -> Any:
        raise RuntimeError("Ruth Halloway")

    broken = dataclasses.replace(TOOLS[ToolName.ALLERGIES], build=build)
    monkeypatch.setitem(TOOLS, ToolName.ALLERGIES, broken)
    found = reading(allergy("a1", "Latex")).call("allergies")
    assert not found.complete
    told = [r for r in caplog.records if r.name.startswith("recommendations.")]
    assert [(r.message, r.error) for r in told] == [("fact_not_built", "RuntimeError")]  # type: ignore[attr-defined]
    assert "Ruth" not in caplog.text


def test_an_entry_made_in_error_is_kept_for_verification_and_shown_to_nobody() -> None:
    chart = reading(lab("o1", "Potassium", 9.9, "2026-11-02", status="entered-in-error"))
    found = chart.call("labs")
    assert (found.facts, found.total) == ((), 0)
    assert [f.status for f in chart.snapshot().facts] == ["entered-in-error"]


def test_the_snapshot_holds_what_was_read_and_only_that() -> None:
    chart = reading(order("m1", "Aspirin"), allergy("a1", "Latex"))
    chart.call("allergies")
    snapshot = chart.snapshot()
    assert [f.handle for f in snapshot.facts] == ["alg1"]
    assert snapshot.searched == {"allergies": True}
    assert snapshot.as_of == "2026-11-17T15:00:00+00:00"
    assert type(snapshot).model_validate_json(snapshot.model_dump_json()) == snapshot


def test_notes_count_as_searched_only_when_each_was_read_to_its_end() -> None:
    few = reading(note("n1", b"Feels well today.", "2026-11-17"))
    few.call("notes")
    assert few.snapshot().searched == {"notes": True}
    many = reading(*(note(f"n{n}", b"Feels well.", f"2026-11-{n:02d}") for n in range(1, 9)))
    many.call("notes")
    assert many.snapshot().searched == {"notes": False}
    long = reading(note("n1", b"word " * 9_000, "2026-11-17"))
    long.call("notes")
    assert long.snapshot().searched == {"notes": False}
