"""What the chart has that may have brought the patient, for a clinician to choose from.

A visit of today that is under way, an appointment of today, messages of the patient that nobody
has answered, referrals that are open: as many as a clinician takes in at a glance, newest first.
Each is what somebody wrote. That it is chosen makes no fact of it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from recommendations.clinical.complaint import LONGEST
from recommendations.clinical.facts import (
    AppointmentFact,
    EncounterFact,
    NoteFact,
    PartialDate,
    ReferralFact,
    Source,
)
from recommendations.clinical.given import Brought
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import Gap, ToolName
from recommendations.clinical.untrusted import LIMITS, SHORT, is_cut
from recommendations.models import Triage
from recommendations.workflows.documents import Document

_UNDER_WAY = {"in-progress", "arrived", "triaged", "onleave", "planned"}
_DUE = {"booked", "pending", "arrived", "checked-in", "fulfilled"}
_OPEN = {"active", "draft", "on-hold"}
# The project's own limits: older ones are in the EHR, for whoever looks for them.
MESSAGE_DAYS = 90
_REFERRAL_DAYS = 365
_MOST = 3  # of a kind


@dataclass(frozen=True, slots=True)
class CameFor:
    """One of them. PHI. ``whom``: who is asked, where it is a referral.

    ``orders``: it holds text that is addressed to software. ``whole``: all of it stands here, each
    reason and each comment.
    """

    origin: Triage.Origin
    text: str
    brought: Brought
    whom: str = ""
    orders: bool = False
    whole: bool = True

    @property
    def source(self) -> Source:
        """The resource that has it, in the version that was read."""
        return self.brought.source

    @property
    def reference(self) -> str:
        """``Type/id``: how a page names what was chosen."""
        return f"{self.source.resource_type}/{self.source.resource_id}"

    @property
    def fingerprint(self) -> str:
        """Of its version and its words: a page sends back that of what it has shown."""
        shown = [self.source.named, self.origin, self.text, self.whom, self.brought.name]
        return sha256(json.dumps(shown).encode()).hexdigest()

    def words(self, document: Document) -> dict[str, str]:
        """What a document is given of it, by the keys of what it asks for."""
        known = {"text": self.text, "whom": self.whom}
        return {each.key: known[each.of_chart] for each in document.asks if each.of_chart}

    def refused(self, document: Document) -> str:
        """Why it cannot be taken as it is for this document; empty where it can."""
        if self.orders and any(each.whose == "clinician" for each in document.asks):
            return "has_orders"  # it would stand in the signed text as the clinician's own words
        given = self.words(document)
        long = any(len(given[each.key]) > each.most for each in document.asks if each.of_chart)
        # What is cut off, or not here, might be what matters most.
        if long or (document.asks_why and len(self.text) > LONGEST):
            return "too_long"
        return "" if self.whole else "not_whole"


@dataclass(frozen=True, slots=True)
class Offered:
    """What was found, and what could not be read of where it may stand."""

    found: tuple[CameFor, ...] = ()
    gaps: tuple[Gap, ...] = ()


def came_for(reading: Reading, tools: Iterable[ToolName]) -> Offered:
    """What the chart has of it, as far as ``tools`` tell; in their order."""
    asked = tuple(tools)
    reading.prefetch((ToolName.DEMOGRAPHICS, *asked))
    if not reading.call(ToolName.DEMOGRAPHICS).facts:
        # Without the patient's own record their name and numbers cannot be taken out.
        return Offered(gaps=reading.call(ToolName.DEMOGRAPHICS).gaps)
    found = [each for tool in asked for each in _FOUND[tool](reading)]
    gaps = [gap for tool in asked for gap in reading.call(tool).gaps]
    return Offered(tuple(found), tuple(dict.fromkeys(gaps)))


def _visits(reading: Reading) -> Iterator[CameFor]:
    facts = reading.call(ToolName.ENCOUNTERS).facts
    found = [f for f in facts if isinstance(f, EncounterFact) and f.status in _UNDER_WAY]
    yield from _of_today(reading, found, Triage.Origin.VISIT)


def _appointments(reading: Reading) -> Iterator[CameFor]:
    facts = reading.call(ToolName.APPOINTMENTS).facts
    found = [f for f in facts if isinstance(f, AppointmentFact) and f.status in _DUE]
    yield from _of_today(reading, found, Triage.Origin.APPOINTMENT)


def _of_today(
    reading: Reading, facts: Iterable[EncounterFact | AppointmentFact], origin: Triage.Origin
) -> Iterator[CameFor]:
    """The first of today that says why."""
    for fact in facts:
        if fact.reason and _ago(reading, fact.start) == 0:
            whole = _is_whole(fact)
            yield _of(reading, fact, origin, fact.reason, fact.start, whole=whole)
            return


def _messages(reading: Reading) -> Iterator[CameFor]:
    """The patient's own that nobody has answered; a message that answers one names it."""
    result = reading.call(ToolName.MESSAGES, {"limit": 50})
    every = [fact for fact in result.facts if isinstance(fact, NoteFact)]
    answered = {fact.replies_to for fact in every if fact.written_by == "clinic"}
    left = _MOST
    for fact in every:
        theirs = fact.written_by == "patient" and fact.source.resource_id not in answered
        if left and theirs and fact.text and _within(reading, fact.authored, MESSAGE_DAYS):
            left -= 1
            whole = not fact.truncated
            yield _of(
                reading, fact, Triage.Origin.MESSAGE, fact.text, fact.authored, whole=whole,
                author=fact.author,
            )  # fmt: skip


def _referrals(reading: Reading) -> Iterator[CameFor]:
    """Open ones that say why."""
    left = _MOST
    for fact in reading.call(ToolName.REFERRALS, {"limit": 50}).facts:
        if not isinstance(fact, ReferralFact) or not fact.is_referral:
            continue
        # A reason is often the first line of the comment, too.
        parts = [part for part in (fact.reason, fact.text) if part]
        text = fact.text if fact.reason and fact.reason in fact.text else "\n".join(parts)
        is_open = fact.status in _OPEN and _within(reading, fact.authored, _REFERRAL_DAYS)
        if left and text and is_open:
            left -= 1
            yield _of(
                reading, fact, Triage.Origin.REQUEST, text, fact.authored,
                author=fact.requester, whom=fact.performer or fact.name, whole=_is_whole(fact),
            )  # fmt: skip


def _is_whole(fact: EncounterFact | AppointmentFact | ReferralFact) -> bool:
    """Whether no reason or comment was left out, nor cut on its way here."""
    text = fact.text if isinstance(fact, ReferralFact) else ""
    return not (fact.truncated or is_cut(fact.reason, SHORT) or is_cut(text, LIMITS["text"]))


_FOUND: dict[ToolName, Callable[[Reading], Iterator[CameFor]]] = {
    ToolName.ENCOUNTERS: _visits,
    ToolName.APPOINTMENTS: _appointments,
    ToolName.MESSAGES: _messages,
    ToolName.REFERRALS: _referrals,
}


def _of(
    reading: Reading,
    fact: EncounterFact | AppointmentFact | NoteFact | ReferralFact,
    origin: Triage.Origin,
    text: str,
    when: PartialDate | None,
    *,
    author: str = "",
    whom: str = "",
    whole: bool = True,
) -> CameFor:
    brought = Brought(source=fact.source, name=fact.name, author=author, authored=when)
    orders = any(each.handle == fact.handle for each in reading.addressed())
    return CameFor(origin, text, brought, whom=whom, orders=orders, whole=whole)


def _within(reading: Reading, when: PartialDate | None, days: int) -> bool:
    """Whether it is of the last ``days`` days; of one without a day that is not known."""
    ago = _ago(reading, when)
    return ago is None or ago <= days


def _ago(reading: Reading, when: PartialDate | None) -> int | None:
    try:
        return (reading.as_of.date() - date.fromisoformat(when.day)).days if when else None
    except ValueError:
        return None
