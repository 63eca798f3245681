"""Prompt files that a test may write: a copy of the product's, in a folder of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recommendations.agent.prompts import files, releasing, sections
from recommendations.workflows.registry import DOCUMENTS

NOTE = DOCUMENTS["progress_note"]
HEAD = (
    "---\nid: {id}\nversion: {version}\npurpose: To try\nauthor: A. Writer\ndate: 2026-12-01\n---\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the prompts that a test may write into."""
    for name, version in _listed():
        target = tmp_path / name / f"{version}.md"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(files.path_of(name, version).read_bytes())
    (tmp_path / "manifest.json").write_text(files.MANIFEST.read_text())
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    monkeypatch.setattr(files, "MANIFEST", tmp_path / "manifest.json")
    releasing.forget()
    yield tmp_path
    releasing.forget()


def written(folder: Path, name: str, version: int, text: str = "", **head: Any) -> None:
    raw = HEAD.format(id=head.pop("id", name), version=head.pop("called", version))
    more = "".join(f"{key}: {value}\n" for key, value in head.items())
    text = text or f"Other words.\n\n{sections(NOTE)}"
    (folder / name).mkdir(exist_ok=True)
    (folder / name / f"{version}.md").write_text(raw[:-4] + more + "---\n" + text + "\n")
    files.load.cache_clear()


def _listed() -> list[tuple[str, int]]:
    known = json.loads(files.MANIFEST.read_text())
    return [(name, int(version)) for name, each in known.items() for version in each]


def released(folder: Path, name: str, version: int, text: str = "", **head: Any) -> None:
    """Write a version and release it."""
    written(folder, name, version, text, **head)
    releasing.release(name, version)
