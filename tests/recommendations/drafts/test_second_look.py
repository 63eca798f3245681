"""Statements that do not hold go back once; what comes in their place stands beside their rows."""

from typing import Any
from uuid import UUID

import pytest

from audit.models import AuditEvent
from recommendations.decisions import editing, services
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import standings
from recommendations.drafts import drafting, pen
from recommendations.drafts.figures import figures
from recommendations.models import Draft, DraftProgress, Statement, Supersession
from recommendations.views.composing import show
from tests.recommendations.agent.stand_in import (
    Answer,
    StandIn,
    breaking,
    failing,
    model_answer,
    tool_use,
)
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import chart, events, made, model, sealed
from tests.stand_in_model import insisting, seeded

__all__ = ["chart", "model"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)


def wrong(request: dict[str, Any]) -> Answer:
    """A draft with a dose ten sizes wrong, and a disease nobody wrote down."""
    return seeded(model_answer(request), ["dose", "not_found"])


@pytest.fixture
def twice(chart: list[Any], model: StandIn) -> StandIn:
    model.script = [model_answer, wrong]
    return model


def outcomes(draft: Draft) -> list[str]:
    return [standing.outcome.value for standing in standings(draft)]


def test_a_contradicted_statement_comes_back_mended_and_an_invented_one_is_withdrawn(
    twice: StandIn,
) -> None:
    draft = made(people.draft())
    assert (draft.state, draft.drafter) == ("ready", "claude")
    assert set(outcomes(draft)) == {"checked"}
    assert len(twice.requests) == 3
    rows = {row.pk: row for row in Statement.objects.filter(draft=draft)}
    given_way = {row.statement_id: row for row in Supersession.objects.all()}
    assert {rows[pk].outcome for pk in given_way} == {"contradicted", "not_found"}
    [mended] = [row for row in given_way.values() if row.replacement_id]
    before, after = rows[mended.statement_id], rows[mended.replacement_id]
    assert "475 mg" in before.text
    assert after.text == before.text.replace(", 475 mg", "")
    assert after.outcome == "checked"
    assert after.section == before.section
    assert len(standings(draft)) == len(rows) - 2


def test_a_replacement_stands_where_the_other_stood(twice: StandIn) -> None:
    draft = made(people.draft())
    places = [standing.before or standing.statement for standing in standings(draft)]
    positions = [statement.position for statement in places]
    assert positions == sorted(positions)
    [replaced] = [standing for standing in standings(draft) if standing.before]
    assert replaced.statement.position > max(positions)


def test_the_trail_tells_statement_reason_and_replacement(twice: StandIn) -> None:
    draft = made(people.draft())
    [sent] = events(draft, "draft.statements_sent_back")
    superseded = events(draft, "draft.statement_superseded")
    [ended] = events(draft, "draft.second_look_ended")
    assert sent.detail["count"] == 2
    assert {row.detail["statement_id"] for row in superseded} == set(sent.detail["statement_ids"])
    told = {row.detail["outcome_before"]: row for row in superseded}
    mended, gone = told["contradicted"], told["not_found"]
    assert mended.detail["outcome_found"] == "checked"
    assert "dose_differs" in mended.detail["rules"]
    words = sealed(mended)
    assert "475 mg" in words["before"]
    assert "475 mg" not in words["after"]
    assert any("475 mg" in reason for reason in words["reasons"])
    assert (gone.detail["replacement_id"], sealed(gone)["after"]) == ("", "")
    counts = {key: ended.detail[key] for key in ("count", "replaced", "mended", "withdrawn")}
    assert counts == {"count": 2, "replaced": 1, "mended": 1, "withdrawn": 1}
    verified = events(draft, "draft.statement_verified")
    assert len(verified) == Statement.objects.filter(draft=draft).count()


def test_counts_are_of_what_stands_and_of_what_was_mended(twice: StandIn) -> None:
    draft = made(people.draft())
    ready = events(draft, "draft.ready")[0].detail
    assert ready["outcomes"] == {"checked": len(standings(draft))}
    assert ready["statements"] == len(standings(draft))
    usage = {k: v for k, v in draft.usage.items() if k.startswith("statements_")}
    assert usage == {
        "statements_dropped": 0,
        "statements_sent_back": 2,
        "statements_mended": 1,
        "statements_withdrawn": 1,
    }


def test_operations_are_told_how_many_were_mended_by_going_back(twice: StandIn) -> None:
    made(people.draft())
    twice.script = [model_answer, wrong, insisting]
    made(people.draft(people.launch("p2")))
    told = {f.labels["fate"]: f.value for f in figures() if "sent_back" in f.name}
    assert told == {"mended": 1, "withdrawn": 1, "still_marked": 2}


def test_no_words_of_the_chart_are_told_in_the_clear(twice: StandIn) -> None:
    draft = made(people.draft())
    clear = "".join(row.detail_json for row in AuditEvent.objects.all())
    clear += str(list(DraftProgress.objects.values_list("detail"))) + str(draft.usage)
    for word in ("475 mg", "Spironolactone", "Gout"):
        assert word not in clear


def test_statements_are_shown_before_they_go_back_and_then_as_being_checked_again(
    twice: StandIn,
) -> None:
    draft = people.draft()
    seen: list[tuple[set[str], int]] = []

    def look(request: dict[str, Any]) -> Answer:
        shown = show(Draft.objects.get(pk=draft.pk))
        seen.append(({card.mark.word for card in shown.cards if card.again}, len(shown.cards)))
        assert (shown.under_way, shown.decidable, shown.again) == (True, False, 2)
        assert "being checked again" in shown.announcement
        return model_answer(request)

    twice.script.append(look)
    made(draft)
    assert seen == [({"Being checked again"}, seen[0][1])]
    shown = show(Draft.objects.get(pk=draft.pk))
    assert shown.again == 0
    assert len(shown.cards) == seen[0][1] - 1  # one was withdrawn


def test_nothing_can_be_decided_while_a_statement_is_checked_again(twice: StandIn) -> None:
    draft = people.draft()
    codes: list[str] = []

    def attempt(request: dict[str, Any]) -> Answer:
        for standing in standings(Draft.objects.get(pk=draft.pk)):
            with pytest.raises(DecisionRefused) as refused:
                services.approve(
                    launch=draft.launch,
                    statement_id=standing.statement.pk,
                    revision=0,
                    text_sha256=standing.text_sha256,
                )
            codes.append(refused.value.code)
        return model_answer(request)

    twice.script.append(attempt)
    made(draft)
    assert set(codes) == {"not_ready"}


def test_what_is_wrong_again_is_marked_and_cannot_be_approved_as_it_stands(
    twice: StandIn,
) -> None:
    twice.script.append(insisting)
    draft = made(people.draft())
    again = [standing for standing in standings(draft) if not standing.outcome.signable]
    assert {standing.text for standing in again} == {"Pertussis, active."}
    assert len(again) == 2
    assert len(twice.requests) == 3, "never a second time"
    with pytest.raises(DecisionRefused, match="not_signable"):
        services.approve(
            launch=draft.launch,
            statement_id=again[0].statement.pk,
            revision=draft.revision,
            text_sha256=again[0].text_sha256,
        )
    assert draft.usage["statements_mended"] == 0
    assert events(draft, "draft.ready")[0].detail["outcomes"]["not_found"] == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (failing(529, "overloaded_error"), "model_overloaded"),
        (breaking(model_answer, 0.7), "stream_broken"),
    ],
)
def test_where_the_second_answer_fails_the_marks_stay_as_they_are(
    twice: StandIn, fault: Any, code: str
) -> None:
    twice.script += [fault, fault, fault]
    draft = made(people.draft())
    assert (draft.state, draft.drafter, draft.fallback_code) == ("ready", "claude", "")
    assert sorted(set(outcomes(draft))) == ["checked", "contradicted", "not_found"]
    assert Supersession.objects.count() == 0
    [ended] = events(draft, "draft.second_look_ended")
    assert (ended.outcome, ended.code, ended.detail["count"]) == ("incomplete", code, 2)
    assert events(draft, "draft.statements_withdrawn") == []
    assert not any(card.again for card in show(draft).cards)


def test_a_worker_that_loses_its_lease_in_between_writes_nothing_more(twice: StandIn) -> None:
    draft = people.draft()

    def taken_over(request: dict[str, Any]) -> Answer:
        Draft.objects.filter(pk=draft.pk).update(fencing=9)
        return model_answer(request)

    twice.script.append(taken_over)
    draft = made(draft)
    assert (draft.state, draft.fencing) == ("running", 9)
    assert Supersession.objects.count() == 0
    assert events(draft, "draft.second_look_ended") == []


def test_a_draft_taken_up_after_a_crash_in_the_second_look_starts_anew(
    twice: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        """As a process that is killed."""

    write = pen.Pen.write

    def crashing(self: pen.Pen, **given: Any) -> None:
        write(self, **given)
        if given.get("supersessions"):
            raise Crash

    draft = people.draft()
    monkeypatch.setattr(pen.Pen, "write", crashing)
    with pytest.raises(Crash):
        drafting.make(draft.pk)
    monkeypatch.setattr(pen.Pen, "write", write)
    assert Supersession.objects.count() == 2
    Draft.objects.filter(pk=draft.pk).update(lease_until="2026-01-01T00:00:00Z")
    draft = made(draft)
    assert (draft.state, draft.attempts) == ("ready", 2)
    assert Supersession.objects.count() == 0
    assert set(outcomes(draft)) == {"checked"}
    # What the lost worker wrote is still told in the trail.
    assert len(events(draft, "draft.statement_superseded")) == 2
    assert not any(card.again for card in show(draft).cards)


def test_an_answer_that_repeats_the_mark_leaves_nothing_of_the_model_s_draft(
    twice: StandIn,
) -> None:
    def repeats(request: dict[str, Any]) -> Answer:
        mark = request["system"][0]["text"].rsplit("[", 1)[1].rstrip("]")
        return Answer([tool_use("submit_draft", {"statements": [], "withdrawn": [mark]})])

    twice.script.append(repeats)
    draft = made(people.draft())
    assert (draft.drafter, draft.fallback_code) == ("offline", "answer_unsafe")
    assert set(outcomes(draft)) == {"checked"}
    assert "statements_sent_back" not in draft.usage
    assert [row.code for row in events(draft, "draft.statements_withdrawn")] == ["answer_unsafe"]


def test_the_statement_that_gave_way_can_neither_be_decided_nor_edited_any_more(
    twice: StandIn,
) -> None:
    draft = made(people.draft())
    [old] = Statement.objects.filter(draft=draft, outcome="contradicted")
    given = {"launch": draft.launch, "statement_id": old.pk}
    with pytest.raises(DecisionRefused, match="statement_replaced"):
        services.leave_out(
            **given, reason="not_true", comment="", revision=draft.revision, text_sha256=""
        )
    with pytest.raises(DecisionRefused, match="statement_replaced"):
        editing.save_edit(**given, text="Mine.", shown_sha256="")
    refusals = AuditEvent.objects.filter(type="decision.refused")
    assert {row.code for row in refusals} == {"statement_replaced"}
    assert UUID(refusals[0].detail["statement_id"]) == old.pk


def test_the_panel_shows_what_was_replaced_and_why(twice: StandIn) -> None:
    draft = made(people.draft())
    [card] = [card for card in show(draft).cards if card.before]
    assert card.before is not None
    assert "475 mg" in card.before.text
    assert "475 mg" in card.before.why
    assert (card.outcome, card.blocked) == ("checked", False)
