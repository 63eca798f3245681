"""The urgency and the destination of a triage: chosen from a list, never typed.

They are statements like others, approved, changed or left out one by one; but their words are
one of those that code has for each choice, so that what is signed names one category and one
destination, and no reader has to guess which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.events.triage import TriageDecided
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import Standing
from recommendations.models import Draft, Statement
from recommendations.workflows.triage import destinations, scale, triage
from recommendations.workflows.triage.destinations import Destination
from recommendations.workflows.triage.offered import offered

LOWERING_REASONS = {
    "measured_again": "Measured again, and better",
    "known_baseline": "This is usual for this patient",
    "already_seen": "Already seen and treated",
    "rule_misread": "The rule misread what was said",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers; ``lower``: less urgent than a red flag asks for."""

    text: str
    label: str
    lower: bool = False


def is_choice(draft: Draft, statement: Statement) -> bool:
    """Whether the statement is an urgency or a destination."""
    return draft.document == triage.KEY and statement.section in {
        triage.URGENCY, triage.DESTINATION,
    }  # fmt: skip


def choices(draft: Draft, section: str) -> list[Choice]:
    """What may be chosen in a section, as it is now; nothing where nothing is to choose."""
    if draft.document != triage.KEY:
        return []
    if section == triage.URGENCY:
        forced = _forced(draft)
        return [_category(level, forced) for level in scale.Category]
    if section == triage.DESTINATION:
        return [Choice(destinations.sentence(d), d.words) for d in offered(draft.launch.ehr)]
    return []


def refuse_unless_offered(draft: Draft, statement: Statement, words: str, reason: str = "") -> None:
    """Hold a choice to its list; one below a red flag to a reason. For other statements, nothing.

    Raises :class:`DecisionRefused`.
    """
    if not is_choice(draft, statement):
        return
    found = next((c for c in choices(draft, statement.section) if c.text == words), None)
    if found is None:
        raise DecisionRefused("not_on_the_list")
    if found.lower and reason not in LOWERING_REASONS:
        raise DecisionRefused("lowering_unexplained")


def refuse_unless_whole(draft: Draft, every: Sequence[Standing]) -> None:
    """Refuse to sign a triage without an urgency, or without a destination where there are any."""
    if draft.document != triage.KEY:
        return
    if urgency_of(every) is None:
        raise DecisionRefused("urgency_missing")
    known = offered(draft.launch.ehr)
    said = _said(every, triage.DESTINATION)
    if said and destination_of(every, known) is None:
        raise DecisionRefused("not_on_the_list")
    if known and not said and any(s.statement.section == triage.DESTINATION for s in every):
        raise DecisionRefused("urgency_missing")


def urgency_of(every: Sequence[Standing]) -> scale.Category | None:
    """The category that is signed."""
    said = _said(every, triage.URGENCY)
    return next((level for level in scale.Category if scale.sentence(level) == said), None)


def destination_of(every: Sequence[Standing], known: Sequence[Destination]) -> Destination | None:
    """The destination that is signed, where it is on the list."""
    said = _said(every, triage.DESTINATION)
    return next((each for each in known if destinations.sentence(each) == said), None)


def decided(draft: Draft, every: Sequence[Standing]) -> list[TriageDecided]:
    """The event of a triage's being signed; none for other documents."""
    level = urgency_of(every) if draft.document == triage.KEY else None
    if level is None:
        return []
    to = destination_of(every, offered(draft.launch.ehr))
    found = draft.triage.found
    key = to.key if to else ""
    urgency = next(s for s in every if s.statement.section == triage.URGENCY)
    return [
        TriageDecided(
            draft_id=str(draft.pk),
            document=draft.document,
            as_suggested=(level.value, key) == (found["urgency"], found["destination"]),
            below_red_flag=bool(found["forced"]) and level.value > found["forced"],
            reason=urgency.decision.reason if urgency.decision else "",
            urgency=level.value,
            suggested=found["urgency"],
            destination=key,
        )
    ]


def _said(every: Sequence[Standing], section: str) -> str:
    return next((s.text for s in every if s.statement.section == section and s.in_note), "")


def _forced(draft: Draft) -> int:
    """The category that the strongest red flag asks for; 0 for none."""
    return int((draft.triage.found or {}).get("forced", 0))


def _category(level: scale.Category, forced: int) -> Choice:
    label = f"Category {level.value}, {level.word}, {level.within}"
    return Choice(scale.sentence(level), label, lower=bool(forced) and level.value > forced)
