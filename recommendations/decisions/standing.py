"""Where each statement of a draft stands: its words now, and what was decided on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from recommendations.decisions.looks import looks_of
from recommendations.decisions.own_words import SEEN
from recommendations.decisions.texts import normalised, sha256
from recommendations.models import Decision, Draft, Statement, StatementEdit, Supersession
from recommendations.verification.outcomes import Outcome, Verdict
from smartapp.confusables import skeleton


class Stand(StrEnum):
    """What has become of a statement."""

    OPEN = "open"
    APPROVED = "approved"
    EDITED = "edited"
    LEFT_OUT = "left_out"
    TAKEN_OUT = "taken_out"  # was added by the clinician, and is no part of the draft any more


_BY_VERB = {
    Decision.Verb.APPROVE: Stand.APPROVED,
    Decision.Verb.EDIT: Stand.EDITED,
    Decision.Verb.REJECT: Stand.LEFT_OUT,
    Decision.Verb.ADD: Stand.APPROVED,
    Decision.Verb.TAKE_OUT: Stand.TAKEN_OUT,
}


@dataclass(frozen=True)
class Standing:
    """One statement as it stands. ``decision`` is the one in force; a reopening leaves none.

    ``looked``: its clinician opened a source of it, with these drafted words before them.
    """

    statement: Statement
    decision: Decision | None = None
    edit: StatementEdit | None = None
    looked: bool = False

    @cached_property
    def drafted(self) -> str:
        """The draft's own words."""
        return self.statement.text

    @cached_property
    def text(self) -> str:
        """The words that stand there now: decided, else being typed, else drafted."""
        if self.decision is not None:
            return self.decision.text
        return self.edit.text if self.edit is not None else self.drafted

    @cached_property
    def text_sha256(self) -> str:
        """The fingerprint of :attr:`text`."""
        return sha256(self.text)

    @cached_property
    def verdict(self) -> Verdict:
        """What verification said of the drafted words."""
        return Verdict.model_validate(self.statement.verdict)

    @cached_property
    def before(self) -> Statement | None:
        """The statement that this one replaced, after it was sent back to the model."""
        given_way: Supersession | None = getattr(self.statement, "supersedes", None)
        return given_way.statement if given_way else None

    @property
    def outcome(self) -> Outcome:
        """The mark of the drafted words."""
        return Outcome(self.statement.outcome)

    @property
    def stand(self) -> Stand:
        """What has become of the statement."""
        if self.decision is None:
            return Stand.OPEN
        return _BY_VERB[Decision.Verb(self.decision.verb)]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.decision is None

    @property
    def added(self) -> bool:
        """Whether it is none of the draft's own, but was added by the clinician."""
        return self.statement.omission_id is not None

    @property
    def own_words(self) -> bool:
        """Whether the words that stand there now are the clinician's."""
        return self.rewords(self.text)

    def rewords(self, text: str) -> bool:
        """Whether ``text`` is the clinician's own instead of the draft's.

        Where the draft cannot be signed, it has to differ to the eye: a character nobody sees, or
        a full stop, must not turn what the chart does not bear out into a clinician's own words.
        """
        if self.outcome.signable:
            return normalised(text) != normalised(self.drafted)
        return skeleton(text) != skeleton(self.drafted)

    @property
    def confirmed(self) -> bool:
        """Whether the chart gainsays the clinician's own words, and they mean them."""
        return self.decision is not None and self.decision.reason == SEEN

    @property
    def in_note(self) -> bool:
        """Whether the words go into the signed text."""
        return self.stand in {Stand.APPROVED, Stand.EDITED}

    @property
    def approvable(self) -> bool:
        """Whether it may be approved as drafted, together with others.

        Only what code found in the chart: a judgement wants a look of its own. So does what could
        do harm and has no source to open, such as that something is not there.
        """
        found = self.is_open and not self.own_words and self.outcome is Outcome.CHECKED
        return found and (bool(self.verdict.refs) or not self.verdict.high_stakes)

    @property
    def needs_look(self) -> bool:
        """Whether it keeps others from being approved together until its source was opened."""
        return self.approvable and not self.looked and bool(self.verdict.high_stakes)


def standing_of(statement: Statement) -> Standing:
    """How one statement stands, for an act on it; looks at sources are not asked for."""
    decisions = Decision.objects.filter(statement=statement)
    edits = StatementEdit.objects.filter(statement=statement)
    return Standing(statement, in_force(decisions.last()), edits.first())


def standings(draft: Draft) -> list[Standing]:
    """All statements of a draft in their order, in four queries at most.

    What was added and taken out again is none of them.
    """
    current = Statement.objects.filter(draft=draft).current()
    statements = list(current.select_related("supersedes__statement"))
    if not statements:
        return []
    latest: dict[object, Decision] = {}
    for decision in Decision.objects.filter(draft=draft, statement__isnull=False):
        latest[decision.statement_id] = decision  # ordered by revision: the last one counts
    edits = {e.statement_id: e for e in StatementEdit.objects.filter(statement__draft=draft)}
    looks = looks_of(draft)
    every = (
        Standing(
            statement,
            in_force(latest.get(statement.pk)),
            edits.get(statement.pk),
            looked=sha256(statement.text) in looks.get(statement.pk, ()),
        )
        for statement in statements
    )
    return [standing for standing in every if standing.stand is not Stand.TAKEN_OUT]


def in_force(decision: Decision | None) -> Decision | None:
    """A decision, unless it took another one back."""
    if decision is None or decision.verb == Decision.Verb.REOPEN:
        return None
    return decision


def fingerprint(all_standings: Iterable[Standing]) -> str:
    """What the whole page shows, for acts on many statements at once: 64 hex digits."""
    return sha256("\n".join(f"{s.statement.pk} {s.stand} {s.text_sha256}" for s in all_standings))
