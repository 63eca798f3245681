"""Drafts of earlier releases are made again, byte for byte, from what was kept of them."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit import selectors
from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from recommendations import verification
from recommendations.agent import request as requests
from recommendations.agent.prompts import sections
from recommendations.drafts import reporting
from recommendations.drafts.complaints import request_triage
from recommendations.drafts.services import request_draft
from recommendations.management.commands.replay import lines
from recommendations.models import Draft
from recommendations.replays import Replay, replay, replaying
from recommendations.replays.answering import first_difference
from recommendations.replays.errors import DraftUnknown, NothingRead, TrailUnreadable
from recommendations.verification import settle
from recommendations.verification.outcomes import Outcome
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch, StaffUser
from tests.recommendations.agent.stand_in import Answer, StandIn, failing, model_answer, tool_use
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import events, made, sealed
from tests.recommendations.prompting import released
from tests.recommendations.releases.conftest import administrator
from tests.recommendations.releases.test_changing import put_into_use, wish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]


@pytest.fixture
def draft(launch: Launch, model: StandIn) -> Draft:
    return made(request_draft(launch=launch, document="progress_note"))


def sent_bodies(draft: Draft) -> list[str]:
    return [sealed(row)["request"] for row in events(draft, "model.asked")]


def held(found: Replay) -> None:
    """Every byte and every verdict as it was."""
    assert found.exact, [(each.turn, each.where) for each in found.requests]
    assert found.requests
    assert found.differing == ()
    assert [each.sha256 for each in found.requests] == [e.rebuilt_sha256 for e in found.requests]


def test_a_draft_is_made_again_byte_for_byte(draft: Draft, model: StandIn) -> None:
    asked = len(model.requests)
    found = replay(draft.pk)
    held(found)
    assert [each.turn for each in found.requests] == [1, 2]
    assert all(each.by_code and each.where == "" for each in found.requests)
    assert [each.tool for each in found.reads] == [
        row.detail["tool"] for row in events(draft, "draft.read")
    ]
    assert len(found.statements) == draft.statements.count() > 3
    assert len(model.requests) == asked  # nothing left this machine


def test_a_draft_of_an_earlier_release_when_newer_ones_are_in_use_and_the_code_has_newer_files(
    draft: Draft, model: StandIn, folder: Path, grace: StaffUser
) -> None:
    before = sent_bodies(draft)
    released(folder, "progress_note", 2)
    tomas = administrator("tomas")
    put_into_use(wish(prompt=2), grace, tomas)
    newer = made(request_draft(launch=people.launch("p2"), document="progress_note"))
    released(folder, "progress_note", 3, "Words of the third.\n\n" + _sections())
    put_into_use(wish(prompt=3, models=("model-z",)), grace, tomas)
    for each, version in ((draft, "@1"), (newer, "@2")):
        found = replay(each.pk)
        held(found)
        assert found.release is not None
        assert found.release.version.endswith(version)
    assert sent_bodies(draft) == before
    assert sent_bodies(newer)[0] != before[0]


def _sections() -> str:

    return sections(DOCUMENTS["progress_note"])


def test_a_draft_from_before_releases_and_blocks_were_kept(
    launch: Launch, model: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = reporting.called
    monkeypatch.setattr(
        reporting, "called", lambda names, answer: called(names, replace(answer, blocks=""))
    )
    draft = made(request_draft(launch=launch, document="progress_note"))
    assert {sealed(row)["blocks"] for row in events(draft, "model.called")} == {""}
    Draft.objects.filter(pk=draft.pk).update(release={})
    held(replay(draft.pk))


def test_the_key_of_the_canary_may_be_another_by_now(draft: Draft, settings: Any) -> None:
    key = settings.SECRET_KEY
    settings.SECRET_KEY = f"{key}-renewed"
    found = replay(draft.pk)
    held(found)


def test_tools_that_the_code_words_otherwise_by_now_are_told_of(
    draft: Draft, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = requests._tools

    def reworded(document: Any) -> list[dict[str, Any]]:
        return [{**each, "description": "Other words."} for each in tools(document)]

    monkeypatch.setattr(requests, "_tools", reworded)
    settings.MODEL_EFFORT = "high"
    found = replay(draft.pk)
    held(found)
    assert [each.by_code for each in found.requests] == [False, False]
    assert {each.where for each in found.requests} == {"output_config.effort"}


def test_cache_marks_that_the_code_sets_elsewhere_by_now_are_told_of(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "_marked", lambda messages: messages)
    found = replay(draft.pk)
    held(found)
    assert [each.by_code for each in found.requests] == [False, False]
    assert all("cache_control" in each.where for each in found.requests)
    assert "Tools or settings of today differ" in "\n".join(lines(found, words=False))


def test_a_request_that_is_kept_otherwise_than_its_hash_says_is_told(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = selectors.sealed_fields

    def altered(row: Any) -> dict[str, Any]:
        opened = fields(row)
        if row.type == "model.asked":
            opened["request"] = opened["request"].replace("Potassium", "Sodium")
        return opened

    monkeypatch.setattr(selectors, "sealed_fields", altered)
    found = replay(draft.pk)
    assert not found.exact
    assert [each.kept for each in found.requests] == [True, False]
    assert "KEPT OTHERWISE" in "\n".join(lines(found, words=False))


def test_requests_that_were_sent_more_than_once(launch: Launch, model: StandIn) -> None:
    model.script = [
        failing(529, "overloaded_error"),
        failing(529, "overloaded_error"),
        *model.script,
    ]
    draft = made(request_draft(launch=launch, document="progress_note"))
    assert len(events(draft, "model.asked")) > 3
    found = replay(draft.pk)
    held(found)
    assert found.requests[0].tries == 3


def test_statements_that_went_back_to_the_model(launch: Launch, model: StandIn) -> None:
    """The second look is rebuilt with the reasons of then."""
    model.script = [model_answer, _wrong, _mended]
    draft = made(request_draft(launch=launch, document="progress_note"))
    assert [row.detail["turn"] for row in events(draft, "model.asked")] == [1, 2, 3]
    assert events(draft, "draft.statement_superseded")
    found = replay(draft.pk)
    held(found)
    assert len(found.requests) == 3
    assert {each.outcome_then for each in found.statements} >= {"contradicted", "checked"}


POTASSIUM = {
    "text": "Potassium was 9.9 mmol/L on 17 Nov 2026.",
    "section": "objective",
    "claims": [
        {"kind": "observation", "ref": "lab1", "name": "Potassium", "value": "9.9",
         "unit": "mmol/L", "when": "2026-11-17"}
    ],
}  # fmt: skip


def _wrong(request: dict[str, Any]) -> Answer:
    answer = model_answer(request)
    given = json.loads(answer.blocks[-1]["input"])
    given["statements"].append(POTASSIUM)
    return Answer([tool_use("submit_draft", json.dumps(given))], stop_reason="tool_use")


def _mended(request: dict[str, Any]) -> Answer:
    content = request["messages"][-1]["content"][0]["content"]
    number = json.loads(content[content.index("[{") : content.rindex("]") + 1])[0]["number"]
    given = {"statements": [], "withdrawn": [number]}
    return Answer([tool_use("submit_draft", json.dumps(given))], stop_reason="tool_use")


# --- What is found where something is otherwise


def test_a_verdict_that_a_newer_verifier_gives_otherwise_is_shown_beside_the_old_one(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:

    def stricter(statement: Any, chart: Any, **how: Any) -> Any:
        text, verdict = settle(statement, chart, **how)
        if "Potassium" in text:
            return text, verdict.model_copy(update={"outcome": Outcome.NOT_FOUND})
        return text, verdict

    monkeypatch.setattr(replaying, "settle", stricter)
    monkeypatch.setattr(verification, "VERSION", "2027.1.1")
    found = replay(draft.pk)
    assert found.exact  # the drafting is the same; its judgement is another matter
    assert found.differing
    assert {(each.outcome_then, each.outcome_now) for each in found.differing} == {
        ("checked", "not_found")
    }
    assert (found.verifier_then, found.verifier_now) == (
        draft.versions["verifier"],
        "2027.1.1",
    )


def test_a_fact_of_the_reading_that_was_changed_is_found(draft: Draft) -> None:
    reading = draft.reading
    for fact in reading["facts"]:
        if fact["handle"] == "lab1":
            fact["value"]["value"] = "7.7"
    draft.reading = reading
    draft.save()
    found = replay(draft.pk)
    assert not found.exact
    assert [each.tool for each in found.reads if not each.same] == ["labs"]
    assert found.requests[1].where.startswith("messages[2].content")
    assert any(each.outcome_now == "contradicted" for each in found.differing)


def test_words_of_the_loop_that_changed_are_found(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "recommendations.agent.loop._opening",
        lambda *_: {"role": "user", "content": [{"type": "text", "text": "Draft it."}]},
    )
    found = replay(draft.pk)
    assert not found.exact
    assert [each.same for each in found.requests] == [False, False]
    assert found.requests[0].where == "messages[0].content[0].text"


def test_a_prompt_file_that_is_gone_is_told_and_statements_are_judged_all_the_same(
    draft: Draft,
) -> None:
    Draft.objects.filter(pk=draft.pk).update(release={**draft.release, "sha256": "0" * 64})
    found = replay(draft.pk)
    assert (found.exact, found.release_code) == (False, "release_unavailable")
    assert found.requests == ()
    assert found.differing == ()


def test_what_rules_drafted_is_judged_again(launch: Launch) -> None:
    draft = made(request_draft(launch=launch, document="progress_note"))
    found = replay(draft.pk)
    assert (found.exact, found.requests, found.release) == (True, (), None)
    assert len(found.statements) == draft.statements.count()
    assert found.differing == ()


def test_a_model_that_failed_for_good_is_made_again_up_to_its_end(
    launch: Launch, model: StandIn
) -> None:
    model.script = [
        model_answer,
        failing(400, "invalid_request_error"),
        failing(400, "invalid_request_error"),
    ]
    draft = made(request_draft(launch=launch, document="progress_note"))
    assert draft.drafter == "offline"
    found = replay(draft.pk)
    assert [each.same for each in found.requests] == [True, True]


def test_what_cannot_be_replayed_says_why(launch: Launch, draft: Draft) -> None:
    with pytest.raises(DraftUnknown):
        replay(uuid4())
    with pytest.raises(NothingRead):
        replay(people.draft(document="previsit_summary").pk)


@pytest.mark.parametrize(
    ("sent", "now", "where"),
    [
        ({"a": 1}, {"a": 1}, ""),
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]"),
        ({"a": [1]}, {"a": [1, 2]}, "a[1]"),
        ({"a": 1}, {"a": "1"}, "a"),
        ({"a": 1}, {}, "a"),
        ({"a": [1]}, {"a": {"b": 1}}, "a"),
    ],
)
def test_where_two_requests_differ_is_told_without_a_word_of_them(
    sent: Any, now: Any, where: str
) -> None:
    assert first_difference(sent, now) == where


# --- The command


def replayed(draft: Draft, **options: Any) -> str:
    out = io.StringIO()
    call_command("replay", str(draft.pk), stdout=out, **options)
    return out.getvalue()


def looks(draft: Draft) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type="trail.draft_replayed", draft_id=str(draft.pk)))


def test_the_command_tells_without_a_word_of_the_chart_and_is_put_on_record(draft: Draft) -> None:
    said = replayed(draft)
    assert said.count("the same, byte for byte") == 2
    assert "Potassium" not in said
    (row,) = looks(draft)
    assert (row.detail["exact"], row.detail["printed"], row.actor) == (True, False, "system")
    assert row.patient_index == draft.patient_index
    told = json.loads(replayed(draft, json=True))
    assert told["exact"] is True
    assert told["release_sha256"] == draft.release["sha256"]
    assert "Potassium" not in json.dumps(told)


def test_words_are_printed_for_a_reviewer_by_name_and_for_nobody_else(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.replays.replaying.settle", _another)
    lena = administrator("lena", role="compliance")
    administrator("grace")
    for name in ("grace", "nobody"):
        with pytest.raises(CommandError, match="not_a_reviewer"):
            replayed(draft, words_for=name)
    assert looks(draft) == []
    said = replayed(draft, words_for="lena")
    assert "now:  Words of today." in said
    assert any(each.text in said for each in draft.statements.all())
    (row,) = looks(draft)
    assert (row.actor, row.detail["printed"]) == (f"staff|{lena.pk}", True)
    assert "Words of today." not in replayed(draft)


def _another(statement: Any, chart: Any, **how: Any) -> Any:
    return "Words of today.", settle(statement, chart, **how)[1]


def test_the_command_fails_where_something_differs(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(release={**draft.release, "sha256": "0" * 64})
    with pytest.raises(CommandError, match="replay_differs"):
        replayed(draft)
    with pytest.raises(CommandError, match="draft_unknown"):
        call_command("replay", str(uuid4()))


def test_nothing_is_printed_where_the_look_cannot_be_recorded(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuse(*_: Any) -> None:
        raise LedgerUnavailable("The trail is away.")

    monkeypatch.setattr("recommendations.replays.recording.record", refuse)
    out = io.StringIO()
    with pytest.raises(LedgerUnavailable):
        call_command("replay", str(draft.pk), stdout=out)
    assert out.getvalue() == ""


def test_a_trail_that_does_not_open_is_told(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.selectors.sealed_fields", lambda _: {})
    with pytest.raises(TrailUnreadable):
        replay(draft.pk)


def test_the_last_of_two_models_is_made_again(
    launch: Launch, model: StandIn, grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(models=("model-a", "model-b")), grace, tomas)
    model.script = [model_answer, failing(400, "invalid_request_error"), model_answer, model_answer]
    draft = made(request_draft(launch=launch, document="progress_note"))
    assert draft.model_id == "model-b"
    found = replay(draft.pk)
    held(found)
    assert len(found.requests) == 2
    assert len(found.reads) * 2 == len(events(draft, "draft.read"))


def test_statements_that_code_words_are_not_judged(launch: Launch, model: StandIn) -> None:
    draft = made(request_triage(launch=launch, complaint="Feels more tired this week."))
    assert draft.state == "ready"
    found = replay(draft.pk)
    assert found.exact
    assert 0 < len(found.statements) < draft.statements.count()
