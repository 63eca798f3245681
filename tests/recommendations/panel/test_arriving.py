"""A draft in the making: a page that asks again is given what came since, and nothing twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from recommendations.clinical.results import Addressed, ReadingSnapshot
from recommendations.models import Draft, DraftProgress
from recommendations.views import panel as panel_view
from recommendations.views.arriving import arrived
from tests.recommendations import cast
from tests.recommendations.panel.pages import HTMX, parsed

# Who asks, the draft, its news, the new statements, what was read; the trail's row in four.
QUERIES = 9


@pytest.fixture
def arriving(launch):
    """The cast's draft while it is made, with the news of it."""
    draft = cast.ready_draft(launch, state="running", ready_at=None)
    news(draft, "state", state="queued")
    news(draft, "state", state="running")
    news(draft, "reading", source="labs", shown=3, total=3, complete=True)
    for statement in draft.statements.order_by("position"):
        told(statement)
    return draft


def news(draft, kind, **detail):
    return DraftProgress.objects.create(draft=draft, kind=kind, detail=detail)


def told(statement):
    return news(statement.draft, "statement", position=statement.position,
                section=statement.section, outcome=statement.outcome)  # fmt: skip


def nth(draft, number):
    """The news of the statement with this position."""
    return DraftProgress.objects.get(draft=draft, kind="statement", detail__position=number)


def ask(browser, draft, seen, query="&more"):
    return browser.get(f"/l/{draft.launch_id}/drafts/{draft.pk}/?seen={seen}{query}", headers=HTMX)


def statements(answer):
    """What each statement says, by its id, as it stands in the answer."""
    return {item.id: item.html for item in parsed(answer).css(".sts > .st")}


def only_more(answer):
    return "data-more" in parsed(answer).css_first("#draft").attributes


def test_what_came_since_is_given_as_it_stands_in_the_whole(browser, arriving):
    order = {"name": "value_text", "lab1": "name"}
    orders = tuple(
        Addressed(handle="lab1", field=field, start=0, end=9, rules=("ignore",))
        for field in order.values()
    )
    read = ReadingSnapshot(as_of=cast.AS_OF, facts=cast.FACTS, addressed=orders)
    arriving.reading = read.model_dump(mode="json")
    arriving.save()
    for seen in range(4):
        some = ask(browser, arriving, nth(arriving, seen).pk)
        whole = ask(browser, arriving, nth(arriving, seen).pk, "")
        assert only_more(some)
        assert not only_more(whole)
        assert len(statements(some)) == 4 - seen
        assert len(statements(whole)) == 5
        assert statements(some).items() <= statements(whole).items()
        for place in ("#tally", "#bar"):
            assert parsed(some).css_first(place).html == parsed(whole).css_first(place).html
        for told_of in ("news", "state", "revision", "announce"):
            name = f"data-{told_of}"
            assert (
                parsed(some).css_first("#draft").attributes[name]
                == parsed(whole).css_first("#draft").attributes[name]
            )


def test_after_that_there_is_nothing_new(browser, arriving):
    first = ask(browser, arriving, nth(arriving, 3).pk)
    seen = parsed(first).css_first("#draft").attributes["data-news"]
    assert ask(browser, arriving, seen).status_code == 204
    news(arriving, "reading", source="notes", shown=1, total=1, complete=False)
    answer = ask(browser, arriving, seen)
    assert only_more(answer)
    assert statements(answer) == {}
    assert parsed(answer).css_first("#reading .is-missing").text(strip=True).startswith("Notes")
    assert parsed(answer).css_first("#tally, #bar") is None


def test_each_look_is_recorded_with_all_that_the_page_then_holds(browser, arriving):
    ask(browser, arriving, nth(arriving, 3).pk)
    row = AuditEvent.objects.get(type="draft.viewed")
    assert (row.draft_id, row.launch_id) == (str(arriving.pk), arriving.launch_id)
    assert row.actor.endswith("Practitioner/1")
    assert row.detail["statements"] == 5
    assert row.detail["state"] == "running"


def test_what_could_not_be_recorded_is_not_shown(browser, arriving, monkeypatch):
    def broken(_event):
        raise LedgerUnavailable("The trail could not be written.")

    monkeypatch.setattr(panel_view, "record", broken)
    answer = ask(browser, arriving, nth(arriving, 0).pk)
    assert answer.status_code == 503
    assert "otassium" not in answer.content.decode()


def test_however_much_comes_the_questions_are_as_many(browser, arriving):
    for number in range(5, 25):
        told(cast.add_statement(arriving, number, *cast.STATEMENTS[number % 5]))
    ask(browser, arriving, nth(arriving, 22).pk)  # the first row of the launch's chain
    for seen in (23, 0):
        since = nth(arriving, seen).pk
        with CaptureQueriesContext(connection) as asked:
            answer = ask(browser, arriving, since)
        assert len(statements(answer)) == 24 - seen
        assert len(asked) <= QUERIES, "\n".join(each["sql"] for each in asked)


def restarted(draft):
    news(draft, "state", state="restarted")


def sent_back(draft):
    news(draft, "again", positions=[2])


def came_back(draft):
    sent_back(draft)
    news(draft, "again", positions=[])


def ended(draft):
    Draft.objects.filter(pk=draft.pk).update(state="ready")
    news(draft, "state", state="ready")


def withdrawn(draft):
    draft.statements.filter(position=4).delete()


@pytest.mark.parametrize("act", [restarted, sent_back, came_back, ended, withdrawn])
def test_where_more_than_more_changed_the_whole_is_given(browser, arriving, act):
    seen = nth(arriving, 3).pk
    act(arriving)
    answer = ask(browser, arriving, seen)
    assert not only_more(answer)
    assert len(statements(answer)) == arriving.statements.count()


@pytest.mark.parametrize(
    "seen", ["", "0", "-1", "1.2", "\N{SUPERSCRIPT TWO}", "x' or 1=1", "9" * 40, "9" * 5_000]
)
def test_who_has_nothing_or_says_nonsense_is_given_the_whole(browser, arriving, seen):
    answer = ask(browser, arriving, seen)
    assert answer.status_code == 200
    assert len(statements(answer)) in ({5} if len(seen) < 40 else {0, 5})


def test_a_page_that_cannot_take_more_is_given_the_whole(browser, arriving):
    assert not only_more(ask(browser, arriving, nth(arriving, 3).pk, ""))


@pytest.mark.parametrize("document", ["patient_instructions", "triage"])
def test_what_stands_above_all_statements_is_never_old(browser, arriving, document):
    arriving.document = document
    assert arrived(arriving, list(arriving.progress.order_by("pk")), "1") is None
    arriving.document = "progress_note"
    assert arrived(arriving, list(arriving.progress.order_by("pk")), str(nth(arriving, 0).pk))


def test_nobody_elses_draft_and_no_ended_launchs(browser, launch, arriving):
    theirs = cast.ready_draft(cast.launch("p2"), state="running")
    row = told(theirs.statements.first())
    answer = browser.get(f"/l/{launch.pk}/drafts/{theirs.pk}/?seen={row.pk - 1}&more", headers=HTMX)
    assert answer.status_code == 404
    assert "tired" not in answer.content.decode()
    cast.end(launch)
    answer = ask(browser, arriving, nth(arriving, 0).pk)
    assert answer.status_code == 403
    assert "otassium" not in answer.content.decode()
    assert not AuditEvent.objects.filter(type="draft.viewed").exists()
