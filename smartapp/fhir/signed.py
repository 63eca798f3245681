"""What may leave in a note: the signed text, whom and what it is about, and nothing else.

Read from the very bytes that leave, not from what they were made of.
"""

import base64
import hashlib
import json
import re
from typing import Any

from smartapp.fhir.errors import FhirError

# All that a note may hold (R4 DocumentReference). What is not listed could carry words that
# nobody signed: a narrative, a description, contained resources, relations to other notes.
_OF_NOTE = frozenset(
    {
        "resourceType", "identifier", "masterIdentifier", "status", "docStatus", "type",
        "category", "subject", "date", "author", "content", "context", "custodian",
    }
)  # fmt: skip
_OF_ATTACHMENT = frozenset({"contentType", "data", "creation"})
_OF_CONTEXT = frozenset({"encounter", "period"})
# Below those, at any depth: of identifiers, codings, references and periods; no extension.
_WITHIN = frozenset(
    {
        "coding", "system", "version", "code", "display", "text", "reference", "type",
        "identifier", "use", "value", "start", "end",
    }
)  # fmt: skip
# In another charset the bytes that were signed would read as other words.
_PLAIN_TEXT = re.compile(r"text/plain(?:\s*;\s*charset=utf-8)?", re.IGNORECASE)
_PATIENT = re.compile(r"\bPatient[/?]")


class NotTheSignedText(FhirError):
    """What was about to leave is not what was signed. Nothing was sent."""

    code = "not_the_signed_text"
    sentence = "The text that was about to be sent is not the one that was signed; it was held."


def refuse_unless_signed(body: bytes, text_sha256: str, *, patient: str) -> None:
    """Raise NotTheSignedText for all but one signed text about ``patient`` ("Patient/1")."""
    try:
        holds = _is_signed(json.loads(body), text_sha256, patient)
    except (AttributeError, KeyError, TypeError, ValueError):  # not even the shape of a note
        raise NotTheSignedText from None
    if not holds:
        raise NotTheSignedText


def _is_signed(note: dict[str, Any], text_sha256: str, patient: str) -> bool:
    (content,) = note["content"]
    attachment, context = content["attachment"], note.get("context", {})
    text = base64.b64decode(attachment["data"], validate=True)
    others = [value for key, value in note.items() if key not in {"subject", "content", "context"}]
    return (
        hashlib.sha256(text).hexdigest() == text_sha256
        and _PLAIN_TEXT.fullmatch(attachment["contentType"]) is not None
        and note["resourceType"] == "DocumentReference"
        and note["subject"] == {"reference": patient}
        and note.keys() <= _OF_NOTE
        and content.keys() == {"attachment"}
        and attachment.keys() <= _OF_ATTACHMENT
        and context.keys() <= _OF_CONTEXT
        and _is_listed([others, attachment.get("creation"), *context.values()])
    )


def _is_listed(value: Any) -> bool:
    """Whether it holds listed keys alone, at any depth, and no reference to a patient."""
    if isinstance(value, dict):
        return value.keys() <= _WITHIN and all(map(_is_listed, value.values()))
    if isinstance(value, list):
        return all(map(_is_listed, value))
    return not isinstance(value, str) or _PATIENT.search(value) is None
