"""A row of the trail as one line of a list: who, what, about what, how it ended.

Only readable fields are used: nothing sealed is opened for a list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.events.registry import wording
from audit.models import AuditEvent
from audit.wording import counted, document, facts, sentence, spaced, who

_ENDINGS = {
    "success": ("Done", "c-ok", "i-tick"),
    "incomplete": ("Incomplete", "c-warn", "i-gap"),
    "refused": ("Refused", "c-bad", "i-ban"),
    "failed": ("Failed", "c-bad", "i-warn"),
}
_Detail = Mapping[str, Any]


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


def _who_more(row: AuditEvent) -> str:
    if row.actor.startswith("staff|"):
        return "Staff"
    if "|" in row.actor:
        return row.actor.rpartition("|")[2] if row.actor_name else "Clinician"
    return ""


def about(row: AuditEvent) -> str:
    """Return with what or about what it was, in a few words."""
    special = _ABOUT.get(row.type)
    if special is not None:
        return sentence(special(row.detail))
    kept = [fact for fact in facts(row.detail) if not fact.mono and not fact.long]
    return sentence(", ".join(f"{fact.label.lower()} {fact.value}" for fact in kept[:3]))


def _together(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _incomplete(detail: _Detail) -> str:
    missing = [spaced(each) for each in detail.get("missing", ())]
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return f"missing {_together(*missing[:3])}{more}" if missing else ""


def _request(detail: _Detail) -> str:
    what = detail.get("resource_type") or detail.get("path") or "a resource"
    return f"{what}, {counted(detail.get('count', 0), 'resource')}"


def _launch(detail: _Detail) -> str:
    withheld = len(detail.get("scopes_withheld", ()))
    granted = counted(len(detail.get("scopes_granted", ())), "scope")
    return _together(f"{granted} granted", f"{withheld} withheld" if withheld else "")


def _panel(detail: _Detail) -> str:
    missing = spaced(", ".join(detail.get("missing", ()))).replace(":", " ")
    return _together(_document(detail), f"missing: {missing}" if missing else "")


def _document(detail: _Detail) -> str:
    return document(str(detail.get("document", "")))


def _ready(detail: _Detail) -> str:
    tally = sorted((detail.get("outcomes") or {}).items())
    made = counted(detail.get("statements", 0), "statement")
    found = (f"{number} {spaced(outcome)}" for outcome, number in tally if number)
    return f"{_document(detail)}: {_together(made, *found)}"


def _read(detail: _Detail) -> str:
    whole = "" if detail.get("complete", True) else "not whole"
    return _together(spaced(detail.get("tool")), f"{detail.get('shown', 0)} shown", whole)


def _model(detail: _Detail) -> str:
    tokens = sum((detail.get("tokens") or {}).values())
    spent = counted(tokens, "token") if tokens else ""
    return _together(f"turn {detail.get('turn', 1)}", str(detail.get("model_id", "")), spent)


def _verified(detail: _Detail) -> str:
    place = f"{spaced(detail.get('section'))} {detail.get('position', '')}"
    return f"{place}: {spaced(detail.get('outcome_found'))}"


def _viewed(detail: _Detail) -> str:
    count = counted(detail.get("statements", 0), "statement")
    return _together(_document(detail), spaced(detail.get("state")), count)


def _opened(detail: _Detail) -> str:
    stakes = ", ".join(detail.get("high_stakes", ()))
    return _together(spaced(detail.get("kind")), f"high stakes: {stakes}" if stakes else "")


def _closed(detail: _Detail) -> str:
    return f"after {detail.get('ms', 0) / 1000:.1f} s"


def _choice(detail: _Detail) -> str:
    reason = spaced(detail.get("reason"))
    was = f"was {spaced(detail['outcome_found'])}" if detail.get("outcome_found") else ""
    return _together(was, f"reason: {reason}" if reason else "")


def _signed(detail: _Detail) -> str:
    counts = (("approved", "as drafted"), ("edited", "in other words"), ("left_out", "left out"))
    parts = (f"{detail[name]} {words}" for name, words in counts if detail.get(name))
    return f"{_document(detail)}: {_together(*parts)}"


def _change(detail: _Detail) -> str:
    named = spaced(", ".join(detail.get("fields", ())))
    model = str(detail.get("model", "")).rpartition(".")[2]
    return f"{model} {detail.get('action', '')}" + (f": {named}" if named else "")


def _search(detail: _Detail) -> str:
    asked = ", ".join(detail.get("asked", ()))
    return f"{f'by {asked}' if asked else 'everything'}; {detail.get('matching', 0)} matching"


def _event(detail: _Detail) -> str:
    return f"event {detail.get('event_id')}, {detail.get('event_type')}"


def _decision(detail: _Detail) -> str:
    return f"{counted(detail.get('events', 0), 'event')}, proof {detail.get('proof')}"


_ABOUT: dict[str, Callable[[_Detail], str]] = {
    "citation.closed": _closed,
    "citation.opened": _opened,
    "config.changed": _change,
    "draft.read": _read,
    "draft.ready": _ready,
    "draft.requested": _document,
    "draft.brought_shown": _document,
    "draft.signed": _signed,
    "draft.started": _document,
    "draft.statement_verified": _verified,
    "draft.viewed": _viewed,
    "fhir.incomplete": _incomplete,
    "fhir.requested": _request,
    "launch.opened": _launch,
    "model.asked": _model,
    "model.called": _model,
    "panel.opened": _panel,
    "statement.approved": _choice,
    "statement.edited": _choice,
    "statement.rejected": _choice,
    "trail.decision_opened": _decision,
    "trail.event_opened": _event,
    "trail.searched": _search,
}
