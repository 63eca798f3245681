"""A draft as the panel shows it: who made it, its parts, and what the decision bar says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from recommendations import selectors
from recommendations.clinical.facts import Gap, ReadingSnapshot
from recommendations.decisions import own_words
from recommendations.decisions.errors import Refusal
from recommendations.decisions.reasons import DRAFT_REASONS, STATEMENT_REASONS
from recommendations.decisions.standing import Stand, Standing, fingerprint, standings
from recommendations.decisions.texts import sha256, spaced
from recommendations.drafts import stream
from recommendations.models import Decision, Draft, SignedNote
from recommendations.verification.outcomes import Outcome
from recommendations.views import when
from recommendations.views.cards import MARKS, Card, Mark, cards
from recommendations.views.reads import Read, reads_of
from recommendations.views.wording import Befell, failed, fell_back
from recommendations.workflows.documents import Document, Section
from recommendations.workflows.registry import DOCUMENTS

_NOTES = {"plan": "Text for the note. Orders are placed in the chart, not here."}
_UNDER_WAY = {Draft.State.QUEUED, Draft.State.RUNNING}
_CLOSED = {Draft.State.SIGNED, Draft.State.REJECTED}
# Not whose it is: the launch in hand need not be looked up again.
_CHANGING = [
    field.name
    for field in Draft._meta.concrete_fields  # noqa: SLF001 - Django's public API
    if not field.is_relation
]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many statements carry a mark."""

    mark: Mark
    count: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its statements."""

    key: str
    title: str
    note: str
    cards: tuple[Card, ...]

    @property
    def approvable(self) -> int:
        """How many can be approved together."""
        return sum(card.approvable and not card.being_typed for card in self.cards)

    @property
    def done(self) -> bool:
        """Whether every statement is decided on."""
        return bool(self.cards) and not any(card.is_open for card in self.cards)


@dataclass(frozen=True, slots=True)
class Message:
    """What stands above the draft after something was refused."""

    code: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """Words from an earlier session, and the statement here that they would fit."""

    words: selectors.KeptWords
    section: str
    card: Card | None


@dataclass(frozen=True)
class Shown:
    """A draft and everything the page says of it."""

    draft: Draft
    document: Document
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    fingerprint: str
    reads: tuple[Read, ...] = ()
    news: int = 0
    ticket: str = ""
    saved_at: datetime | None = None
    note: SignedNote | None = None
    closing: Decision | None = None
    message: Message | None = None
    kept: tuple[Kept, ...] = ()
    tallies: tuple[Tally, ...] = field(default=())

    @property
    def cards(self) -> list[Card]:
        """All statements in the order of the sections."""
        return [card for part in self.parts for card in part.cards]

    @property
    def under_way(self) -> bool:
        """Whether the draft is still being made."""
        return self.draft.state in _UNDER_WAY

    @property
    def decidable(self) -> bool:
        """Whether decisions can be taken."""
        return self.draft.state == Draft.State.READY

    @property
    def offline(self) -> bool:
        """Whether no AI had a hand in it."""
        return self.draft.drafter == "offline"

    @property
    def fallback(self) -> Befell | None:
        """Why rules drafted and not the model that was asked."""
        return fell_back(self.draft.fallback_code)

    @property
    def failure(self) -> Befell:
        """Why there is no draft."""
        return failed(self.draft.failure_code)

    @property
    def ready_at(self) -> datetime | None:
        """When it was done."""
        return when.local(self.draft.ready_at)

    @property
    def open_count(self) -> int:
        """How many statements wait for a decision."""
        return sum(card.is_open for card in self.cards)

    @property
    def decided(self) -> int:
        """How many do not."""
        return len(self.cards) - self.open_count

    @property
    def blocked(self) -> list[Card]:
        """Those that cannot be approved as they stand."""
        return [card for card in self.cards if card.blocked]

    @property
    def typed(self) -> list[Card]:
        """Those with own words that are not approved yet."""
        return [card for card in self.cards if card.being_typed]

    @property
    def approvable(self) -> int:
        """How many can be approved together."""
        return sum(part.approvable for part in self.parts)

    @property
    def next_open(self) -> Card | None:
        """Where to go next: what blocks the signature first."""
        waiting = [*self.blocked, *self.typed, *(c for c in self.cards if c.is_open)]
        return waiting[0] if waiting else None

    @property
    def in_note(self) -> int:
        """How many go into the note."""
        return sum(card.stand in {Stand.APPROVED, Stand.EDITED} for card in self.cards)

    @property
    def signable(self) -> bool:
        """Whether the text can be read and signed."""
        return self.decidable and self.open_count == 0 and self.in_note > 0

    @property
    def percent(self) -> int:
        """How far the decisions have come."""
        return round(100 * self.decided / len(self.cards)) if self.cards else 0

    @property
    def statement_reasons(self) -> dict[str, str]:
        """Why a statement is left out."""
        return STATEMENT_REASONS

    @property
    def draft_reasons(self) -> dict[str, str]:
        """Why a draft is rejected."""
        return DRAFT_REASONS

    @property
    def rejection(self) -> str:
        """Why the draft was rejected, in words."""
        return DRAFT_REASONS.get(self.closing.reason, "") if self.closing else ""

    @property
    def fingerprint_words(self) -> str:
        """The signed text's fingerprint, for eyes."""
        return spaced(self.note.text_sha256) if self.note else ""

    @property
    def announcement(self) -> str:
        """What a screen reader is told when this arrives."""
        if self.under_way:
            return f"{len(self.cards)} statements so far." if self.cards else "Reading the chart."
        if self.decidable:
            return f"{self.document.title}: {self.decided} of {len(self.cards)} decided."
        return self.draft.get_state_display()


def show(draft: Draft, *, message: Message | None = None) -> Shown:
    """Everything of one draft."""
    # The news first: a page that is older than the news it names would wait for ever.
    news = selectors.news_of(draft)
    draft.refresh_from_db(fields=_CHANGING)
    document = DOCUMENTS[draft.document]
    every = standings(draft)
    snapshot = snapshot_of(draft)
    under_way = draft.state in _UNDER_WAY
    parts = _parts(document, _cards(draft, every, snapshot))
    return Shown(
        draft=draft,
        document=document,
        parts=parts,
        gaps=snapshot.gaps,
        fingerprint=fingerprint(every),
        reads=reads_of(document, news) if under_way else (),
        news=news[-1].pk if news else 0,
        ticket=stream.ticket(launch_id=draft.launch_id, draft_id=draft.pk) if under_way else "",
        saved_at=when.local(selectors.last_saved(draft)) if every else None,
        note=selectors.signed_note_of(draft) if draft.state in _CLOSED else None,
        closing=selectors.closing_decision(draft) if draft.state in _CLOSED else None,
        message=message,
        kept=_kept(draft, document, parts),
        tallies=_tallies(every),
    )


def snapshot_of(draft: Draft) -> ReadingSnapshot:
    """What the draft read; nothing yet while it is being made."""
    if draft.reading_sealed is None:
        return ReadingSnapshot(as_of="")
    return ReadingSnapshot.model_validate(draft.reading)


def _cards(draft: Draft, every: Sequence[Standing], snapshot: ReadingSnapshot) -> list[Card]:
    own = [standing for standing in every if standing.own_words]
    chart = own_words.chart_of(draft) if own else None
    findings: dict[UUID, tuple[str, ...]] = {}
    for standing in own:
        verdict = own_words.check(standing.text, chart)
        if verdict is not None:
            findings[standing.statement.pk] = tuple(f.words for f in verdict.findings)
    return cards(every, snapshot, own_findings=findings, reasons=STATEMENT_REASONS)


def _parts(document: Document, every: Sequence[Card]) -> tuple[Part, ...]:
    known = [_part(section, every) for section in document.sections]
    keys = {section.key for section in document.sections}
    # A section the document no longer has must not hide what was drafted in it.
    strays = tuple(card for card in every if card.section not in keys)
    return (*known, Part("other", "Other", "", strays)) if strays else tuple(known)


def _part(section: Section, every: Sequence[Card]) -> Part:
    own = tuple(card for card in every if card.section == section.key)
    return Part(section.key, section.title, _NOTES.get(section.key, ""), own)


def _kept(draft: Draft, document: Document, parts: Sequence[Part]) -> tuple[Kept, ...]:
    fitting = {sha256(c.drafted): c for part in parts for c in part.cards if c.is_open}
    titles = {section.key: section.title for section in document.sections}
    return tuple(
        Kept(words, titles.get(words.section, ""), fitting.get(words.drafted_sha256))
        for words in selectors.kept_words(draft.launch, draft.document, draft)
    )


def _tallies(every: Sequence[Standing]) -> tuple[Tally, ...]:
    counts = Counter(standing.outcome for standing in every)
    return tuple(Tally(MARKS[outcome], counts[outcome], outcome.value) for outcome in Outcome)
