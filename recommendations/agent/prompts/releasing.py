"""Releasing a prompt version: from then on its file stays as it is, byte for byte."""

import json

from recommendations.agent.prompts import files, loop_words
from recommendations.agent.prompts.files import PromptBroken, PromptFile
from recommendations.agent.prompts.release import CONTRACT, sections
from recommendations.workflows.registry import DOCUMENTS, EVALUATED


def release(name: str, version: int) -> PromptFile:
    """List a version in the manifest; raises :class:`PromptBroken` where it is not fit for it."""
    found = check(name, version)
    listed = {each: dict(known) for each, known in files.manifest().items()}
    listed.setdefault(name, {})[str(version)] = found.sha256
    files.MANIFEST.write_text(json.dumps(listed, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    forget()
    return found


def check(name: str, version: int) -> PromptFile:
    """The file of a version that may be released next."""
    found = files.load(name, version)
    before = files.released(name)
    if version in before:
        raise PromptBroken(f"Version {version} of the prompt {name} is released already.")
    if version != (before[-1] if before else 0) + 1:
        raise PromptBroken(f"The next version of the prompt {name} is {len(before) + 1}.")
    if name == loop_words.TALK:
        loop_words.parsed(found)
    elif name != CONTRACT:
        check_sections(found)
    return found


def check_sections(found: PromptFile) -> None:
    """Hold the sections that a prompt tells of against those of its document."""
    documents = [d for d in (*DOCUMENTS.values(), *EVALUATED.values()) if d.prompt == found.id]
    if not documents:
        raise PromptBroken(f"No document is drafted with the prompt {found.id}.")
    for document in documents:
        if not found.text.endswith(sections(document)):
            told = sections(document)
            raise PromptBroken(f"The prompt {found.id} {found.version} must end with:\n\n{told}")


def forget() -> None:
    """Read files and manifest anew when they are next needed."""
    files.manifest.cache_clear()
    files.load.cache_clear()
