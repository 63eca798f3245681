"""Nothing that belongs into a section is passed over: what has no room is counted, by kind."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from recommendations.agent import offline
from recommendations.clinical.results import LeftOut
from recommendations.verification import Chart, verify
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import (
    allergy,
    bounds,
    concept,
    condition,
    lab,
    note,
    order,
    patient,
    vital,
)

AS_OF = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
Resources = list[dict[str, Any]]


def drafted(document: str, resources: Resources) -> tuple[list[DraftedStatement], list[LeftOut]]:
    """The statements of a chart, and what is said to be left out; both of them the chart's."""
    chart = reading_from_bundle([patient(), *resources], as_of=AS_OF)
    left: list[LeftOut] = []
    statements = list(offline.draft(DOCUMENTS[document], chart, leaving=left.append))
    index = Chart.of(chart.snapshot())
    for statement in statements:
        assert verify(statement, index).outcome.signable, statement.text
    # A change of a value is told by results that are told, or left out, by themselves too.
    once = [h for each in left if "change" not in each.what for h in each.handles]
    assert len(set(once)) == len(once), "nothing is counted twice"
    assert all(chart.fact(handle) for each in left for handle in each.handles)
    return statements, left


def words(document: str, resources: Resources) -> list[tuple[str, str]]:
    return [(left.section, left.what) for left in drafted(document, resources)[1]]


def problems(number: int) -> Resources:
    return [condition(f"c{n}", f"Problem {letters(n)}") for n in range(number)]


def letters(number: int) -> str:
    """A name that is no number: verification reads numbers."""
    return f"{chr(97 + number // 26)}{chr(97 + number % 26)}x"


def orders(number: int) -> Resources:
    return [order(f"m{n}", f"Drug {letters(n)}", authoredOn="2026-08-24") for n in range(number)]


def allergies(number: int) -> Resources:
    return [allergy(f"a{n}", f"Substance {letters(n)}") for n in range(number)]


def results(number: int, value: float, day: str = "2026-11-16") -> Resources:
    return [
        lab(f"{value}-{day}-{n}", f"Test {letters(n)}", value, day, referenceRange=bounds(1, 5))
        for n in range(number)
    ]


def moving(number: int) -> Resources:
    return [
        lab(f"t{n}-{day}", f"Test {letters(n)}", value, day, code=f"t{n}")
        for n in range(number)
        for value, day in ((2, "2026-10-16"), (4, "2026-11-16"))
    ]


def signs() -> Resources:
    codes = ("8867-4", "59408-5", "2708-6", "8310-5", "29463-7", "9279-1", "55284-4")
    return [
        vital(f"v{n}", f"Sign {letters(n)}", 3, "2026-11-17", code=concept(f"Sign {letters(n)}", c))
        for n, c in enumerate((*codes, "39156-5"))
    ]


def visits(number: int, status: str = "finished") -> Resources:
    return [
        {
            "resourceType": "Encounter",
            "id": f"e{status}{n}",
            "status": status,
            "type": [concept(f"Visit {letters(n)}")],
            "period": {"start": f"2026-10-{n + 1:02d}"},
        }
        for n in range(number)
    ]


def procedures(number: int) -> Resources:
    return [
        {
            "resourceType": "Procedure",
            "id": f"p{n}",
            "status": "completed",
            "code": concept(f"Procedure {letters(n)}"),
            "performedDateTime": f"2026-09-{n % 28 + 1:02d}",
        }
        for n in range(number)
    ]


def notes(number: int) -> Resources:
    text = b"Feels more tired this week. Denies chest pain."
    return [note(f"n{n}", text, f"2026-11-{n + 1:02d}") for n in range(number)]


def appointments(number: int, status: str, month: str) -> Resources:
    return [
        {
            "resourceType": "Appointment",
            "id": f"ap{status}{n}",
            "status": status,
            "start": f"{month}-{n + 1:02d}T09:00:00Z",
            "serviceType": [concept(f"Service {letters(n)}")],
        }
        for n in range(number)
    ]


def plans(number: int) -> Resources:
    return [
        {
            "resourceType": "CarePlan",
            "id": f"cp{n}",
            "status": "active",
            "title": f"Plan {letters(n)}",
            "period": {"start": "2026-03-03"},
        }
        for n in range(number)
    ]


def relatives(number: int) -> Resources:
    return [
        {
            "resourceType": "FamilyMemberHistory",
            "id": f"f{n}",
            "status": "completed",
            "relationship": concept("Mother"),
            "condition": [{"code": concept(f"Disease {letters(n)}")}],
        }
        for n in range(number)
    ]


CUTS: list[tuple[str, Resources, str, str]] = [
    ("previsit_summary", problems(11), "problems", "1 more active problem"),
    ("previsit_summary", problems(15), "problems", "5 more active problems"),
    ("previsit_summary", problems(70), "problems", "60 more active problems"),
    ("progress_note", problems(11), "assessment", "3 more active problems"),
    ("previsit_summary", orders(17), "medications", "2 more current medications"),
    ("previsit_summary", orders(60), "medications", "45 more current medications"),
    (
        "progress_note",
        [*allergies(2), *orders(20)],
        "allergies_and_medications",
        "4 more current medications",
    ),
    ("previsit_summary", allergies(9), "allergies", "1 more allergy"),
    ("previsit_summary", allergies(60), "allergies", "52 more allergies"),
    ("previsit_summary", results(14, 9), "results", "5 more results out of range"),
    ("previsit_summary", results(40, 9), "results", "31 more results out of range"),
    ("previsit_summary", results(14, 3), "results", "11 more results"),
    ("previsit_summary", results(14, 3, "2019-03-01"), "results", "11 more results"),
    ("previsit_summary", moving(5), "results", "3 more changes of values"),
    ("progress_note", signs(), "objective", "2 more vital signs"),
    (
        "previsit_summary",
        [*results(14, 9), *moving(3), *signs()],
        "results",
        "4 more vital signs",
    ),
    ("previsit_summary", visits(5), "since_last_visit", "3 more recent visits"),
    ("previsit_summary", visits(20), "since_last_visit", "18 more recent visits"),
    (
        "previsit_summary",
        visits(3, "in-progress"),
        "why_today",
        "2 more visits under way",
    ),
    (
        "previsit_summary",
        [
            {**one, "id": f"d{n}", "start": "2026-11-17T16:00:00Z"}
            for n, one in enumerate(appointments(2, "booked", "2026-11"))
        ],
        "why_today",
        "1 more appointment of today",
    ),
    (
        "previsit_summary",
        procedures(25),
        "since_last_visit",
        "23 more recent procedures",
    ),
    ("previsit_summary", notes(3), "since_last_visit", "1 more recent note"),
    ("previsit_summary", notes(9), "since_last_visit", "7 more recent notes"),
    (
        "previsit_summary",
        [note("n1", b"Too short.", "2026-11-12")],
        "since_last_visit",
        "1 more recent note",
    ),
    (
        "previsit_summary",
        appointments(5, "booked", "2026-12"),
        "follow_up",
        "2 more appointments to come",
    ),
    (
        "previsit_summary",
        appointments(3, "noshow", "2026-10"),
        "follow_up",
        "1 more missed appointment",
    ),
    ("progress_note", plans(14), "plan", "11 more active care plans"),
    ("progress_note", relatives(8), "subjective", "3 more conditions of relatives"),
]


@pytest.mark.parametrize(
    ("document", "resources", "section", "said"),
    CUTS,
    ids=[f"{document}-{said}" for document, _, _, said in CUTS],
)
def test_every_cut_is_counted_where_it_was_made(
    document: str, resources: Resources, section: str, said: str
) -> None:
    assert (section, said) in words(document, resources)


def test_a_chart_that_fits_says_nothing_of_the_kind() -> None:
    whole = [
        *problems(8), *orders(10), *allergies(8), *results(2, 9), *results(1, 3, "2026-11-15"),
        *visits(2), *procedures(2), *notes(2), *plans(3), *relatives(2),
        *appointments(3, "booked", "2026-12"),
    ]  # fmt: skip
    for document in ("previsit_summary", "progress_note"):
        assert words(document, whole) == []


def test_the_limit_of_the_whole_document_is_told_too() -> None:
    full = [
        *problems(10), *orders(15), *allergies(8), *results(14, 9), *moving(3), *signs(),
        *visits(2), *procedures(2), *notes(2), *plans(3), *appointments(3, "booked", "2026-12"),
    ]  # fmt: skip
    statements, left = drafted("previsit_summary", full)
    assert len(statements) == DOCUMENTS["previsit_summary"].most
    assert not any(s.section == "follow_up" for s in statements)
    told = [(each.section, each.what) for each in left]
    assert ("follow_up", "3 more appointments to come") in told
    assert ("follow_up", "3 more active care plans") in told


def test_what_is_too_long_for_a_sentence_is_counted() -> None:
    chart = visits(2)
    chart[1] |= {"type": [concept("x" * 500)], "reasonCode": [concept("y" * 500)]}
    statements, left = drafted("previsit_summary", chart)
    assert sum(s.section == "since_last_visit" for s in statements) == 1
    (long,) = left
    assert (long.what, long.handles) == ("1 more recent visit", ("enc1",))


def test_told_and_left_out_together_are_all_that_there_is() -> None:
    statements, left = drafted("previsit_summary", problems(23))
    told = {c.ref for s in statements if s.section == "problems" for c in s.claims}  # type: ignore[union-attr]
    missed = {h for each in left if each.section == "problems" for h in each.handles}
    assert (len(told), len(missed), told & missed) == (10, 13, set())


def test_no_reaction_of_an_allergy_is_dropped() -> None:
    named = ["Rash", "Hives", "Nausea", "Wheezing", "Anaphylaxis", "Itching"]
    chart = [allergy("a1", "Penicillin", reaction=[{"manifestation": [concept(n)]} for n in named])]
    statements, left = drafted("previsit_summary", chart)
    assert [s.text for s in statements if s.section == "allergies"] == [
        "Allergy: Penicillin (Rash, Hives, Nausea, Wheezing).",
        "Allergy: Penicillin (Anaphylaxis, Itching).",
    ]
    assert not left


def test_who_asks_for_nothing_gets_the_statements_alone() -> None:
    chart = reading_from_bundle([patient(), *problems(12)], as_of=AS_OF)
    stream: Iterator[DraftedStatement] = offline.draft(DOCUMENTS["previsit_summary"], chart)
    assert sum(s.section == "problems" for s in stream) == 10
