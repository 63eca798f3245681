"""Rows of what is missing: made when a draft is ready, moved on as its words change."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from audit.events.drafting import OmissionsFound
from recommendations.agent.offline import adding
from recommendations.agent.readers import reader_of
from recommendations.models import Draft, Omission
from recommendations.verification import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.omissions import RULES, omissions
from recommendations.verification.omissions import Omission as Missing
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS


class Found(BaseModel):
    """What was found: the fact, in words, and the statement that would tell it.

    ``text`` is empty where code cannot word one that holds.
    """

    model_config = ConfigDict(frozen=True)

    handle: str
    words: str
    quote: str = ""
    text: str = ""
    claims: tuple[dict[str, Any], ...] = ()

    @property
    def text_sha256(self) -> str:
        """The fingerprint of the text that would be added: 64 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What a look found otherwise than the rows have it."""

    new: tuple[Omission, ...] = ()
    moved: tuple[Omission, ...] = ()  # told now, or not told any more


def look_again(
    draft: Draft,
    chart: Chart,
    told: Iterable[DraftedStatement],
    *,
    own: Collection[str],
    known: Sequence[Omission],
) -> Change:
    """What is missing now, beside the rows that are ``known``; ``own`` are a clinician's words."""
    document = DOCUMENTS[draft.document]
    missing = {_key(m): m for m in omissions(chart, told, own=own, rules=document.rules)}
    rows = {_key(row): row for row in known}
    moved = [row for key, row in rows.items() if row.told is (key in missing)]
    for row in moved:
        row.told = not row.told
    new = [m for key, m in missing.items() if key not in rows]
    new.sort(key=lambda each: not RULES[each.rule].critical)
    made = (_row(draft, document, m, len(rows) + at, chart) for at, m in enumerate(new))
    return Change(tuple(made), tuple(moved))


def found_of(row: Omission) -> Found:
    """What a row holds."""
    return Found.model_validate(row.found)


def found_event(
    draft: Draft, listed: Sequence[Omission], *, decision_id: str = ""
) -> OmissionsFound:
    """The event of these being what is missing; ``decision_id`` is of the act it follows from."""
    return OmissionsFound(
        draft_id=str(draft.pk),
        document=draft.document,
        listed=len(listed),
        critical=sum(row.critical for row in listed),
        rules=dict(Counter(row.rule for row in listed)),
        decision_id=decision_id,
        omissions=[
            {"omission_id": str(row.pk), "rule": row.rule, "words": found_of(row).words}
            for row in listed
        ],
    )


def _key(each: Missing | Omission) -> tuple[str, str, str]:
    if isinstance(each, Omission):
        found = found_of(each)
        return each.rule, found.handle, found.quote
    return each.rule, each.handle, each.quote


def _row(
    draft: Draft, document: Document, missing: Missing, position: int, chart: Chart
) -> Omission:
    section = next(s.key for s in document.sections if missing.rule in s.rules)
    fact = chart.fact(missing.handle)
    said = fact and adding.telling(
        section, fact, chart, reader=reader_of(document), quote=missing.quote
    )
    row = Omission(
        draft=draft,
        position=position,
        rule=missing.rule,
        section=section,
        critical=RULES[missing.rule].critical,
    )
    row.found = Found(
        handle=missing.handle,
        words=missing.words,
        quote=missing.quote,
        text=said.text if said else "",
        claims=tuple(c.model_dump(mode="json") for c in said.claims) if said else (),
    ).model_dump(mode="json")
    return row
