"""Versioned instructions: files with a head of metadata, known by the hash of their content."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from recommendations.workflows.documents import Document

FOLDER = Path(__file__).parent / "prompts"


@dataclass(frozen=True, slots=True)
class Instructions:
    """What the model is told before anything of a chart: the same for every patient.

    ``canary`` is a mark in the text that never belongs into an answer.
    """

    version: str  # "contract@2 progress_note@1"
    sha256: str
    text: str
    canary: str


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One file: its metadata and its words."""

    id: str
    version: int
    purpose: str
    date: str
    text: str
    sha256: str


@lru_cache
def load(name: str) -> PromptFile:
    """Read ``prompts/NAME.md``; raises ``ValueError`` where its head is not as it must be."""
    raw = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    try:
        _, head, text = raw.split("---\n", 2)
        fields = yaml.safe_load(head)
        found = PromptFile(
            id=str(fields["id"]),
            version=int(fields["version"]),
            purpose=str(fields["purpose"]),
            date=str(fields["date"]),
            text=text.strip(),
            sha256=hashlib.sha256(raw.encode()).hexdigest(),
        )
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ValueError(f"The prompt {name} needs id, version, purpose and date.") from error
    if found.id != name:
        raise ValueError(f"The prompt {name} calls itself {found.id}.")
    return found


def instructions(document: Document) -> Instructions:
    """The contract, the document's own instructions and its sections."""
    contract, own = load("contract"), load(document.prompt)
    both = hashlib.sha256((contract.sha256 + own.sha256).encode()).hexdigest()
    # The same for every request, so that the provider's cache of the instructions is hit.
    mark = hmac.digest(settings.SECRET_KEY.encode(), f"canary {both}".encode(), "sha256").hex()
    canary = f"CS-{mark[:16]}"
    sections = "\n".join(f"- `{s.key}` ({s.title}): {s.belongs}" for s in document.sections)
    text = f"{contract.text}\n\n{own.text}\n\n## Sections\n\n{sections}\n\n[{canary}]"
    sha256 = hashlib.sha256(text.replace(canary, "").encode()).hexdigest()
    version = f"{contract.id}@{contract.version} {own.id}@{own.version}"
    return Instructions(version=version, sha256=sha256, text=text, canary=canary)
