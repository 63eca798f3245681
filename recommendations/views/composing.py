"""Putting together what the panel shows of a draft, as it stands at this moment."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from recommendations import selectors
from recommendations.clinical import leaving
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions import own_words
from recommendations.decisions.reasons import STATEMENT_REASONS
from recommendations.decisions.standing import Standing, fingerprint, standings
from recommendations.decisions.texts import sha256
from recommendations.decisions.unsaid import unsaid_of
from recommendations.drafts import stream
from recommendations.models import Draft, DraftProgress
from recommendations.verification.outcomes import Outcome
from recommendations.views import asked, facts, reading_grades, urgency, when
from recommendations.views.cards import MARKS, Card, cards
from recommendations.views.own_words import OwnFound, found_in
from recommendations.views.pieces import Kept, Left, Message, Order, Part, Tally
from recommendations.views.reads import reads_of
from recommendations.views.seen import Seen, seen_of
from recommendations.views.shown import UNDER_WAY, Shown
from recommendations.views.unsaid import unsaids
from recommendations.workflows.documents import Document, Section
from recommendations.workflows.registry import DOCUMENTS

_CLOSED = {Draft.State.SIGNED, Draft.State.REJECTED}
# Not whose it is: the launch in hand need not be looked up again.
_CHANGING = [
    field.name
    for field in Draft._meta.concrete_fields  # noqa: SLF001 - Django's public API
    if not field.is_relation and field.name != "raw_answer_sealed"  # which no page shows
]


def show(draft: Draft, *, message: Message | None = None) -> Shown:
    """Everything of one draft."""
    # The news first: a page that is older than the news it names would wait for ever.
    news = selectors.news_of(draft.pk)
    draft.refresh_from_db(fields=_CHANGING)
    document = DOCUMENTS[draft.document]
    every = standings(draft)
    snapshot = snapshot_of(draft)
    under_way = draft.state in UNDER_WAY
    again = being_checked_again(news) if under_way else frozenset()
    before = selectors.before(draft)
    grades = reading_grades.grades(document, every, snapshot)
    found = reading_grades.marked(_cards(draft, every, snapshot, again), grades)
    parts = parts_of(document, found, snapshot)
    return Shown(
        draft=draft,
        document=document,
        parts=parts,
        gaps=snapshot.gaps,
        fingerprint=fingerprint(every),
        reads=reads_of(document, news) if under_way else (),
        news=selectors.seen(news, before),
        before=before,
        ticket=stream.ticket(launch_id=draft.launch_id, draft_id=draft.pk) if under_way else "",
        saved_at=when.local(selectors.last_saved(draft)) if every else None,
        note=selectors.signed_note_of(draft) if draft.state in _CLOSED else None,
        closing=selectors.closing_decision(draft) if draft.state in _CLOSED else None,
        message=message,
        kept=_kept(draft, document, parts),
        tallies=tallies(Counter(standing.outcome for standing in every)),
        orders=_orders(snapshot),
        seen=Seen() if under_way else seen_of(document, news, snapshot),
        unsaid=unsaids(
            unsaid_of(draft) if draft.state == Draft.State.READY else (),
            document,
            snapshot,
            looked=draft.looked_for_omissions,
        ),
        urgency=urgency.urgency(draft, every),
        told=asked.told(document, draft),
        urgent=asked.urgent(document, draft),
        grades=grades,
    )


def just_begun(draft: Draft) -> Shown:
    """A draft that was asked for in this very transaction: nobody has worked on it yet."""
    document = DOCUMENTS[draft.document]
    parts = parts_of(document, [], ReadingSnapshot(as_of=""))
    return Shown(
        draft=draft,
        document=document,
        parts=parts,
        gaps=(),
        fingerprint=fingerprint([]),
        reads=reads_of(document),
        ticket=stream.ticket(launch_id=draft.launch_id, draft_id=draft.pk),
        kept=_kept(draft, document, parts),
        tallies=tallies(Counter()),
        urgency=urgency.urgency(draft, []),
        told=asked.told(document, draft),
        urgent=asked.urgent(document, draft),
    )


def snapshot_of(draft: Draft) -> ReadingSnapshot:
    """What the draft read; nothing yet while it is being made."""
    if draft.reading_sealed is None:
        return ReadingSnapshot(as_of="")
    return ReadingSnapshot.model_validate_json(draft.reading_text)


def being_checked_again(news: Sequence[DraftProgress]) -> frozenset[int]:
    """Positions of the statements that went back to the model and are not back yet."""
    told = [row.detail["positions"] for row in news if row.kind == "again"]
    return frozenset(told[-1]) if told else frozenset()


def _cards(
    draft: Draft,
    every: Sequence[Standing],
    snapshot: ReadingSnapshot,
    again: frozenset[int],
) -> list[Card]:
    own = [standing for standing in every if standing.own_words]
    chart = own_words.chart_of(draft) if own else None
    known = facts.named(snapshot)
    findings: dict[UUID, OwnFound] = {
        standing.statement.pk: found_in(standing.text, chart, known, snapshot.as_of)
        for standing in own
    }
    found = cards(every, snapshot, own=findings, reasons=STATEMENT_REASONS, again=again)
    offered = {card.section: urgency.options(draft, card.section) for card in found}
    return [replace(card, options=offered[card.section]) for card in found]


def parts_of(
    document: Document, every: Sequence[Card], snapshot: ReadingSnapshot
) -> tuple[Part, ...]:
    """The sections of a document, each with its statements."""
    known = [_part(section, every, _left(section, snapshot)) for section in document.sections]
    keys = {section.key for section in document.sections}
    # A section the document no longer has must not hide what was drafted in it.
    strays = tuple(card for card in every if card.section not in keys)
    return (*known, Part("other", "Other", "", strays)) if strays else tuple(known)


def _part(section: Section, every: Sequence[Card], left: Left | None) -> Part:
    own = tuple(card for card in every if card.section == section.key)
    return Part(section.key, section.title, section.note, own, left)


def _left(section: Section, snapshot: ReadingSnapshot) -> Left | None:
    mine = [left for left in snapshot.left_out if left.section == section.key]
    if not mine:
        return None
    handles = {handle for left in mine for handle in left.handles}
    found = (facts.spoken(f) for h, f in facts.named(snapshot).items() if h in handles)
    return Left(leaving.line(mine), tuple(found))


def _kept(draft: Draft, document: Document, parts: Sequence[Part]) -> tuple[Kept, ...]:
    fitting = {sha256(c.drafted): c for part in parts for c in part.cards if c.is_open}
    titles = {section.key: section.title for section in document.sections}
    return tuple(
        Kept(words, titles.get(words.section, ""), fitting.get(words.drafted_sha256))
        for words in selectors.kept_words(draft.launch, draft.document, draft)
    )


def _orders(snapshot: ReadingSnapshot) -> tuple[Order, ...]:
    known = facts.named(snapshot)
    found = (known.get(handle) for handle in dict.fromkeys(a.handle for a in snapshot.addressed))
    return tuple(
        Order(fact.handle, facts.icon(fact), facts.spoken(fact), fact.kind)
        for fact in found
        if fact is not None
    )


def tallies(counts: Counter[Outcome]) -> tuple[Tally, ...]:
    """How many statements carry each mark."""
    return tuple(Tally(MARKS[outcome], counts[outcome], outcome.value) for outcome in Outcome)
