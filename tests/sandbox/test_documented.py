"""docs/sandbox.md names for each habit of a vendor a test that there is."""

import re
from pathlib import Path

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "sandbox.md").read_text()
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.partition("## What the vendors do")[2].splitlines()
    if line.startswith("| ") and not line.startswith("| **")
]
HELD = [(row[0], row[3]) for row in ROWS if len(row) == 4 and row[3] != "Held by"]


def unheld(held: str) -> list[str]:
    """Return what a cell names that is no test: ``file: words, words; file, file``."""
    missing = []
    for part in held.split(";"):
        files, _, words = part.partition(":")
        paths = [Path(__file__).parent / f"{one.strip()}.py" for one in files.split(",")]
        missing += [path.name for path in paths if not path.exists()]
        text = "".join(path.read_text() for path in paths if path.exists())
        named = re.findall(r"def (test_\w+)", text)
        for wanted in filter(None, (one.strip().replace(" ", "_") for one in words.split(","))):
            if not any(wanted in name for name in named):
                missing.append(wanted)
    return missing


def test_every_habit_is_held_by_a_test_that_there_is():
    assert len(HELD) > 60
    assert {about: found for about, held in HELD if (found := unheld(held))} == {}


def test_a_test_that_is_not_there_is_seen():
    assert unheld("test_fhir_quirks: a batch") == []
    assert unheld("test_fhir_quirks: no such words; test_none") == ["no_such_words", "test_none.py"]


def test_every_fault_is_on_the_page():
    sources = (path.read_text() for path in (ROOT / "sandbox" / "faults").glob("*.py"))
    names = [name for text in sources for name in re.findall(r'@fault\(\s*"([\w-]+)"', text)]
    assert len(names) > 40
    assert [name for name in names if f"`{name}`" not in PAGE] == []
