"""What was kept of a draft: its sealed reading, and the rows of its trail, opened."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from audit import selectors
from recommendations.clinical.results import ReadingSnapshot
from recommendations.models import Draft
from recommendations.replays.errors import DraftUnknown, NothingRead, TrailUnreadable

_SEALED = frozenset({"model.asked", "model.called", "draft.read", "draft.statement_verified"})
# What stands before the last of these was put away, and is no part of the draft.
_BEGUN_ANEW = frozenset({"draft.started", "draft.taken_up"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the model and how it ended. ``code`` is empty where it ended well."""

    turn: int
    model_id: str
    request: str = field(repr=False)  # canonical JSON
    request_sha256: str
    code: str
    answer: str = field(repr=False)
    blocks: str = field(repr=False)  # empty for drafts from before they were kept
    frame: dict[str, str]  # likewise


@dataclass(frozen=True, slots=True)
class Row:
    """One event of the trail: its type and all its fields, the sealed ones opened."""

    type: str
    code: str
    fields: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Recorded:
    """One draft as it was made."""

    draft: Draft
    snapshot: ReadingSnapshot = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The requests that the draft's own model was sent, in order."""
        ended = {self._key(row): row for row in self._of_last_model if row.type == "model.called"}
        asked = [row for row in self._of_last_model if row.type == "model.asked"]
        return tuple(_call(row, ended.get(self._key(row))) for row in asked)

    @cached_property
    def _of_last_model(self) -> tuple[Row, ...]:
        """The rows since the last model that was asked began: others before it began anew."""
        asked = [at for at, row in enumerate(self.rows) if row.type == "model.asked"]
        before = self.rows[: asked[-1]] if asked else ()
        begun = max(
            (at for at, row in enumerate(before) if row.type == "draft.fell_back"), default=0
        )
        return self.rows[begun:]

    @cached_property
    def reads(self) -> tuple[dict[str, Any], ...]:
        """What the model's calls of tools were answered with, in order."""
        rows = [row.fields for row in self._of_last_model if row.type == "draft.read"]
        return tuple(fields for fields in rows if fields["asked_by"] == "model")

    @cached_property
    def verified(self) -> tuple[dict[str, Any], ...]:
        """Each drafted statement as it was verified, replacements last.

        One without claims is code's own: it was not drafted, and is not verified.
        """
        last = max((i for i, r in enumerate(self.rows) if r.type in _WITHDRAWN), default=-1)
        return tuple(row.fields for row in self.rows[last + 1 :] if _drafted(row))

    @cached_property
    def sent_back(self) -> int | None:
        """How many statements stood before some were sent back; ``None`` where none were."""
        stood = 0
        for row in self.rows:
            if row.type in _WITHDRAWN:
                stood = 0
            stood += _drafted(row)
            if row.type == "draft.statements_sent_back":
                return stood
        return None

    @staticmethod
    def _key(row: Row) -> tuple[Any, ...]:
        return tuple(row.fields[name] for name in ("model_id", "turn", "attempt"))


_WITHDRAWN = frozenset({"draft.statements_withdrawn"})


def _drafted(row: Row) -> bool:
    return row.type == "draft.statement_verified" and bool(row.fields.get("claims"))


def recorded(draft_id: UUID) -> Recorded:
    """Open all that was kept; raises a ``ReplayRefused``."""
    draft = Draft.objects.select_related("launch__ehr").filter(pk=draft_id).first()
    if draft is None:
        raise DraftUnknown
    if draft.reading_sealed is None:
        raise NothingRead
    found = [row for row in selectors.events_of_draft(draft_id) if row.draft_id == str(draft_id)]
    begun = max((i for i, row in enumerate(found) if row.type in _BEGUN_ANEW), default=0)
    rows = tuple(_row(row) for row in found[begun:])
    return Recorded(draft, ReadingSnapshot.model_validate(draft.reading), rows)


def _row(row: Any) -> Row:
    sealed = selectors.sealed_fields(row)
    if row.type in _SEALED and not sealed:
        raise TrailUnreadable
    return Row(row.type, row.code, {**row.detail, **sealed})


def _call(asked: Row, ended: Row | None) -> Call:
    fields = ended.fields if ended else {}
    return Call(
        turn=asked.fields["turn"],
        model_id=asked.fields["model_id"],
        request=asked.fields["request"],
        request_sha256=asked.fields["request_sha256"],
        code=ended.code if ended else "no_answer_recorded",
        answer=fields.get("answer", ""),
        blocks=fields.get("blocks", ""),
        frame=asked.fields.get("frame") or {},
    )


def body(call: Call) -> dict[str, Any]:
    """The request as it was sent."""
    found: dict[str, Any] = json.loads(call.request)
    return found
