"""A draft from its claim to its end, on a chart without HTTP and a model that is scripted."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit import recorder
from audit.errors import LedgerUnavailable
from audit.events.drafting import StatementVerified
from audit.hashing import payload_context
from audit.models import AuditEvent
from encryption import open_sealed
from recommendations.agent import model_client, offline
from recommendations.agent.prompts import newest
from recommendations.drafts import drafting, pen
from recommendations.models import Draft, DraftProgress, Statement, StatementEdit
from recommendations.views import wording
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.results import Concept, Reason
from tests.recommendations.agent.caching import CachingStandIn, ProviderCache
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import (
    Answer,
    StandIn,
    breaking,
    failing,
    model_answer,
    tool_use,
)
from tests.recommendations.charts import ChartReader
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db(transaction=True)


class Lost(ChartReader):
    """A reader whose grant is gone."""

    def read_all(self, concepts: Any) -> Any:
        raise SessionLost


@pytest.fixture
def chart(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The chart that every launch reads; the reader is replaced at our own door to it."""
    readers: list[Any] = [ChartReader(CHART)]
    monkeypatch.setattr(drafting, "reader_for", lambda launch: readers[0])
    return readers


@pytest.fixture
def model(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    stand_in = StandIn()
    settings.MODEL_API_KEY = "sk-ant-secret-key"
    settings.MODEL_BASE_URL = "https://model.invalid"
    settings.MODEL_TRANSPORT_FACTORY = stand_in.transport
    monkeypatch.setattr("recommendations.agent.exchange.FIRST_PAUSE", 0.01)
    yield stand_in
    model_client.forget()


def made(draft: Draft) -> Draft:
    drafting.make(draft.pk)
    return Draft.objects.get(pk=draft.pk)


def events(draft: Draft, kind: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(draft_id=str(draft.pk), type=kind).order_by("sequence"))


def sealed(row: AuditEvent) -> dict[str, Any]:
    """The fields of an event that are kept encrypted."""
    plaintext = open_sealed(row.payload, context=payload_context(row.stream, row.sequence))
    fields: dict[str, Any] = json.loads(plaintext)["fields"]
    return fields


def test_without_a_key_the_offline_drafter_drafts(chart: list[Any]) -> None:
    draft = made(people.draft())
    assert (draft.state, draft.drafter, draft.model_id) == ("ready", "offline", "")
    assert draft.fallback_code == ""
    assert draft.ready_at is not None
    assert draft.lease_until is None
    texts = [statement.text for statement in draft.statements.all()]
    assert any("Potassium" in text for text in texts)
    assert {s.outcome for s in draft.statements.all()} <= {"checked", "inferred"}
    assert {"verifier", "offline"} <= set(draft.versions)
    assert draft.usage["app_ms"] >= 0
    assert draft.usage["cpu_ms"] > 0


def test_with_a_key_the_model_drafts(chart: list[Any], model: StandIn) -> None:
    draft = made(people.draft())
    assert (draft.state, draft.drafter) == ("ready", "claude")
    assert draft.model_id == "claude-sonnet-5-5"
    assert draft.versions["prompt"] == newest(DOCUMENTS["progress_note"]).version
    assert draft.usage["turns"] == 2
    positions = [statement.position for statement in draft.statements.all()]
    assert positions == list(range(len(positions)))
    assert len(positions) >= 4


def test_a_draft_keeps_what_was_read_and_what_the_model_said_sealed(
    chart: list[Any], model: StandIn
) -> None:
    draft = made(people.draft())
    handles = {fact["handle"] for fact in draft.reading["facts"]}
    assert {"lab1", "lab2", "med1"} <= handles
    assert "Potassium" in draft.raw_answer
    for column in (draft.reading_sealed, draft.raw_answer_sealed):
        assert b"Potassium" not in bytes(column)
    for statement in Statement.objects.filter(draft=draft):
        assert b"Potassium" not in bytes(statement.text_sealed) + bytes(statement.claims_sealed)


def test_no_statement_arrives_before_the_reading_that_its_sources_open_from(
    chart: list[Any], model: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    write = pen.Pen.write

    def watched(self: pen.Pen, **given: Any) -> None:
        write(self, **given)
        now = Draft.objects.get(pk=self.draft.pk)
        known = {fact["handle"] for fact in (now.reading or {"facts": ()})["facts"]}
        cited = {ref for row in now.statements.all() for ref in row.verdict["refs"]}
        assert cited <= known
        if now.state == "running":
            seen.append((now.statements.count(), len(cited)))

    monkeypatch.setattr(pen.Pen, "write", watched)
    draft = made(people.draft())
    assert draft.state == "ready"
    assert max(seen) > (0, 0), "statements with sources were there before the draft was ready"


def test_the_trail_tells_the_whole_road_in_its_order(chart: list[Any], model: StandIn) -> None:
    draft = made(people.draft())
    rows = AuditEvent.objects.filter(draft_id=str(draft.pk)).order_by("sequence")
    road = list(dict.fromkeys(row.type for row in rows))
    assert road == [
        "draft.started",
        "model.asked",
        "model.called",
        "draft.read",
        "draft.statement_verified",
        "draft.omissions_found",
        "draft.ready",
    ]
    assert {row.launch_id for row in rows} == {draft.launch_id}
    assert len(events(draft, "draft.statement_verified")) == draft.statements.count()
    assert [row.detail["turn"] for row in events(draft, "model.called")] == [1, 2]


def test_the_trail_holds_the_exact_request_and_answer_and_no_phi_in_the_clear(
    chart: list[Any], model: StandIn
) -> None:
    draft = made(people.draft())
    asked, called = events(draft, "model.asked"), events(draft, "model.called")
    sent = [{k: v for k, v in request.items() if k != "stream"} for request in model.requests]
    assert [json.loads(sealed(row)["request"]) for row in asked] == sent
    assert "submit_draft" in sealed(called[-1])["answer"]
    assert asked[0].detail["request_sha256"] == called[0].detail["request_sha256"]
    clear = "".join(row.detail_json for row in AuditEvent.objects.all())
    clear += json.dumps(list(DraftProgress.objects.values_list("kind", "detail")))
    clear += json.dumps([draft.usage, draft.versions])
    for word in ("Potassium", "5.9", "Spironolactone", "tired", "Quillfeather", "penicillin"):
        assert word.lower() not in clear.lower()


def test_the_browser_is_told_kinds_and_counts(chart: list[Any], model: StandIn) -> None:
    draft = made(people.draft())
    told = list(DraftProgress.objects.filter(draft=draft).order_by("id"))
    assert told[0].detail == {"state": "running", "attempt": 1}
    assert told[-1].detail == {"state": "ready"}
    reading = [each.detail["source"] for each in told if each.kind == "reading"]
    assert "labs" in reading
    statements = [each.detail for each in told if each.kind == "statement"]
    assert [each["position"] for each in statements] == list(range(draft.statements.count()))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (failing(529, "overloaded_error"), "model_overloaded"),
        (failing(401, "authentication_error"), "credentials_rejected"),
        (failing(429, "rate_limit_error", **{"retry-after": "86400"}), "model_throttled"),
        (breaking(model_answer, 0.7), "stream_broken"),
    ],
)
def test_a_model_that_fails_for_good_leaves_it_to_the_offline_drafter_and_says_so(
    chart: list[Any], model: StandIn, fault: Any, code: str
) -> None:
    model.script = [model_answer, fault, fault, fault]
    draft = made(people.draft())
    assert (draft.state, draft.drafter, draft.fallback_code) == ("ready", "offline", code)
    assert draft.model_id == ""
    assert draft.usage["requests"] >= 2
    fell, ready = events(draft, "draft.fell_back"), events(draft, "draft.ready")
    assert [row.code for row in fell] == [code]
    assert ready[0].detail["fallback_code"] == code
    texts = [statement.text for statement in draft.statements.all()]
    assert len(texts) == len(set(texts))


def test_what_the_provider_read_from_its_cache_stands_in_the_draft_s_usage(
    chart: list[Any], model: StandIn, settings: Any
) -> None:
    caching = CachingStandIn(ProviderCache())
    settings.MODEL_TRANSPORT_FACTORY = caching.transport
    made(people.draft())
    caching.usages.clear()
    draft = made(people.draft(people.launch("p2")))
    read = sum(usage["cache_read_input_tokens"] for usage in caching.usages)
    sent = sum(sum(usage.values()) for usage in caching.usages)
    assert draft.usage["cache_read_tokens"] == read
    assert draft.usage["cache_read_percent"] == round(100 * read / sent) > 50


def test_a_chart_with_nothing_to_say_is_told_so_and_not_asked_about_again(
    chart: list[Any], model: StandIn
) -> None:
    chart[0] = ChartReader([each for each in CHART if each["resourceType"] == "Patient"])
    model.script = [model_answer, lambda _: Answer([tool_use("submit_draft", {"statements": []})])]
    draft = made(people.draft())
    assert (draft.state, draft.fallback_code) == ("ready", "nothing_drafted")
    assert len(model.requests) == 2
    # The rules still say whose chart it is, and where there was looked in vain.
    assert {s.outcome for s in draft.statements.all()} == {"checked"}
    told = wording.fell_back(draft.fallback_code)
    assert told is not None
    assert told.title == "Claude found nothing to draft from"


def test_statements_of_a_broken_answer_do_not_stay_in_the_draft(
    chart: list[Any], model: StandIn
) -> None:
    model.script = [model_answer, breaking(model_answer, 0.9)]
    draft = made(people.draft())
    assert draft.drafter == "claude"
    withdrawn = events(draft, "draft.statements_withdrawn")
    assert [row.code for row in withdrawn] == ["stream_broken"]
    texts = [statement.text for statement in draft.statements.all()]
    assert len(texts) == len(set(texts)) >= 4
    states = [p.detail for p in DraftProgress.objects.filter(draft=draft, kind="state")]
    assert {"state": "restarted"} in states


def test_a_lost_session_fails_the_draft_and_is_no_matter_for_the_offline_drafter(
    chart: list[Any],
) -> None:
    chart[0] = Lost(CHART)
    draft = made(people.draft())
    assert (draft.state, draft.failure_code) == ("failed", "session_lost")
    assert draft.statements.count() == 0


def test_the_trail_keeps_what_the_model_was_asked_before_the_session_was_lost(
    chart: list[Any], model: StandIn
) -> None:
    chart[0] = Lost(CHART)
    draft = made(people.draft())
    assert (draft.state, draft.failure_code) == ("failed", "session_lost")
    assert len(events(draft, "model.asked")) == len(events(draft, "model.called")) == 1


def test_what_could_not_be_read_is_told_and_the_draft_is_made_of_the_rest(
    chart: list[Any],
) -> None:
    chart[0] = ChartReader(CHART, {Concept.MEDICATIONS: Reason.TIMED_OUT})
    draft = made(people.draft())
    assert draft.state == "ready"
    assert "medications:timed_out" in events(draft, "draft.ready")[0].detail["gaps"]
    read = {row.detail["tool"]: row for row in events(draft, "draft.read")}
    assert (read["medications"].outcome, read["labs"].outcome) == ("incomplete", "success")


def test_a_fault_of_our_own_fails_the_draft_without_a_word_of_the_chart_in_the_log(
    chart: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("Potassium 5.9 of Ottoline Quillfeather")

    monkeypatch.setattr(offline, "draft", broken)
    draft = made(people.draft())
    assert (draft.state, draft.failure_code) == ("failed", "internal_error")
    record = next(r for r in caplog.records if r.message == "draft_broke")
    assert "Quillfeather" not in json.dumps(vars(record), default=str)
    assert vars(record)["error"] == "ValueError"


def test_a_draft_is_made_once_however_often_its_message_comes(chart: list[Any]) -> None:
    draft = made(people.draft())
    count = draft.statements.count()
    again = made(draft)
    assert again.fencing == draft.fencing == 1
    assert again.statements.count() == count
    assert len(events(draft, "draft.ready")) == 1


def half_done(**fields: Any) -> Draft:
    """A draft whose worker was lost after one statement."""
    draft = people.draft(
        state="running",
        attempts=1,
        fencing=1,
        lease_until=timezone.now() - timedelta(seconds=1),
        **fields,
    )
    row = Statement(draft=draft, position=0, section="objective", outcome="checked")
    row.text, row.claims, row.verdict = "Half a draft.", [], {}
    row.save()
    return draft


def test_a_draft_taken_up_again_holds_nothing_of_the_lost_attempt(chart: list[Any]) -> None:
    draft = made(half_done())
    assert (draft.state, draft.attempts, draft.fencing) == ("ready", 2, 2)
    assert "Half a draft." not in [statement.text for statement in draft.statements.all()]
    taken = events(draft, "draft.taken_up")
    assert (taken[0].detail["superseded"], taken[0].detail["attempt"]) == (1, 2)
    assert len(events(draft, "draft.ready")) == 1


def test_a_statement_that_a_clinician_began_to_edit_is_not_thrown_away(chart: list[Any]) -> None:
    draft = half_done()
    edit = StatementEdit(statement=draft.statements.get(), clinician=draft.launch.clinician)
    edit.text = "My own words."
    edit.save()
    draft = made(draft)
    assert (draft.state, draft.failure_code) == ("failed", "worker_lost")
    assert StatementEdit.objects.get().text == "My own words."


def test_a_worker_that_lost_its_lease_leaves_the_draft_to_the_other(
    chart: list[Any], model: StandIn
) -> None:
    draft = people.draft()

    def taken_over(request: dict[str, Any]) -> Any:
        Draft.objects.filter(pk=draft.pk).update(fencing=9)
        return model_answer(request)

    model.script = [taken_over]
    draft = made(draft)
    assert (draft.state, draft.fencing) == ("running", 9)
    assert draft.statements.count() == 0
    assert events(draft, "draft.failed") == []


def test_no_statement_is_kept_that_the_trail_does_not_know_of(
    chart: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def record_all(given: Any) -> Any:
        if any(isinstance(event, StatementVerified) for event in given):
            raise LedgerUnavailable
        return recorder.record_all(given)

    monkeypatch.setattr(pen, "record_all", record_all)
    draft = made(people.draft())
    assert draft.statements.count() == 0
    assert draft.state == "running"  # for the sweep to try again


def crowded() -> list[dict[str, Any]]:
    """More problems than a section shows, and more notes than a tool gives."""
    problem = next(r for r in CHART if r["resourceType"] == "Condition")
    written = next(r for r in CHART if r["resourceType"] == "DocumentReference")
    names = ("Gout", "Asthma", "Anemia", "Migraine", "Obesity", "Psoriasis", "Glaucoma", "Lupus",
             "Epilepsy", "Osteoporosis")  # fmt: skip
    return [
        *CHART,
        *({**problem, "id": f"more-{n}", "code": {"text": n}} for n in names),
        *({**written, "id": f"more-{n}", "date": f"2026-11-{n:02d}"} for n in range(1, 5)),
    ]


def test_what_sections_have_no_room_for_is_kept_with_the_draft_and_told_in_the_trail(
    chart: list[Any],
) -> None:
    chart[0] = ChartReader(crowded())
    draft = made(people.draft())
    told = {(left["section"], left["what"]) for left in draft.reading["left_out"]}
    assert ("assessment", "3 more active problems") in told
    assert events(draft, "draft.ready")[0].detail["left_out"]["assessment"] == 3
    assert not any(gap["reason"] == "not_given" for gap in draft.reading["gaps"])


def test_what_a_model_was_not_given_is_among_what_is_missing(
    chart: list[Any], model: StandIn
) -> None:
    chart[0] = ChartReader(crowded())
    draft = made(people.draft())
    assert (draft.state, draft.drafter) == ("ready", "claude")
    assert "Of the notes, 2 were not given to the drafter." in {
        gap["words"] for gap in draft.reading["gaps"]
    }
    ready = events(draft, "draft.ready")[0].detail
    assert "notes:not_given" in ready["gaps"]
    assert (ready["left_out"], draft.reading["left_out"]) == ({}, [])


def test_a_draft_that_fell_back_to_rules_counts_as_they_do(
    chart: list[Any], model: StandIn
) -> None:
    chart[0] = ChartReader(crowded())
    model.script = [model_answer, failing(401, "authentication_error")]  # it had read already
    draft = made(people.draft())
    assert (draft.drafter, bool(draft.fallback_code)) == ("offline", True)
    assert draft.reading["left_out"]
    assert not any(gap["reason"] == "not_given" for gap in draft.reading["gaps"])
