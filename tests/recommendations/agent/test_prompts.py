"""Prompt files: released versions stay as they are, and a release is known by all its content."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from recommendations.agent.prompts import (
    CONTRACT,
    PromptBroken,
    Release,
    files,
    instructions,
    load,
    newest,
    releasing,
    versions,
)
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.prompting import written

NOTE = DOCUMENTS["progress_note"]
LISTED = [
    (name, int(version), sha256)
    for name, known in json.loads(files.MANIFEST.read_text()).items()
    for version, sha256 in known.items()
]


@pytest.mark.parametrize(("name", "version", "sha256"), LISTED)
def test_a_released_version_is_what_it_was_when_it_was_released(
    name: str, version: int, sha256: str
) -> None:
    assert hashlib.sha256(files.path_of(name, version).read_bytes()).hexdigest() == sha256
    found = load(name, version)
    assert found.is_released
    assert found.author
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.date)


def test_versions_have_no_gap_and_none_is_lost() -> None:
    for name in files.names():
        assert files.released(name) == list(range(1, len(files.released(name)) + 1))
        assert set(files.released(name)) <= set(versions(name))


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda each: each.key)
def test_the_newest_version_of_a_document_tells_of_its_sections(document: Any) -> None:
    release = newest(document)
    release.check()
    releasing.check_sections(load(document.prompt, release.prompt))
    assert instructions(release).text.count("## Sections") == 1


def test_every_file_is_in_a_folder_of_its_prompt() -> None:
    """A flat file would be loaded by nothing: README.md says how a prompt is added."""
    assert [each.name for each in files.FOLDER.glob("*.md")] == ["README.md"]


def test_an_edited_file_is_refused(folder: Path) -> None:
    edited = folder / CONTRACT / "5.md"
    edited.write_text(edited.read_text().replace("Statements", "Sentences", 1))
    with pytest.raises(PromptBroken, match="edited after its release"):
        load(CONTRACT, 5)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"id": "other"}, "calls itself other 2"),
        ({"called": 7}, "calls itself progress_note 7"),
        ({"since_contract": "soon"}, "needs id, version"),
    ],
)
def test_a_head_that_does_not_fit_is_refused(
    folder: Path, head: dict[str, Any], words: str
) -> None:
    written(folder, "progress_note", 2, **head)
    with pytest.raises(PromptBroken, match=words):
        load("progress_note", 2)


@pytest.mark.parametrize("raw", ["", "no head", "---\nid: [\n---\ntext", "---\n- id\n---\ntext"])
def test_so_is_a_file_without_one(folder: Path, raw: str) -> None:
    (folder / "progress_note" / "2.md").write_text(raw)
    with pytest.raises(PromptBroken, match="needs id, version, purpose, author, date"):
        load("progress_note", 2)


def test_a_version_is_used_by_nobody_before_it_is_released(folder: Path) -> None:
    written(folder, "progress_note", 2)
    assert newest(NOTE).prompt == 1
    call_command("prompts", release=["progress_note", "2"])
    assert newest(NOTE).prompt == 2
    assert "Other words." in instructions(newest(NOTE)).text
    assert "Other words." not in instructions(Release("progress_note", 5, 1)).text


def test_a_version_is_released_once_in_its_turn_and_with_its_sections(folder: Path) -> None:
    written(folder, "progress_note", 3)
    with pytest.raises(CommandError, match="The next version of the prompt progress_note is 2"):
        call_command("prompts", release=["progress_note", "3"])
    written(folder, "progress_note", 2, "Words without sections.")
    with pytest.raises(CommandError, match="must end with:\n\n## Sections"):
        call_command("prompts", release=["progress_note", "2"])
    with pytest.raises(CommandError, match="is released already"):
        call_command("prompts", release=["progress_note", "1"])
    with pytest.raises(CommandError, match="There is no version 9"):
        call_command("prompts", release=["progress_note", "9"])
    assert json.loads(files.MANIFEST.read_text())["progress_note"].keys() == {"1"}


def test_a_release_is_known_by_files_and_models(folder: Path) -> None:
    written(folder, "progress_note", 2)
    one = Release("progress_note", 5, 1)
    others = [
        Release("progress_note", 4, 1),
        Release("progress_note", 5, 2),
        Release("previsit_summary", 5, 1),
        Release("progress_note", 5, 1, ("model-a",)),
        Release("progress_note", 5, 1, ("model-b", "model-a")),
        Release("progress_note", 5, 1, ("model-a", "model-b")),
    ]
    assert len({each.sha256 for each in [one, *others]}) == len(others) + 1
    assert one.sha256 == Release("progress_note", 5, 1, ()).sha256


def test_a_prompt_may_need_a_newer_contract(folder: Path) -> None:
    written(folder, "progress_note", 2, since_contract=5)
    Release("progress_note", 5, 2).check()
    with pytest.raises(PromptBroken, match="progress_note 2 needs contract 5 or newer"):
        Release("progress_note", 4, 2).check()
    with pytest.raises(PromptBroken, match="no version 99 of the prompt contract"):
        Release("progress_note", 99, 1).check()


def test_the_canary_goes_with_the_words_and_the_hash_without_it(settings: Any) -> None:
    told, other = (instructions(Release("progress_note", number, 1)) for number in (5, 4))
    assert told.text.endswith(f"[{told.canary}]")
    assert told.canary != other.canary
    plain = told.text.replace(told.canary, "")
    assert told.sha256 == hashlib.sha256(plain.encode()).hexdigest()
    settings.SECRET_KEY = "another hospital's key"
    elsewhere = instructions(Release("progress_note", 5, 1))
    assert elsewhere.canary != told.canary
    assert elsewhere.sha256 == told.sha256
