"""What the words that stand leave out, and what was decided about it.

Whatever an act does to the words, the rows of :mod:`recommendations.omitted` move with it in its
transaction.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.recorder import record
from recommendations import omitted
from recommendations.decisions import own_words
from recommendations.decisions.acts import Act
from recommendations.decisions.standing import Stand, standings
from recommendations.decisions.texts import sha256
from recommendations.models import Decision, Draft, Omission
from recommendations.verification import Chart
from recommendations.verification.omissions import RULES, Rule

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unsaid:
    """One thing that is missing; ``dismissal`` is the decision that it is not needed."""

    row: Omission
    dismissal: Decision | None = None

    @cached_property
    def found(self) -> omitted.Found:
        """The fact in words, and the statement that would tell it."""
        return omitted.found_of(self.row)

    @property
    def rule(self) -> Rule:
        """The rule that asks for it."""
        return RULES[self.row.rule]

    @property
    def is_open(self) -> bool:
        """Whether nobody found it not needed."""
        return self.dismissal is None


def unsaid_of(draft: Draft) -> list[Unsaid]:
    """What the words that stand do not tell, critical things first, in two queries."""
    rows = list(Omission.objects.filter(draft=draft, told=False))
    if not rows:
        return []
    last: dict[object, Decision] = {}
    verbs = (Decision.Verb.DISMISS, Decision.Verb.LIST_AGAIN)
    for decision in Decision.objects.filter(draft=draft, verb__in=verbs):
        last[decision.omission_id] = decision
    every = [Unsaid(row, _in_force(last.get(row.pk))) for row in rows if row.rule in RULES]
    return sorted(every, key=lambda each: not each.row.critical)


def critical(draft: Draft) -> list[Unsaid]:
    """What signing asks about: critical, missing, and not said to be unneeded."""
    return [each for each in unsaid_of(draft) if each.row.critical and each.is_open]


def fingerprint(every: Sequence[Unsaid]) -> str:
    """What a page for signing shows as missing: 64 hex digits, or empty for nothing."""
    return sha256("\n".join(sorted(str(each.row.pk) for each in every))) if every else ""


def _in_force(decision: Decision | None) -> Decision | None:
    dismissed = decision is not None and decision.verb == Decision.Verb.DISMISS
    return decision if dismissed else None


def look_again(act: Act, decision: Decision) -> None:
    """Look for what is missing by the words that stand after ``decision``; tell if it differs.

    A chart that the rules cannot take costs the clinician nothing: the rows stay as they were.
    """
    draft = act.opened
    chart = own_words.chart_of(draft) if draft.looked_for_omissions else None
    if chart is None:
        return
    known = list(Omission.objects.filter(draft=draft))
    change = _change(draft, chart, known)
    if not (change.new or change.moved):
        return
    Omission.objects.bulk_create(change.new)
    for row in change.moved:
        row.save(update_fields=["told"])
    listed = [row for row in (*known, *change.new) if not row.told]
    record(omitted.found_event(draft, listed, decision_id=str(decision.pk)))


def _change(draft: Draft, chart: Chart, known: Sequence[Omission]) -> omitted.Change:
    kept = [s for s in standings(draft) if s.stand is not Stand.LEFT_OUT]
    told = [said for s in kept if not s.own_words and (said := omitted.tells(s.statement))]
    own = [s.text for s in kept if s.own_words]
    try:
        return omitted.look_again(draft, chart, told, own=own, known=known)
    except Exception as error:  # its message may quote the chart, so only its kind is logged
        logger.error("omissions_not_looked_for", extra={"error": type(error).__name__})  # noqa: TRY400
        return omitted.Change()
