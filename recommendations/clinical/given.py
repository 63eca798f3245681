"""What a clinician gives with the request for a draft: their own words, or a patient's message.

The message is data that nobody vouches for, as every text of a chart: it goes through the same
door, is searched for what gives orders, and proves nothing. Identifiers stay home.
"""

from collections.abc import Callable, Iterator

from pydantic import Field

from recommendations.clinical import untrusted
from recommendations.clinical.addressed import find
from recommendations.clinical.facts import Frozen, MessageFact, PartialDate, Source
from recommendations.clinical.for_model import delimited

HANDLE = "msg1"
TYPED = "TypedText"  # the source of what the clinician typed, or pasted, themselves
_LONGEST = 4_000  # characters of a message
_WORDS = 600  # of what the clinician typed under one label


class Brought(Frozen):
    """The resource of the chart that words were taken from, with one tap: PHI.

    ``name`` as its fact has it ("Patient message"); ``author`` never the patient's own name.
    """

    source: Source
    name: str
    author: str = ""
    authored: PartialDate | None = None


class Given(Frozen):
    """``words``: the clinician's own, by key. ``message``: a patient's, as it was pasted.

    With ``brought`` neither is typed: both are of the chart, and the words are nobody's here.
    """

    words: dict[str, str] = Field(default_factory=dict)
    message: str = ""
    brought: Brought | None = None


_PASTED = Source(resource_type="PastedText", resource_id="message", version="")


def message(text: str, masked: Callable[[str], str], brought: Brought | None = None) -> MessageFact:
    """A message as a fact: it can be shown and searched, and no claim rests on it."""
    plain = masked(untrusted.block(text))
    return MessageFact(
        handle=HANDLE,
        source=brought.source if brought else _PASTED,
        name="Patient's message",
        authored=brought.authored if brought else None,
        text=untrusted.cut(plain, _LONGEST),
        truncated=len(plain) > _LONGEST,
    )


def tampered(asked: Given, masked: Callable[[str], str]) -> Iterator[MessageFact]:
    """Words of the request, typed, pasted or brought along, where they give orders."""
    for number, text in enumerate(asked.words.values(), 1):
        told = untrusted.line(masked(text), _WORDS)
        typed = Source(resource_type=TYPED, resource_id=f"words{number}", version="")
        if find(told):
            yield MessageFact(
                handle=f"ask{number}",
                source=asked.brought.source if asked.brought else typed,
                name="Words given with the request",
                text=told,
            )


def for_model(given: Given, told: MessageFact | None, masked: Callable[[str], str]) -> str:
    """All of it for the model, between tags that no text within can close; empty for nothing."""
    words = {key: untrusted.line(masked(text), _WORDS) for key, text in given.words.items() if text}
    if given.brought is not None:
        parts = [delimited("chart_data", words, tool="referral")] if words else []
    else:
        parts = [delimited("clinician_words", words)] if words else []
    if told is not None:
        parts.append(delimited("chart_data", {"text": told.text}, tool="patient_message"))
    return "\n".join(parts)
