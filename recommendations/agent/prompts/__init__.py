"""Versioned instructions: files that are never edited once released, and releases made of them."""

from recommendations.agent.prompts.files import PromptBroken, PromptFile, load, released, versions
from recommendations.agent.prompts.loop_words import FIRST, TALK, Talk, newest_talk, talk
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
    "FIRST",
    "TALK",
    "Instructions",
    "PromptBroken",
    "PromptFile",
    "Release",
    "Talk",
    "instructions",
    "load",
    "newest",
    "newest_talk",
    "released",
    "sections",
    "talk",
    "versions",
]
