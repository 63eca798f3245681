"""Versioned instructions: files that are never edited once released, and releases made of them."""

from recommendations.agent.prompts.files import PromptBroken, PromptFile, load, released, versions
from recommendations.agent.prompts.release import (
    CONTRACT,
    Instructions,
    Release,
    instructions,
    newest,
    sections,
)

__all__ = [
    "CONTRACT",
    "Instructions",
    "PromptBroken",
    "PromptFile",
    "Release",
    "instructions",
    "load",
    "newest",
    "released",
    "sections",
    "versions",
]
