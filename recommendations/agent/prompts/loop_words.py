"""What the loop itself says to the model, in a released version.

A document's prompt tells what to draft; these words open the talk, press for its end, send
statements back and answer calls that cannot be carried out. Which version is used is the
software's matter, not a hospital's: the newest released. A draft keeps which, and is made again
with the same.
"""

import re
from dataclasses import dataclass, fields
from string import Formatter

from recommendations.agent.prompts.files import PromptBroken, PromptFile, load, released

TALK = "talk"
FIRST = 1  # of drafts from before the version was kept
_PART = re.compile(r"^## (\w+)\n\n(.+?)\s*(?=^## |\Z)", re.M | re.S)
_FILLED = {"opening": {"title", "day"}}  # what code fills in


@dataclass(frozen=True, slots=True)
class TalkWords:
    """One version's words, by when they are said. ``opening`` names the document and the day."""

    opening: str
    given: str
    nothing_handed_in: str
    last_turn: str
    sent_back: str
    not_carried_out: str
    no_more_calls: str
    no_such_tool: str
    bad_arguments: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A version of the words, and the hash of its file."""

    version: str  # "talk@1"
    sha256: str
    words: TalkWords


def newest_talk() -> Talk:
    """The newest released version; raises :class:`PromptBroken` where none is."""
    versions = released(TALK)
    if not versions:
        raise PromptBroken("No version of the loop's own words is released.")
    return talk(versions[-1])


def talk(version: int) -> Talk:
    """One version; raises :class:`PromptBroken`."""
    found = load(TALK, version)
    return Talk(f"{TALK}@{version}", found.sha256, parsed(found))


def parsed(found: PromptFile) -> TalkWords:
    """The words of a file; raises :class:`PromptBroken` where a part is missing or unknown."""
    parts = dict(_PART.findall(found.text))
    wanted = [field.name for field in fields(TalkWords)]
    if list(parts) != wanted or any(_names(parts[each]) != _FILLED.get(each) for each in _FILLED):
        raise PromptBroken(
            f"{TALK} {found.version} must hold the parts {', '.join(wanted)}, in this order, with "
            "{title} and {day} in its opening."
        )
    return TalkWords(**parts)


def _names(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()
