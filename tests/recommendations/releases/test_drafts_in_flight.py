"""A draft is finished with what it was asked with, whatever is put into use meanwhile."""

import json
from pathlib import Path
from typing import Any

import pytest

from audit.models import AuditEvent
from recommendations.agent.prompts import releasing
from recommendations.drafts.scribe import Scribe
from recommendations.drafts.services import request_draft
from recommendations.models import Draft, ReleaseChange
from recommendations.releases import choosing
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch, StaffUser
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import events, made, sealed
from tests.recommendations.prompting import released
from tests.recommendations.releases.conftest import NEWEST, administrator
from tests.recommendations.releases.test_changing import back, put_into_use, wish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]
NOTE = DOCUMENTS["progress_note"]


def asked(launch: Launch) -> Draft:
    return request_draft(launch=launch, document="progress_note")


def system_of(draft: Draft) -> str:
    """What the model was told, by the trail."""
    (first, *_) = events(draft, "model.asked")
    return str(json.loads(sealed(first)["request"])["system"][0]["text"])


def test_a_draft_that_waits_is_made_with_what_it_was_asked_with(
    launch: Launch, model: StandIn, grace: StaffUser, tomas: StaffUser
) -> None:
    waiting = asked(launch)
    other = asked(people.launch("p2"))
    put_into_use(wish(models=("model-b",)), grace, tomas)
    later = asked(people.launch("p3"))
    found = [made(each) for each in (waiting, other, later)]
    assert [each.versions["prompt"] for each in found] == [
        f"contract@{NEWEST} progress_note@1",
        f"contract@{NEWEST} progress_note@1",
        "contract@4 progress_note@1",
    ]
    assert [each.model_id for each in found] == ["claude-sonnet-5-5"] * 2 + ["model-b"]
    assert [each.versions["release"] for each in found] == [e.release["sha256"] for e in found]
    assert events(later, "draft.ready")[0].detail["versions"]["release"] == later.release["sha256"]
    assert events(later, "draft.requested")[0].detail["release_sha256"] == later.release["sha256"]


def test_one_step_back_while_drafts_are_being_made(
    launch: Launch, model: StandIn, grace: StaffUser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step back is taken between the first request to the model and the second."""
    choosing.in_use(NOTE)
    released(folder, "progress_note", 2, since_contract=NEWEST)
    put_into_use(wish(contract=NEWEST, prompt=2), grace, administrator("tomas"))
    running, waiting = asked(launch), asked(people.launch("p2"))
    answered: list[Any] = []
    asking = Scribe.asking

    def stepping_back(scribe: Any, request: Any) -> None:
        asking(scribe, request)
        answered.append(request)
        if len(answered) == 2:
            back(by=grace)

    monkeypatch.setattr(Scribe, "asking", stepping_back)
    running = made(running)
    assert running.state == "ready"
    rows = events(running, "model.asked")
    assert [row.detail["prompt_version"] for row in rows] == [
        f"contract@{NEWEST} progress_note@2"
    ] * 2
    assert "Other words." in system_of(running)
    assert ReleaseChange.objects.get(kind="back").took_effect_at < running.ready_at
    waiting, after = made(waiting), made(asked(people.launch("p3")))
    assert waiting.versions["prompt"] == f"contract@{NEWEST} progress_note@2"
    assert after.versions["prompt"] == f"contract@{NEWEST} progress_note@1"
    assert "Other words." not in system_of(after)


def test_a_draft_taken_up_by_another_worker_keeps_its_release(
    launch: Launch, model: StandIn, grace: StaffUser, tomas: StaffUser
) -> None:
    draft = asked(launch)
    Draft.objects.filter(pk=draft.pk).update(
        state="running", attempts=1, fencing=1, lease_until=draft.created_at
    )
    put_into_use(wish(), grace, tomas)
    assert made(draft).versions["prompt"] == f"contract@{NEWEST} progress_note@1"


def test_a_draft_from_before_releases_were_kept_takes_what_is_in_use(model: StandIn) -> None:
    draft = made(people.draft())
    assert draft.release["sha256"] == choosing.in_use(NOTE).sha256
    assert draft.versions["release"] == draft.release["sha256"]


@pytest.mark.parametrize("change", [{"prompt": 9}, {"sha256": "0" * 64}])
def test_a_release_that_is_not_here_is_told_and_rules_draft(
    launch: Launch, model: StandIn, change: dict[str, Any]
) -> None:
    draft = asked(launch)
    Draft.objects.filter(pk=draft.pk).update(release={**draft.release, **change})
    draft = made(draft)
    assert (draft.state, draft.drafter) == ("ready", "offline")
    assert draft.fallback_code == "release_unavailable"
    assert events(draft, "draft.fell_back")[0].code == "release_unavailable"
    assert events(draft, "model.asked") == []
    assert "release" not in draft.versions


def test_where_no_prompt_is_released_rules_draft(
    launch: Launch, model: StandIn, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "manifest.json").write_text("{}")
    releasing.forget()
    draft = asked(launch)
    assert draft.release == {}
    draft = made(draft)
    assert (draft.drafter, draft.fallback_code) == ("offline", "release_unavailable")


def test_the_units_own_release_is_in_the_trail(
    launch: Launch, model: StandIn, grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(unit="demo/ward-4"), grace, tomas)
    draft = made(asked(launch))
    assert draft.versions["prompt"] == "contract@4 progress_note@1"
    assert events(draft, "draft.requested")[0].detail["unit"] == "demo/ward-4"


def test_that_a_version_came_with_the_software_is_nobodys_act(launch: Launch) -> None:
    draft = asked(launch)
    shipped = AuditEvent.objects.get(type="release.shipped")
    assert (shipped.actor, shipped.launch_id, shipped.patient_index) == ("system", "", "")
    assert events(draft, "draft.requested")[0].launch_id == launch.pk
