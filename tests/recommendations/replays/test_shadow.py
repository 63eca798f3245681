"""A draft made again with another release from what it had read, beside it and for nobody's eyes."""

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from recommendations.agent.prompts import CONTRACT, Release
from recommendations.agent.prompts import released as releases_of
from recommendations.clinical.results import ReadingSnapshot
from recommendations.drafts import drafting
from recommendations.drafts.services import request_draft
from recommendations.models import Draft, Shadow, Statement
from recommendations.replays import errors
from recommendations.replays.redrafting import difference
from recommendations.replays.reopened import ReopenedReading
from recommendations.replays.shadowing import shadow
from smartapp.models import Launch, StaffUser
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import Answer, StandIn, failing, model_answer, tool_use
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import made, sealed
from tests.recommendations.prompting import released
from tests.recommendations.releases.conftest import administrator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]
NEWEST = releases_of(CONTRACT)[-1]
SECOND = Release("progress_note", NEWEST, 2)


@pytest.fixture
def draft(launch: Launch, model: StandIn, folder: Path) -> Draft:
    """Made by version 1; version 2 is there, and not in use."""
    row = made(request_draft(launch=launch, document="progress_note"))
    released(folder, "progress_note", 2)
    return row


def shorter(request: dict[str, Any]) -> Answer:
    """A model that follows version 2: one statement fewer."""
    answer = model_answer(request)
    given = json.loads(answer.blocks[-1]["input"])
    given["statements"].pop()
    return Answer([tool_use("submit_draft", json.dumps(given))])


def everything_of(draft: Draft) -> dict[str, Any]:
    return {
        "draft": Draft.objects.filter(pk=draft.pk).values().get(),
        "statements": list(Statement.objects.filter(draft=draft).values()),
        "launch": type(draft.launch).objects.filter(pk=draft.launch_id).values().get(),
    }


def test_it_is_kept_beside_and_the_draft_stays_as_it_was(
    draft: Draft, model: StandIn, grace: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_of(draft)
    monkeypatch.setattr(drafting, "reader_for", _no_chart)
    model.script = [model_answer, shorter]
    asked = len(model.requests)
    row = shadow(draft.pk, SECOND, by=grace)
    assert everything_of(draft) == before
    assert len(model.requests) == asked + 2
    assert "Other words." in model.requests[-1]["system"][0]["text"]
    assert (row.code, row.prompt, row.sha256) == ("", 2, SECOND.sha256)
    old = draft.statements.count()
    assert (len(row.statements), row.both) == (old - 1, old - 1)
    assert sum(row.outcomes.values()) == old - 1
    assert row.outcomes_before == {"checked": old}
    assert row.statements[0]["text"] not in repr(Shadow.objects.values().get())  # sealed


def _no_chart(_: Any) -> Any:
    raise AssertionError("the chart was read")


def test_the_model_is_given_what_the_old_draft_was_given(
    draft: Draft, model: StandIn, grace: StaffUser
) -> None:
    given = [r["messages"] for r in model.requests][-1]
    shadow(draft.pk, SECOND, by=grace)
    again = [r["messages"] for r in model.requests][-1]

    def results(messages: Any) -> list[str]:
        content = messages[-1]["content"]
        return [each["content"] for each in content if each["type"] == "tool_result"]

    assert results(again) == results(given)
    assert len(results(given)) > 3


def test_all_of_it_is_on_record_under_the_name_of_who_asked(
    draft: Draft, model: StandIn, grace: StaffUser
) -> None:
    row = shadow(draft.pk, SECOND, by=grace)
    sent = AuditEvent.objects.filter(draft_id=str(row.pk), type="model.asked").order_by("pk")
    assert [json.loads(sealed(each)["request"])["system"] for each in sent] == [
        r["system"] for r in model.requests[-2:]
    ]
    told = AuditEvent.objects.get(type="release.draft_shadowed")
    assert told.draft_id == str(draft.pk)
    assert told.detail["shadow_id"] == str(row.pk)
    assert {each.actor for each in [*sent, told]} == {f"staff|{grace.pk}"}
    assert {each.patient_index for each in [*sent, told]} == {draft.patient_index}
    assert told.detail["instead_of"] == draft.versions["prompt"]


def test_a_model_that_fails_is_told_of(draft: Draft, model: StandIn, grace: StaffUser) -> None:
    model.script = [failing(401, "authentication_error")]
    row = shadow(draft.pk, SECOND, by=grace)
    assert (row.code, row.statements, row.model_id) == ("credentials_rejected", [], "")
    assert AuditEvent.objects.get(type="release.draft_shadowed").code == "credentials_rejected"


def test_who_may_not_and_what_cannot(
    draft: Draft, model: StandIn, grace: StaffUser, settings: Any
) -> None:
    lena = administrator("lena", role="compliance")
    unread = people.draft(document="previsit_summary")
    for refused, draft_id, release, who in (
        (errors.NotAnAdministrator, draft.pk, SECOND, lena),
        (errors.DraftUnknown, uuid4(), SECOND, grace),
        (errors.NothingRead, unread.pk, SECOND, grace),
        (errors.VersionUnknown, draft.pk, Release("progress_note", NEWEST, 9), grace),
    ):
        with pytest.raises(refused):
            shadow(draft_id, release, by=who)
        row = AuditEvent.objects.filter(type="release.shadow_refused").latest("pk")
        assert (row.outcome, row.code) == ("refused", refused.code)
        assert (row.draft_id, row.actor) == (str(draft_id), f"staff|{who.pk}")
    settings.MODEL_API_KEY = ""
    with pytest.raises(errors.ModelNotConfigured):
        shadow(draft.pk, SECOND, by=grace)
    rows = AuditEvent.objects.filter(type="release.shadow_refused").order_by("pk")
    assert rows.last().code == "model_not_configured"
    assert rows.last().patient_index == draft.patient_index
    assert rows.count() == 5
    assert not Shadow.objects.exists()


def test_the_command_tells_figures_and_no_words(
    draft: Draft, model: StandIn, grace: StaffUser
) -> None:
    out = io.StringIO()
    call_command("shadow", str(draft.pk), prompt=2, by="grace", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["both"] == draft.statements.count()
    assert "Potassium" not in out.getvalue()
    call_command("shadow", str(draft.pk), prompt=2, by="grace", stdout=out)
    assert "Said by both, word for word" in out.getvalue()
    with pytest.raises(CommandError, match="not_administrator"):
        call_command("shadow", str(draft.pk), prompt=2, by="nobody")
    row = AuditEvent.objects.get(type="release.shadow_refused")
    assert (row.code, row.actor) == ("not_administrator", "system")
    assert "nobody" not in row.detail_json
    with pytest.raises(CommandError, match="version_unknown"):
        call_command("shadow", str(draft.pk), prompt=9, by="grace")


# --- The reading, opened again


def test_what_was_not_read_then_is_missing_now() -> None:
    reading = reading_from_bundle(CHART)
    reading.call("labs")
    again = ReopenedReading(
        ReadingSnapshot.model_validate_json(reading.snapshot().model_dump_json())
    )
    assert again.call("labs") == reading.call("labs")
    allergies = again.call("allergies")
    assert (allergies.complete, allergies.facts) == (False, ())
    assert [gap.reason for gap in allergies.gaps] == ["not_read_then"]


@pytest.mark.parametrize(
    "tool", ["labs", "medications", "allergies", "notes", "diagnoses", "vitals"]
)
def test_every_tool_answers_out_of_the_reading_as_out_of_the_chart(tool: str) -> None:
    reading = reading_from_bundle(CHART)
    first = reading.call(tool)
    again = ReopenedReading(
        ReadingSnapshot.model_validate_json(reading.snapshot().model_dump_json())
    )
    assert again.call(tool) == first


def test_two_drafts_are_held_together_statement_by_statement() -> None:
    held = difference([("a", "x"), ("a", "x"), ("b", "y")], [("a", "x"), ("b", "z"), ("a", "y")])
    assert (held.both, held.only_before, held.only_after) == (1, ("x", "y"), ("z", "y"))


def test_a_cloud_that_needs_no_key_of_ours_is_a_model_too(
    draft: Draft, model: StandIn, grace: StaffUser, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.agent.providers.configured", lambda: True)
    settings.MODEL_API_KEY = ""
    assert shadow(draft.pk, SECOND, by=grace).pk
