"""Prompt files: ``NAME/VERSION.md``, a head of metadata and the words below it.

A version that is listed in ``manifest.json`` is released: its file is never edited again, and
whatever is to be said otherwise becomes the next version. ``README.md`` here tells how.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
MANIFEST = FOLDER / "manifest.json"
_FIELDS = ("id", "version", "purpose", "author", "date")


class PromptBroken(ValueError):
    """A prompt file is missing, is not as it must be, or was edited after its release."""


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One version of one file: its metadata and its words.

    ``since_contract`` is the contract version it was written for: with an older one it is not
    released. ``sha256`` is of the file's bytes.
    """

    id: str
    version: int
    purpose: str
    author: str
    date: str
    since_contract: int
    text: str
    sha256: str

    @property
    def is_released(self) -> bool:
        """Whether this very content is listed as released."""
        return manifest().get(self.id, {}).get(str(self.version)) == self.sha256


def path_of(name: str, version: int) -> Path:
    """Where a version's file is."""
    return FOLDER / name / f"{version}.md"


@lru_cache
def load(name: str, version: int) -> PromptFile:
    """Read one version; raises :class:`PromptBroken`."""
    try:
        raw = path_of(name, version).read_text(encoding="utf-8")
    except OSError:
        raise PromptBroken(f"There is no version {version} of the prompt {name}.") from None
    found = _parsed(name, raw)
    if (found.id, found.version) != (name, version):
        raise PromptBroken(
            f"The prompt {name}/{version}.md calls itself {found.id} {found.version}."
        )
    released = manifest().get(name, {}).get(str(version))
    if released not in (None, found.sha256):
        raise PromptBroken(f"The prompt {name}/{version}.md was edited after its release.")
    return found


def _parsed(name: str, raw: str) -> PromptFile:
    try:
        _, head, text = raw.split("---\n", 2)
        fields = yaml.safe_load(head)
        known = {field: str(fields[field]) for field in _FIELDS}
        return PromptFile(
            id=known["id"],
            version=int(known["version"]),
            purpose=known["purpose"],
            author=known["author"],
            date=known["date"],
            since_contract=int(fields.get("since_contract", 1)),
            text=text.strip(),
            sha256=hashlib.sha256(raw.encode()).hexdigest(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise PromptBroken(f"The prompt {name} needs {', '.join(_FIELDS)} in its head.") from error


@lru_cache
def manifest() -> dict[str, dict[str, str]]:
    """The released versions: name → version → SHA-256 of the file."""
    found: dict[str, dict[str, str]] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return found


def names() -> list[str]:
    """Every prompt there is, the contract among them."""
    return sorted(folder.name for folder in FOLDER.iterdir() if list(folder.glob("*.md")))


def versions(name: str) -> list[int]:
    """The versions of a prompt, oldest first, released or not."""
    return sorted(int(file.stem) for file in (FOLDER / name).glob("*.md") if file.stem.isdecimal())


def released(name: str) -> list[int]:
    """The released versions of a prompt, oldest first."""
    return sorted(map(int, manifest().get(name, {})))
