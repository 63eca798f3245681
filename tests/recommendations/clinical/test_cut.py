"""What does not fit into a fact is seen to be cut, or said to be missing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from recommendations.clinical import fhir_json, untrusted
from recommendations.clinical.facts import Fact
from recommendations.clinical.reading import Reading
from tests.recommendations.charts import ChartReader
from tests.recommendations.clinical.resources import allergy, concept, lab, note, order, patient

AS_OF = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
LONG = "x" * 299 + "y" + "z"


def fact(tool: str, resource: dict[str, Any]) -> Fact:
    (found,) = Reading(ChartReader([patient(), resource]), AS_OF).call(tool).facts
    return found


def comments(number: int) -> list[dict[str, Any]]:
    return [{"text": f"Comment {n}."} for n in range(number)]


def reactions(number: int) -> list[dict[str, Any]]:
    return [{"manifestation": [concept(f"Reaction {n}")]} for n in range(number)]


def plan(number: int, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "CarePlan",
        "id": "cp1",
        "status": "active",
        "title": "Plan",
        "activity": [{"detail": {"description": f"Do {n}"}} for n in range(number)],
    } | more


@pytest.mark.parametrize("length", [299, 300])
def test_a_text_that_fits_stays_as_it_is(length: int) -> None:
    assert fhir_json.string({"text": LONG[:length]}, "text") == LONG[:length]


def test_a_text_that_is_cut_ends_in_an_ellipsis() -> None:
    found = fhir_json.string({"text": LONG}, "text")
    assert (len(found), found) == (300, "x" * 299 + "…")
    assert untrusted.line("one two three", limit=8) == "one two…"
    assert untrusted.line("one\u202e two three", limit=8) == "one two…"


def test_a_result_in_words_that_is_cut_shows_it() -> None:
    worded = {**lab("o1", "Culture", None, "2026-11-16"), "valueString": "Growth of. " * 40}
    worded.pop("valueQuantity")
    found = fact("labs", worded)
    assert found.value_text.endswith("…")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("tool", "resource", "said"),
    [
        (
            "labs",
            lab("o1", "Potassium", 5, "2026-11-16", note=comments(5)),
            "2 more of its comments are in the chart and not shown.",
        ),
        (
            "allergies",
            allergy("a1", "Latex", note=comments(4)),
            "1 more of its comments is in the chart and not shown.",
        ),
        (
            "allergies",
            allergy("a1", "Latex", reaction=reactions(23)),
            "3 more reactions are in the chart and not shown.",
        ),
        (
            "care_plans",
            plan(22),
            "2 more of its activities are in the chart and not shown.",
        ),
        (
            "medications",
            order("m1", "Naproxen", dosageInstruction=[{"text": f"Take {n}"} for n in range(12)]),
            "2 more of its dosage instructions are in the chart and not shown.",
        ),
    ],
)
def test_a_list_within_a_resource_that_is_cut_is_warned_of(
    tool: str, resource: dict[str, Any], said: str
) -> None:
    assert said in fact(tool, resource).warnings


@pytest.mark.parametrize(
    ("tool", "resource"),
    [
        ("labs", lab("o1", "Potassium", 5, "2026-11-16", note=comments(3))),
        ("allergies", allergy("a1", "Latex", reaction=reactions(20), note=comments(3))),
        ("care_plans", plan(20)),
    ],
)
def test_a_list_that_fits_is_not(tool: str, resource: dict[str, Any]) -> None:
    assert fact(tool, resource).warnings == ()


def test_a_narrative_and_a_note_that_are_cut_show_it() -> None:
    div = f"<div>{'Walk daily. ' * 400}</div>"
    found = fact("care_plans", plan(0, text={"div": div}))
    assert found.text.endswith("…")  # type: ignore[union-attr]
    assert fact("notes", note("n1", b"Well. " * 3_000, "2026-11-16")).truncated  # type: ignore[union-attr]
