"""Words for what events hold: actors, fields by name, values. Types may be unknown by now."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.models import AuditEvent

# Fields that hold codes of ours, which read better with spaces.
_CODES = frozenset({"outcome_found", "outcome_own", "reason", "undone", "verb"})
_CLIENT_AUTH = {
    "private_key_jwt": "a signed assertion (its private key)",
    "client_secret_basic": "a shared secret",
    "public": "nothing of its own: a public client, by PKCE alone",
}
_BY_CONCEPT = frozenset({"gaps", "missing"})  # lists of ``concept:reason``
# Field names whose words are not simply the name with spaces.
_LABELS = {
    "answer_sha256": "Answer, SHA-256",
    "asked_at": "Asked at",
    "attempt": "Try",
    "attempts": "Tries",
    "cache": "From what was kept",
    "client_auth": "Proved itself by",
    "drafted_text": "The drafter's own words",
    "draft_id": "Draft",
    "duration_ms": "Took",
    "ehr": "EHR",
    "fencing": "Fencing number",
    "model_id": "Model",
    "ms": "Took",
    "object_pk": "Key",
    "outcome_found": "Found",
    "prompt_sha256": "Prompt, SHA-256",
    "reading_sha256": "What was read, SHA-256",
    "release_sha256": "Release, SHA-256",
    "request_id": "Provider's request id",
    "request_sha256": "Request, SHA-256",
    "statement_id": "Statement",
    "text_sha256": "Text, SHA-256",
    "waited_ms": "Waited",
}
# Documents whose key says less than their title.
_DOCUMENTS = {"previsit_summary": "Pre-visit summary"}
_MONO = ("_sha256", "_id", "_pk", "hash", "path", "returned", "sources", "kid")


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of an event, for people."""

    label: str
    value: str
    mono: bool = False
    long: bool = False


def sentence(words: str) -> str:
    """Return words with a capital at the front and nothing else changed."""
    return words[:1].upper() + words[1:]


def who(row: AuditEvent) -> str:
    """Return the actor's name, or the best there is instead."""
    plain = {"system": "Countersign", "anonymous": "Someone not signed in"}
    return row.actor_name or plain.get(row.actor) or row.actor.rpartition("|")[2]


def document(key: str) -> str:
    """Return a document's key in words: ``progress_note`` is a progress note."""
    return _DOCUMENTS.get(key) or sentence(spaced(key)) or "Document"


def spaced(key: object) -> str:
    """Return a code of ours in words: ``not_found`` is not found."""
    return str(key or "").replace("_", " ")


def counted(number: int, noun: str) -> str:
    """Return ``1 scope``, ``9 scopes``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def facts(values: Mapping[str, Any], *, leave: frozenset[str] = frozenset()) -> list[Fact]:
    """Return an event's fields in words, without the empty ones and those to ``leave`` out."""
    found = []
    for name, value in values.items():
        words = shown(value, milliseconds=name == "ms" or name.endswith("_ms"))
        words = document(words) if name == "document" and words else words
        words = spaced(words) if name in _CODES else words
        words = _CLIENT_AUTH.get(words, words) if name == "client_auth" else words
        words = spaced(re.sub(r":(?! )", ": ", words)) if name in _BY_CONCEPT else words
        if name in leave or not words:
            continue
        mono = name.endswith(_MONO) or (isinstance(value, (dict, list)) and "\n" in words)
        found.append(Fact(label(name), words, mono, len(words) > 120 or "\n" in words))
    return found


def label(name: str) -> str:
    """Return a field's name in words."""
    return _LABELS.get(name) or sentence(name.replace("_", " "))


def shown(value: Any, *, milliseconds: bool = False) -> str:
    """Return a value in words; nested ones as indented JSON."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,} ms" if milliseconds else f"{value:,}"
    if isinstance(value, list) and all(isinstance(item, (str, int)) for item in value):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict) and all(isinstance(item, (str, int)) for item in value.values()):
        return ", ".join(_counted_by(str(key), item) for key, item in value.items())
    return unfolded(value)


def _counted_by(key: str, item: str | int) -> str:
    if key.endswith("_ms"):
        return f"{sentence(spaced(key.removesuffix('_ms')))} {item} ms"
    return f"{sentence(spaced(key))} {item}"


def unfolded(value: Any) -> str:
    """Return JSON for reading: indented, where the value is JSON or a text that holds some."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return str(value)
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
