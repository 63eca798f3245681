"""Words for stored events: who, about what, how it ended; fields by name. Types may be unknown."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.events.registry import wording
from audit.models import AuditEvent

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
    "request_id": "Provider's request id",
    "request_sha256": "Request, SHA-256",
    "statement_id": "Statement",
    "text_sha256": "Text, SHA-256",
    "waited_ms": "Waited",
}
_MONO = ("_sha256", "_id", "_pk", "hash", "path", "returned", "sources", "kid")
_ENDINGS = {
    "success": ("Done", "c-ok", "i-tick"),
    "incomplete": ("Incomplete", "c-warn", "i-gap"),
    "refused": ("Refused", "c-bad", "i-ban"),
    "failed": ("Failed", "c-bad", "i-warn"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of an event, for people."""

    label: str
    value: str
    mono: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the trail, for people."""

    row: AuditEvent
    who: str
    who_more: str
    what: str
    about: str
    ended: str
    tone: str
    icon: str


def line(row: AuditEvent) -> Line:
    """Return a row in words; nothing sealed is opened."""
    ended, tone, icon = _ENDINGS.get(row.outcome, (row.outcome, "", "i-clock"))
    return Line(
        row=row,
        who=who(row),
        who_more=_who_more(row),
        what=sentence(wording(row.type)),
        about=about(row),
        ended=f"{ended}: {row.code.replace('_', ' ')}" if row.code else ended,
        tone=tone,
        icon=icon,
    )


def sentence(words: str) -> str:
    """Return words with a capital at the front and nothing else changed."""
    return words[:1].upper() + words[1:]


def who(row: AuditEvent) -> str:
    """Return the actor's name, or the best there is instead."""
    plain = {"system": "Countersign", "anonymous": "Someone not signed in"}
    return row.actor_name or plain.get(row.actor) or row.actor.rpartition("|")[2]


def _who_more(row: AuditEvent) -> str:
    if row.actor.startswith("staff|"):
        return "Staff"
    if "|" in row.actor:
        return row.actor.rpartition("|")[2] if row.actor_name else "Clinician"
    return ""


def about(row: AuditEvent) -> str:
    """Return with what or about what it was, in a few words."""
    detail = row.detail
    special = _ABOUT.get(row.type)
    if special is not None:
        return special(detail)
    kept = [fact for fact in facts(detail) if not fact.mono and not fact.long]
    return ", ".join(f"{fact.label.lower()} {fact.value}" for fact in kept[:3])


def _about_request(detail: Mapping[str, Any]) -> str:
    what = detail.get("resource_type") or detail.get("path") or "a resource"
    return f"{what}, {counted(detail.get('count', 0), 'resource')}"


def _about_launch(detail: Mapping[str, Any]) -> str:
    granted = counted(len(detail.get("scopes_granted", ())), "scope")
    withheld = len(detail.get("scopes_withheld", ()))
    return f"{granted} granted" + (f", {withheld} withheld" if withheld else "")


def _about_ready(detail: Mapping[str, Any]) -> str:
    tally = [f"{number} {found.replace('_', ' ')}" for found, number in _items(detail, "outcomes")]
    made = counted(detail.get("statements", 0), "statement")
    return f"{_document(detail)}: {made}" + (f", {', '.join(tally)}" if tally else "")


def _about_statement(detail: Mapping[str, Any]) -> str:
    place = f"{sentence(str(detail.get('section', '')))} {detail.get('position', '')}".strip()
    return f"{place}: {str(detail.get('outcome_found', '')).replace('_', ' ')}"


def _about_change(detail: Mapping[str, Any]) -> str:
    named = ", ".join(name.replace("_", " ") for name in detail.get("fields", ()))
    return f"{detail.get('model', '')} {detail.get('action', '')}" + (f": {named}" if named else "")


def _about_search(detail: Mapping[str, Any]) -> str:
    asked = ", ".join(detail.get("asked", ())) or "everything"
    return f"By {asked}; {detail.get('matching', 0)} matching"


_ABOUT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "config.changed": _about_change,
    "draft.ready": _about_ready,
    "draft.statement_verified": _about_statement,
    "fhir.requested": _about_request,
    "launch.opened": _about_launch,
    "trail.searched": _about_search,
}


def _items(detail: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return [(key, number) for key, number in sorted(detail.get(name, {}).items()) if number]


def _document(detail: Mapping[str, Any]) -> str:
    return document(str(detail.get("document", "")))


def document(key: str) -> str:
    """Return a document's key in words: ``progress_note`` is a progress note."""
    return sentence(key.replace("_", " ")) or "Document"


def counted(number: int, noun: str) -> str:
    """Return ``1 scope``, ``9 scopes``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def facts(values: Mapping[str, Any], *, leave: frozenset[str] = frozenset()) -> list[Fact]:
    """Return an event's fields in words, without the empty ones and those to ``leave`` out."""
    found = []
    for name, value in values.items():
        words = shown(value, milliseconds=name == "ms" or name.endswith("_ms"))
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
        return ", ".join(f"{sentence(str(key))} {item}" for key, item in value.items())
    return unfolded(value)


def unfolded(value: Any) -> str:
    """Return JSON for reading: indented, where the value is JSON or a text that holds some."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return str(value)
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
