"""Doses given and not given: drug, dose, route, time, status, why; and the sentence of one."""

from recommendations.clinical.facts import AdministrationFact, PartialDate
from recommendations.verification.amounts import Amount, amounts_in, same_amount
from recommendations.verification.chart import Chart
from recommendations.verification.claims import AdministrationClaim
from recommendations.verification.dates import agrees, shown
from recommendations.verification.holding.medications import come_to
from recommendations.verification.naming import drug_named_differently
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bag
from recommendations.verification.routes import route_of
from recommendations.verification.rules import differs, unstated
from recommendations.verification.statuses import same_status

GIVEN = "completed"
# How a dose of each status is told; of what is none of these, that its status is not known.
_TOLD = {
    GIVEN: "given", "not-done": "not given", "in-progress": "dose in progress",
    "on-hold": "dose on hold, begun", "stopped": "dose stopped, begun",
}  # fmt: skip


def administration(
    claim: AdministrationClaim, fact: AdministrationFact, chart: Chart
) -> list[Finding]:
    """A dose as claimed."""
    return [
        *drug_named_differently(claim.name, fact),
        *_dose(claim.dose, fact),
        *_route(claim.route, fact),
        *_when(claim.when, fact),
        *_status(claim.status, fact),
        *_reason(claim.reason, fact),
    ]


def doses(fact: AdministrationFact) -> list[Amount]:
    """Every amount that may stand as this dose: as coded, or as its text says.

    None where both say otherwise; and never the strength in the drug's name, which tells of the
    tablet or vial and not of what was given out of it.
    """
    if "dose" in fact.differing:
        return []
    if fact.dose is None:
        return amounts_in(fact.dosage_text)
    return [(f"{fact.dose.value:f}", fact.dose.unit), *come_to(fact.strength, fact.dose)]


def route(fact: AdministrationFact) -> str:
    """The one route by which it was given; empty where none is told, or text and coding differ."""
    if "route" in fact.differing:
        return ""
    return route_of(fact.route) or route_of(fact.dosage_text)


def clock(when: PartialDate | None) -> str:
    """``08:00`` where the chart has it in the hospital's own time.

    Empty for a time in UTC: told as it stands, it would be read as hours earlier or later.
    """
    if when is None or "T" not in when.text or when.text.endswith(("Z", "+00:00")):
        return ""
    return when.text.split("T")[1][:5]


def sentence(claim: AdministrationClaim, fact: AdministrationFact) -> str:
    """``Furosemide, 40 mg intravenous, given on 14 Nov 2026 at 08:00``, as code words it."""
    how = " ".join(part for part in (claim.dose, claim.route) if part)
    told = _TOLD.get(fact.status, "dose of unknown status")
    parts = [claim.name, how, f"{told}{_at(fact.start)}"]
    why = f": {fact.reason}" if claim.reason and fact.reason else ""
    return f"{', '.join(part for part in parts if part)}{why}"


def _at(when: PartialDate | None) -> str:
    if when is None:
        return ""
    time = f" at {clock(when)}" if clock(when) else ""
    return f" {'on' if len(when.day) == 10 else 'in'} {shown(when)}{time}"


def _dose(said: str, fact: AdministrationFact) -> list[Finding]:
    if not said:
        return []
    amounts, known = amounts_in(said), doses(fact)
    if amounts and all(any(same_amount(a, b) for b in known) for a in amounts):
        return []
    if not known:
        return [unstated("dose_differs", said, fact.handle, "dose")]
    return [differs("dose_differs", said, " ".join(known[0]), fact.handle)]


def _route(said: str, fact: AdministrationFact) -> list[Finding]:
    recorded = route(fact)
    if not said or (recorded and route_of(said) == recorded):
        return []
    if not recorded:
        return [unstated("route_differs", said, fact.handle, "route")]
    return [differs("route_differs", said, fact.route or recorded, fact.handle)]


def _when(said: str, fact: AdministrationFact) -> list[Finding]:
    if not said:
        return []
    if fact.start is None:
        return [unstated("date_differs", shown(said[:10]), fact.handle, "date")]
    time = said[11:16]
    if agrees(said[:10], fact.start) and (not time or time == fact.start.text[11:16]):
        return []
    ours = f"{shown(said[:10])} {time}".strip()
    return [differs("date_differs", ours, _at(fact.start).removeprefix(" on "), fact.handle)]


def _status(said: str, fact: AdministrationFact) -> list[Finding]:
    if not said or same_status(said, fact.status):
        return []
    if not fact.status:
        return [unstated("status_differs", said, fact.handle, "status")]
    return [differs("status_differs", said, _TOLD.get(fact.status, fact.status), fact.handle)]


def _reason(said: str, fact: AdministrationFact) -> list[Finding]:
    if not said or bag(said) == bag(fact.reason):
        return []
    if not fact.reason:
        return [unstated("reason_differs", said, fact.handle, "reason")]
    return [differs("reason_differs", said, fact.reason, fact.handle)]
