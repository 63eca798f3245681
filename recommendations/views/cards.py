"""Each statement as the panel shows it: words, mark, sources, and what can be done about it."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from recommendations.clinical.facts import Fact
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions import diff
from recommendations.decisions.choosing import Choice
from recommendations.decisions.standing import Stand, Standing
from recommendations.models import Statement
from recommendations.verification.outcomes import Outcome, Verdict
from recommendations.views import facts
from recommendations.views.chips import Chip, chips_of
from recommendations.views.own_words import OwnFound
from recommendations.views.versus import Versus, contradiction, versus_of

_SHOWN_CHIPS = 4
_STAKES = {
    "dose": "Dose", "conflict": "Text and coding differ", "medication": "Medication",
    "allergy": "Allergy", "critical": "Critical value", "negation": "Negative finding",
    "laterality": "Side", "diagnosis": "Diagnosis",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign of the design: the symbol's name, its class and its word."""

    symbol: str
    name: str
    word: str


MARKS = {
    Outcome.CHECKED: Mark("m-checked", "checked", "Checked"),
    Outcome.INFERRED: Mark("m-inferred", "inferred", "Inferred"),
    Outcome.NOT_FOUND: Mark("m-notfound", "notfound", "Not found"),
    Outcome.CONTRADICTED: Mark("m-contradicted", "contradicted", "Contradicted"),
}
YOURS = Mark("m-yours", "yours", "Your words")
AGAIN = Mark("refresh", "again", "Being checked again")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the statement's words; ``kind`` is empty, or the class of a doubtful part."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """The statement that stood here first, before the model was asked once more, and why."""

    id: UUID
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Card:
    """One statement."""

    id: UUID
    section: str
    outcome: str
    stand: str
    mark: Mark
    drafted_mark: Mark
    text: str
    drafted: str
    text_sha256: str
    segments: tuple[Segment, ...]
    chips: tuple[Chip, ...]
    more_chips: tuple[Chip, ...]
    own_words: bool
    being_typed: bool  # own words, saved, not yet approved
    diff: tuple[diff.Piece, ...]
    own: OwnFound  # what verification says of own words
    confirmed: bool  # own words that the chart gainsays, seen and meant
    cautions: tuple[str, ...]  # what to know of it though it holds
    blocked: bool  # open, and cannot be approved as it stands
    together: bool  # may be approved along with others
    needs_look: bool  # before it is, its source is to be opened
    look: str  # what is at stake, while nobody looked
    worded_by_code: bool
    added_for: UUID | None  # the omission that the clinician added it for
    model_words: str
    gap: str
    versus: Versus | None
    more_versus: tuple[Versus, ...]  # where the chart says more than one thing otherwise
    reason: str
    again: bool  # sent back to the model just now
    before: Before | None
    options: tuple[Choice, ...] = ()  # what may be chosen, where words are not typed
    grade: float | None = None  # where it reads harder than a patient should have to

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.stand == Stand.OPEN


def cards(
    standings: Iterable[Standing],
    snapshot: ReadingSnapshot,
    *,
    own: Mapping[UUID, OwnFound],
    reasons: Mapping[str, str],
    again: Container[int] = (),
) -> list[Card]:
    """The cards of a draft. ``own`` is what verification says of own words.

    ``again``: positions of the statements that are being looked at again.
    """
    known = facts.named(snapshot)
    return [
        _card(
            standing,
            known,
            snapshot.as_of,
            own.get(standing.statement.pk, OwnFound()),
            reasons,
            again=standing.statement.position in again,
        )
        for standing in standings
    ]


def _card(
    standing: Standing,
    known: Mapping[str, Fact],
    as_of: str,
    found: OwnFound,
    reasons: Mapping[str, str],
    *,
    again: bool,
) -> Card:
    statement, verdict, own = standing.statement, standing.verdict, standing.own_words
    drafted_mark = MARKS[standing.outcome]
    chips = chips_of(verdict.refs, known, as_of, named=standing.outcome is Outcome.INFERRED)
    doubtful = not own and not standing.outcome.signable
    versus = versus_of(standing, known, as_of) if doubtful else ()
    return Card(
        id=statement.pk,
        section=statement.section,
        outcome=standing.outcome.value,
        stand=standing.stand.value,
        mark=AGAIN if again else YOURS if own else drafted_mark,
        drafted_mark=drafted_mark,
        text=standing.text,
        drafted=standing.drafted,
        text_sha256=standing.text_sha256,
        segments=_segments(standing) if doubtful else (Segment(standing.text),),
        chips=chips[:_SHOWN_CHIPS],
        more_chips=chips[_SHOWN_CHIPS:],
        own_words=own,
        being_typed=own and standing.is_open,
        diff=tuple(diff.words(standing.drafted, standing.text)) if own else (),
        own=found,
        confirmed=standing.confirmed,
        cautions=() if own else tuple(each.words for each in verdict.cautions),
        blocked=standing.is_open and doubtful,
        together=standing.approvable,
        needs_look=standing.needs_look,
        look="" if own or standing.looked else _look(verdict.high_stakes),
        worded_by_code=statement.worded_by_code,
        added_for=statement.omission_id,
        model_words=statement.drafted_text or "" if statement.worded_by_code else "",
        gap=_gap(standing) if doubtful else "",
        versus=versus[0] if versus else None,
        more_versus=versus[1:],
        reason=reasons.get(standing.decision.reason, "") if standing.decision else "",
        again=again,
        before=_before(standing.before),
    )


def _before(statement: Statement | None) -> Before | None:
    if statement is None:
        return None
    found = Verdict.model_validate(statement.verdict).findings
    return Before(statement.pk, statement.text, " ".join(finding.words for finding in found))


def _look(high_stakes: tuple[str, ...]) -> str:
    words = ", ".join(_STAKES.get(kind, kind).lower() for kind in high_stakes)
    return f"{words.capitalize()}: look once" if words else ""


def _segments(standing: Standing) -> tuple[Segment, ...]:
    """The doubtful part underlined where it can be told, else the whole statement."""
    text = standing.drafted
    if standing.outcome is Outcome.NOT_FOUND:
        return (Segment(text, "claim claim--nf"),)
    finding = contradiction(standing)
    said = finding.draft_says if finding else ""
    if not said or text.count(said) != 1:
        return (Segment(text),)
    before, after = text.split(said)
    pieces = (Segment(before), Segment(said, "claim"), Segment(after))
    return tuple(piece for piece in pieces if piece.text)


def _gap(standing: Standing) -> str:
    """Why it was not found, or what contradicts it where the sides cannot be set side by side."""
    if standing.outcome is Outcome.CONTRADICTED and contradiction(standing) is not None:
        return ""
    words = " ".join(finding.words for finding in standing.verdict.findings)
    return words or "Nothing that was read bears this out. It may stand elsewhere in the chart."
