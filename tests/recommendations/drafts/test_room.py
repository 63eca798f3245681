"""What a tool had no room for is missing, until another answer gives it."""

from datetime import UTC, datetime
from typing import Any

from recommendations.clinical.for_model import fitting
from recommendations.drafts.room import Room
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import condition, lab, note, order, patient

AS_OF = datetime(2026, 11, 17, tzinfo=UTC)


def reading(*resources: dict[str, Any]) -> Any:
    return reading_from_bundle([patient(), *resources], as_of=AS_OF)


def words(room: Room) -> list[str]:
    return [gap.words for gap in room.gaps()]


def test_nothing_is_missing_of_what_was_given_whole() -> None:
    room, chart = Room(), reading(order("m1", "Naproxen"), condition("c1", "Gout"))
    for tool in ("medications", "diagnoses", "notes", "labs", "demographics"):
        room.note(chart.call(tool))
    assert room.gaps() == ()


def test_beyond_the_most_of_a_tool_it_is_counted_tool_by_tool() -> None:
    room = Room()
    chart = reading(
        *(order(f"m{n}", f"Drug {n}") for n in range(53)),
        *(condition(f"c{n}", f"Problem {n}") for n in range(51)),
        *(lab(f"o{n}", f"Test {n}", 4, "2026-11-16", code=f"c{n}") for n in range(27)),
    )
    for tool in ("medications", "diagnoses", "labs"):
        room.note(chart.call(tool))
    assert words(room) == [
        "Of the medications, 3 were not given to the drafter.",
        "Of the entries of the problem list, 1 was not given to the drafter.",
        "Of the laboratory results, 2 were not given to the drafter.",
    ]
    assert {(gap.concept, gap.reason) for gap in room.gaps()} == {
        ("medications", "not_given"), ("problems", "not_given"), ("labs", "not_given"),
    }  # fmt: skip


def test_what_is_asked_for_later_is_not_missing_any_more() -> None:
    room = Room()
    chart = reading(*(note(f"n{n}", b"Well today.", f"2026-11-0{n}") for n in range(1, 6)))
    room.note(chart.call("notes"))
    assert words(room) == ["Of the notes, 2 were not given to the drafter."]
    room.note(chart.call("notes", {"limit": 4}))
    assert words(room) == ["Of the notes, 1 was not given to the drafter."]
    room.note(chart.call("notes", {"limit": 8}))
    assert room.gaps() == ()


def test_an_answer_cut_to_its_length_counts_what_it_lost() -> None:
    room = Room()
    chart = reading(*(note(f"n{n}", b"Well. " * 1_500, f"2026-11-{n:02d}") for n in range(1, 9)))
    given = fitting(chart.call("notes", {"limit": 8}))
    assert 0 < len(given.facts) < 8
    assert len(given.left) == 8 - len(given.facts)
    room.note(given)
    assert words(room) == [f"Of the notes, {len(given.left)} were not given to the drafter."]
