"""A release: which words and which models make a document, known by the hash of all of them."""

import hashlib
import hmac
import json
from dataclasses import dataclass

from django.conf import settings

from recommendations.agent.prompts.files import PromptBroken, load, released
from recommendations.agent.prompts.loop_words import Talk, newest_talk
from recommendations.workflows.documents import Document

CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Release:
    """Versions of the contract and of a document's own prompt, and the models in their order.

    ``prompt_id`` names the document's prompt file. Without ``models`` those of the settings are
    asked. The first model is asked first, the next where it fails.
    """

    prompt_id: str
    contract: int
    prompt: int
    models: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """``contract@5 progress_note@1``."""
        return f"{CONTRACT}@{self.contract} {self.prompt_id}@{self.prompt}"

    @property
    def sha256(self) -> str:
        """The hash of its content: of both files' bytes and of the models' names."""
        content = {
            "contract": [self.contract, load(CONTRACT, self.contract).sha256],
            "prompt": [self.prompt_id, self.prompt, load(self.prompt_id, self.prompt).sha256],
            "models": list(self.models),
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def check(self) -> None:
        """Raise :class:`PromptBroken` where a file is missing, changed, or older than it needs."""
        load(CONTRACT, self.contract)
        least = load(self.prompt_id, self.prompt).since_contract
        if self.contract < least:
            raise PromptBroken(f"{self.prompt_id} {self.prompt} needs contract {least} or newer.")


@dataclass(frozen=True, slots=True)
class Instructions:
    """What the model is told before anything of a chart: the same for every patient.

    ``canary`` is a mark in the text that never belongs into an answer; ``sha256`` is of the text
    without it, and so the same at every hospital. ``talk`` is what the loop says around it.
    """

    version: str  # "contract@5 progress_note@1"
    sha256: str
    text: str
    canary: str
    talk: Talk


def newest(document: Document) -> Release:
    """The newest released versions, with the models of the settings."""
    try:
        return Release(document.prompt, released(CONTRACT)[-1], released(document.prompt)[-1])
    except IndexError:
        raise PromptBroken(f"No version of the prompt {document.prompt} is released.") from None


def instructions(release: Release, talk: Talk | None = None) -> Instructions:
    """The contract and the document's own instructions, its sections among them.

    ``talk``: the loop's own words where not the newest. Raises :class:`PromptBroken`.
    """
    both = (
        f"{load(CONTRACT, release.contract).text}\n\n{load(release.prompt_id, release.prompt).text}"
    )
    sha256 = hashlib.sha256(f"{both}\n\n[]".encode()).hexdigest()
    # The same for every request, so that the provider's cache of the instructions is hit.
    mark = hmac.digest(settings.SECRET_KEY.encode(), f"canary {sha256}".encode(), "sha256").hex()
    canary = f"CS-{mark[:16]}"
    return Instructions(
        version=release.version,
        sha256=sha256,
        text=f"{both}\n\n[{canary}]",
        canary=canary,
        talk=talk or newest_talk(),
    )


def sections(document: Document) -> str:
    """How a prompt tells the model of a document's sections: the end of its newest version."""
    lines = "\n".join(f"- `{s.key}` ({s.title}): {s.belongs}" for s in document.drafted)
    return f"## Sections\n\n{lines}"
