"""What code puts around a prompt is kept by version, and put there again when a draft is."""

import dataclasses
import json
from pathlib import Path

import pytest

from recommendations.agent import request as requests
from recommendations.agent.frame import frame_of
from recommendations.agent.prompts import (
    TALK,
    PromptBroken,
    files,
    instructions,
    load,
    loop_words,
    newest,
    newest_talk,
)
from recommendations.clinical import for_model
from recommendations.clinical.result_form import result_form_sha256
from recommendations.drafts import reporting
from recommendations.drafts.services import request_draft
from recommendations.management.commands.replay import as_dict, lines
from recommendations.models import Draft
from recommendations.replays import framing, replay
from recommendations.transparency.facts import versions
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch
from tests.recommendations.agent.stand_in import StandIn, model_answer
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import events, made, sealed
from tests.recommendations.prompting import released
from tests.recommendations.replays.test_replay import _mended, _wrong, held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]


@pytest.fixture
def draft(launch: Launch, model: StandIn) -> Draft:
    """Drafted, with statements that went back to the model: the most that the loop says."""
    model.script = [model_answer, _wrong, _mended]
    return made(request_draft(launch=launch, document="progress_note"))


def test_a_draft_and_each_of_its_requests_keep_what_was_around_the_prompt(draft: Draft) -> None:
    document = DOCUMENTS["progress_note"]
    frame = frame_of(document, instructions(newest(document)))
    assert frame["talk"] == "talk@1"
    assert {len(frame[f"{each}_sha256"]) for each in ("talk", "tools", "results")} == {64}
    assert frame.items() <= draft.versions.items()
    assert [row.detail["frame"] for row in events(draft, "model.asked")] == [frame] * 3


def test_the_hash_of_the_tools_is_of_what_was_sent(draft: Draft) -> None:
    (first, *_) = events(draft, "model.asked")
    sent = json.loads(sealed(first)["request"])["tools"]
    assert requests.tools_hash(sent) == draft.versions["tools_sha256"]
    sent[0]["input_schema"]["properties"]["more"] = {"type": "string"}
    assert requests.tools_hash(sent) != draft.versions["tools_sha256"]


def _talk(change: dict[str, str]) -> str:
    words = {**dataclasses.asdict(newest_talk().words), **change}
    return "\n\n".join(f"## {name}\n\n{text}" for name, text in words.items())


OTHERWISE = {
    "opening": "Draft the {title} of {day}.",
    "sent_back": "Some do not stand. Put them right.",
}


def test_newer_words_of_the_loop_change_no_replay_of_a_draft_made_with_earlier_ones(
    draft: Draft, model: StandIn, folder: Path
) -> None:
    released(folder, TALK, 2, _talk(OTHERWISE))
    model.script = [model_answer, _wrong, _mended]
    newer = made(request_draft(launch=people.launch("p2"), document="progress_note"))
    sent = [sealed(row)["request"] for row in events(newer, "model.asked")]
    assert "Draft the Progress note of " in sent[0]
    assert OTHERWISE["sent_back"] in sent[2]
    for each, version in ((draft, "talk@1"), (newer, "talk@2")):
        assert each.versions["talk"] == version
        found = replay(each.pk)
        held(found)
        (talk, tools, form) = found.frame
        assert talk.then.startswith(version)
        assert talk.now.startswith("talk@2")
        assert tools.same
        assert form.same
    told = as_dict(replay(draft.pk))["frame"][0]
    assert (told["what"], told["same"]) == ("The loop's words", False)


def test_a_draft_from_before_it_was_kept_is_made_again_with_the_words_of_then(
    launch: Launch, model: StandIn, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = reporting.asked
    monkeypatch.setattr(
        reporting,
        "asked",
        lambda names, request: asked(names, dataclasses.replace(request, frame={})),
    )
    model.script = [model_answer, _wrong, _mended]
    draft = made(request_draft(launch=launch, document="progress_note"))
    assert {json.dumps(row.detail["frame"]) for row in events(draft, "model.asked")} == {"{}"}
    released(folder, TALK, 2, _talk(OTHERWISE))
    held(replay(draft.pk))


def test_words_that_are_not_here_any_more_are_told(
    draft: Draft, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / TALK / "1.md").unlink()
    files.load.cache_clear()
    known = loop_words.Talk("talk@2", "", None)  # type: ignore[arg-type]
    monkeypatch.setattr(framing, "newest_talk", lambda: known)
    found = replay(draft.pk)
    assert (found.exact, found.release_code) == (False, "release_unavailable")
    assert found.frame[0].words == ""


def test_another_form_of_tools_answers_is_told_and_the_recorded_ones_are_used(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(for_model, "_LEFT_OUT", for_model._LEFT_OUT - {"kind"})
    assert not replay(draft.pk).exact  # the form changed, and nobody said so
    result_form_sha256.cache_clear()
    try:
        found = replay(draft.pk)
    finally:
        result_form_sha256.cache_clear()
    held(found)
    assert 0 < found.as_recorded < len(found.reads)  # of tools that found nothing it is the same
    assert not found.frame[2].same
    said = "\n".join(lines(found, words=False))
    assert f"taken as recorded, for their form: {found.as_recorded}" in said
    assert f"The form of tools' answers: {draft.versions['results_sha256']}, today " in said


def test_a_draft_from_before_the_form_was_kept_is_made_again_whatever_the_form_is_today(
    launch: Launch, model: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = reporting.asked
    monkeypatch.setattr(
        reporting,
        "asked",
        lambda names, request: asked(names, dataclasses.replace(request, frame={})),
    )
    draft = made(request_draft(launch=launch, document="progress_note"))
    monkeypatch.setattr(for_model, "_LEFT_OUT", for_model._LEFT_OUT - {"kind"})
    result_form_sha256.cache_clear()
    try:
        assert result_form_sha256() != framing.EARLIEST_FORM
        held(replay(draft.pk))
    finally:
        result_form_sha256.cache_clear()


def test_tools_and_words_of_then_can_be_read(draft: Draft) -> None:
    talk, tools, _ = replay(draft.pk).frame
    assert "Nothing was handed in. Call submit_draft now" in talk.words
    assert [each["name"] for each in json.loads(tools.words)][-1] == "submit_draft"


def test_the_model_card_names_them(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    before = versions()
    assert "the loop's words talk@1, tools " in before
    released(folder, TALK, 2, _talk(OTHERWISE))
    assert "the loop's words talk@2, tools " in versions()
    monkeypatch.setattr("recommendations.transparency.facts.tools_sha256", lambda _: "0")
    assert versions().split("talk@2")[1] != before.split("talk@1")[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        _talk({"opening": "Draft."}),
        _talk({"opening": "Draft {title} of {day} by {name}."}),
        _talk({"opening": "Draft {title of {day}"}),
        _talk({}).replace("## given", "## given_away"),
        _talk({}) + "\n\n## more\n\nWords.",
    ],
)
def test_a_version_with_a_part_missing_or_unknown_is_not_released(folder: Path, text: str) -> None:
    with pytest.raises(PromptBroken, match="must hold the parts opening, given"):
        released(folder, TALK, 2, text or "nothing")
    assert newest_talk().version == "talk@1"


def test_the_words_call_the_tool_by_its_name() -> None:
    text = load(TALK, 1).text
    assert text.count("submit_draft") == 4
