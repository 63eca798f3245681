"""A draft as the panel shows it: who made it, its parts, and what the decision bar says."""

from dataclasses import dataclass, field
from datetime import datetime

from recommendations.clinical.results import Gap
from recommendations.clinical.unseen import Unseen, unseen
from recommendations.decisions.choosing import LOWERING_REASONS
from recommendations.decisions.reasons import DRAFT_REASONS, STATEMENT_REASONS
from recommendations.decisions.standing import Stand
from recommendations.decisions.texts import spaced
from recommendations.drafts.line import line_words
from recommendations.models import Decision, Draft, SignedNote
from recommendations.views import when
from recommendations.views.asked import Told
from recommendations.views.cards import Card
from recommendations.views.pieces import Kept, Message, Order, Part, Tally
from recommendations.views.reading_grades import Grades
from recommendations.views.reads import Read
from recommendations.views.seen import Seen
from recommendations.views.unsaid import Unsaids
from recommendations.views.urgency import Urgency
from recommendations.views.wording import Befell, failed, fell_back
from recommendations.workflows.documents import Document

_ONE = {"note": "A note", "message": "The message you pasted"}
UNDER_WAY = {Draft.State.QUEUED, Draft.State.RUNNING}


@dataclass(frozen=True)
class Shown:
    """A draft and everything the page says of it."""

    draft: Draft
    document: Document
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    fingerprint: str
    reads: tuple[Read, ...] = ()
    news: str = "0"  # the newest that this page knows of, as the next question names it
    before: int | None = None  # how many drafts go first, where it waits for its turn
    ticket: str = ""
    saved_at: datetime | None = None
    note: SignedNote | None = None
    closing: Decision | None = None
    message: Message | None = None
    kept: tuple[Kept, ...] = ()
    tallies: tuple[Tally, ...] = field(default=())
    orders: tuple[Order, ...] = ()
    unsaid: Unsaids = field(default_factory=Unsaids)
    urgency: Urgency | None = None
    seen: Seen = field(default_factory=Seen)
    told: tuple[Told, ...] = ()  # with the request
    urgent: str = ""  # what a patient's message speaks of that may be an emergency
    grades: Grades | None = None  # where a patient reads it
    earlier: int = 0  # statements that the page has already and that are not in the parts

    @property
    def lowering_reasons(self) -> dict[str, str]:
        """Why an urgency is below a red flag."""
        return LOWERING_REASONS

    @property
    def unread(self) -> Unseen:
        """What the drafter did not see, by what it is."""
        return unseen(self.gaps)

    @property
    def cards(self) -> list[Card]:
        """All statements in the order of the sections."""
        return [card for part in self.parts for card in part.cards]

    @property
    def count(self) -> int:
        """How many statements the page holds with these."""
        return self.earlier + len(self.cards)

    @property
    def orders_line(self) -> str:
        """What is said of entries that give orders to software."""
        count, kinds = len(self.orders), {order.kind for order in self.orders}
        if count == 1:
            one = _ONE.get(self.orders[0].kind, "An entry")
            return f"{one} contains text addressed to software."
        several = "notes" if kinds == {"note"} else "entries"
        return f"{count} {several} contain text addressed to software."

    @property
    def under_way(self) -> bool:
        """Whether the draft is still being made."""
        return self.draft.state in UNDER_WAY

    @property
    def line_words(self) -> str:
        """Where it stands in the line."""
        return line_words(self.before)

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
    def again(self) -> int:
        """How many were sent back to the model just now."""
        return sum(card.again for card in self.cards)

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
    def unseen(self) -> list[Card]:
        """Those to look at before all are approved together."""
        return [card for part in self.parts for card in part.unseen]

    @property
    def next_open(self) -> Card | None:
        """Where to go next: what blocks the signature first."""
        waiting = [*self.blocked, *self.typed, *(c for c in self.cards if c.is_open)]
        return waiting[0] if waiting else None

    @property
    def in_note(self) -> int:
        """How many are signed."""
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
        if self.again:
            return f"{self.again} of {len(self.cards)} statements are being checked again."
        if self.under_way:
            if self.before is not None:
                return f"{self.line_words}."
            return f"{self.count} statements so far." if self.count else "Reading the chart."
        if self.decidable:
            decided = f"{self.decided} of {len(self.cards)} decided."
            unsaid = f" {self.unsaid.words}." if self.unsaid.open else ""
            return f"{self.document.title}: {decided}{unsaid}"
        return self.draft.get_state_display()
