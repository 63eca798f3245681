"""What has come to a draft in the making since a page last asked, and nothing that it has already.

Composed from the new rows alone: the statements whose news came since, and of all that was read
only what they cite. Where something else changed than that there is more of it, the page is given
the whole draft instead.
"""

import json
from collections import Counter
from collections.abc import Sequence

from recommendations import selectors
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions.reasons import STATEMENT_REASONS
from recommendations.decisions.standing import Standing
from recommendations.models import Draft, DraftProgress, Statement
from recommendations.verification.outcomes import Outcome, Verdict
from recommendations.views.cards import cards
from recommendations.views.composing import parts_of, tallies
from recommendations.views.reads import Read, reads_of
from recommendations.views.shown import Shown
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS

_DIGITS = 19  # of the greatest id
_MORE = frozenset({"reading", "model", "statement"})  # kinds of news that change nothing else


def arrived(draft: Draft, news: Sequence[DraftProgress], seen: str) -> Shown | None:
    """The draft with what came after ``seen`` alone; ``None`` where it takes the whole of it.

    ``news`` is all of the draft's, read before the draft itself. What is told of all statements,
    as how many there are, counts those that the page has.
    """
    document = DOCUMENTS[draft.document]
    since = _since(draft, document, news, seen)
    if since is None:
        return None
    new = _statements(draft, since)
    outcomes = [Outcome(str(row.detail["outcome"])) for row in news if row.kind == "statement"]
    if new is None:
        return None
    snapshot = _cited(draft, new)
    every = [Standing(statement) for statement in new]
    found = cards(every, snapshot, own={}, reasons=STATEMENT_REASONS)
    return Shown(
        draft=draft,
        document=document,
        parts=parts_of(document, found, ReadingSnapshot(as_of="")),
        gaps=(),
        fingerprint="",
        reads=_reads(document, news, since),
        news=selectors.seen(news, None),
        tallies=tallies(Counter(outcomes)) if new else (),
        earlier=len(outcomes) - len(new),
    )


def _since(
    draft: Draft, document: Document, news: Sequence[DraftProgress], seen: str
) -> list[DraftProgress] | None:
    """The news after ``seen``, if all that they say is that there is more."""
    if draft.state != Draft.State.RUNNING or not _is_number(seen):
        return None
    # A grade is of the whole, and an urgency stands above all of it.
    if document.style.grade is not None or document.asks_why:
        return None
    # Since statements went back to the model, one may stand in the place of another.
    if any(row.kind == "again" for row in news):
        return None
    since = [row for row in news if row.pk > int(seen)]
    return since if all(row.kind in _MORE for row in since) else None


def _is_number(seen: str) -> bool:
    """Whether it may be the id of a row; Python reads no number of more than 4,300 digits."""
    return len(seen) <= _DIGITS and seen.isascii() and seen.isdigit()


def _statements(draft: Draft, since: Sequence[DraftProgress]) -> list[Statement] | None:
    """The statements that the news tell of, in their order; ``None`` where one is not there."""
    positions = [row.detail["position"] for row in since if row.kind == "statement"]
    if not positions:
        return []
    rows = Statement.objects.filter(draft=draft, position__in=positions)
    found = list(rows.select_related("supersedes").order_by("position"))
    return found if len(found) == len(positions) else None


def _cited(draft: Draft, statements: Sequence[Statement]) -> ReadingSnapshot:
    """Of what was read, the facts that these statements name: a reading may hold hundreds."""
    if not statements or draft.reading_sealed is None:
        return ReadingSnapshot(as_of="")
    verdicts = [Verdict.model_validate(statement.verdict) for statement in statements]
    named = {ref for verdict in verdicts for ref in verdict.refs}
    named |= {finding.ref for verdict in verdicts for finding in verdict.findings}
    read = json.loads(draft.reading_text)
    facts = [fact for fact in read["facts"] if fact["handle"] in named]
    return ReadingSnapshot.model_validate(
        {"as_of": read["as_of"], "facts": facts, "addressed": read["addressed"]}
    )


def _reads(
    document: Document, news: Sequence[DraftProgress], since: Sequence[DraftProgress]
) -> tuple[Read, ...]:
    return reads_of(document, news) if any(row.kind == "reading" for row in since) else ()
