"""What a clinician gives with the request for a draft: their own words, or a patient's message.

The message is data that nobody vouches for, as every text of a chart: it goes through the same
door, is searched for what gives orders, and proves nothing. Identifiers stay home.
"""

from collections.abc import Callable

from pydantic import Field

from recommendations.clinical import untrusted
from recommendations.clinical.facts import Frozen, MessageFact, Source
from recommendations.clinical.for_model import delimited

HANDLE = "msg1"
_LONGEST = 4_000  # characters of a message
_WORDS = 600  # of what the clinician typed under one label


class Given(Frozen):
    """``words``: the clinician's own, by key. ``message``: a patient's, as it was pasted."""

    words: dict[str, str] = Field(default_factory=dict)
    message: str = ""


def message(text: str, masked: Callable[[str], str]) -> MessageFact:
    """A message as a fact: it can be shown and searched, and no claim rests on it."""
    plain = masked(untrusted.block(text))
    return MessageFact(
        handle=HANDLE,
        source=Source(resource_type="PastedText", resource_id="message", version=""),
        name="Patient's message",
        text=untrusted.cut(plain, _LONGEST),
        truncated=len(plain) > _LONGEST,
    )


def for_model(given: Given, told: MessageFact | None, masked: Callable[[str], str]) -> str:
    """All of it for the model, between tags that no text within can close; empty for nothing."""
    words = {key: untrusted.line(masked(text), _WORDS) for key, text in given.words.items() if text}
    parts = [delimited("clinician_words", words)] if words else []
    if told is not None:
        parts.append(delimited("chart_data", {"text": told.text}, tool="patient_message"))
    return "\n".join(parts)
