"""HTML that is nested without end takes no time without end, and what is cut off is told."""

from time import perf_counter

import pytest

from recommendations.clinical.facts import CarePlanFact
from recommendations.clinical.nesting import reach
from recommendations.clinical.note_text import plain_text
from recommendations.clinical.reading import Reading
from tests.recommendations.charts import ChartReader
from tests.recommendations.clinical.resources import note, patient
from tests.recommendations.offline.drafts import AS_OF

MANY = 50_000
# Each opens something that stays open, however it seems to be closed.
FORMS = [
    "<div>",
    "<DIV class='a > b'>",
    "<ul><li>",
    "<section><p>",
    "<div><!--</div>-->",
    "<div><!--> </div --> ",
    "<div><? </div>",
    '<div title="</div>">',
    "<div><script></div></script>",
    "<div></x>",
    "<div><table><tr><td></div></table>",
    "<blockquote><p></p>",
    "<x><h1></h1>",
]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_nested_without_end_is_cut_off_in_time(form: str) -> None:
    html = "<p>Seen.</p>" + form * MANY + "Too deep."
    start = perf_counter()
    text, truncated = plain_text(html.encode(), "text/html")
    assert perf_counter() - start < 3  # thirteen and more before
    assert text.startswith("Seen.")
    assert "Too deep." not in text
    assert truncated


@pytest.mark.parametrize(
    "html",
    [
        "<p>Line.</p>" * MANY,
        "<p>Line." * MANY,  # left open, as many pages do
        "<ul>" + "<li>Line." * MANY + "</ul>",
        "<table>" + "<tr><td>1<td>2" * MANY + "</table>",
        "<div><span>Word</span><br></div>" * (MANY // 2),
        "İ<SCRIPT>x</SCRIPT>" + "<DIV>Line.</DIV>" * MANY,
        "<div>" * 3000 + "Seen." + "</div>" * 3000 + "<!-- <div> -->" * 1000,
    ],
)
def test_what_is_only_long_is_read_whole(html: str) -> None:
    assert reach(html) == len(html)


@pytest.mark.parametrize("form", ["<!--", "<!", "<a ", "<a '\"", "<script>", "</a", "<", "<p>&"])
def test_counting_the_steps_takes_no_time_without_end_either(form: str) -> None:
    start = perf_counter()
    reach(form * (2_000_000 // len(form)))
    assert perf_counter() - start < 5


def test_where_it_is_cut_off_is_in_front_of_the_tag_that_is_too_deep() -> None:
    html = "<div>" * 20
    assert [reach(html, steps) for steps in (0, 1, 3, 190)] == [5, 10, 15, 100]


def test_a_note_that_is_too_deep_says_that_only_its_beginning_was_read() -> None:
    deep = b"<p>Ankles swollen.</p>" + b"<div>" * MANY + b"Denies pain."
    chart = Reading(ChartReader([patient(), note("n1", deep, "2026-11-16", "text/html")]), AS_OF)
    (fact,) = chart.call("notes").facts
    assert (fact.text, fact.truncated) == ("Ankles swollen.", True)  # type: ignore[union-attr]
    assert chart.snapshot().searched["notes"] is False  # nothing is absent from it


def test_a_plan_that_is_too_deep_ends_where_it_was_cut() -> None:
    plan = {
        "resourceType": "CarePlan",
        "id": "c1",
        "status": "active",
        "text": {"div": "<p>Daily weights.</p>" + "<div>" * MANY + "Low salt."},
    }
    start = perf_counter()
    (fact,) = Reading(ChartReader([patient(), plan]), AS_OF).call("care_plans").facts
    assert perf_counter() - start < 3
    assert isinstance(fact, CarePlanFact)
    assert fact.text == "Daily weights.\n…"
