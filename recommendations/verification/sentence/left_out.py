"""What a sentence may not leave out: that it is over, in doubt, as needed, old, an allergy."""

from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    MedicationFact,
    ObservationFact,
)
from recommendations.verification.amounts import amounts_in, same_amount
from recommendations.verification.chart import Chart
from recommendations.verification.dates import shown
from recommendations.verification.holding.observations import amount, overtaken, pair
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import listed
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item, Subject
from recommendations.verification.sentence.scanning import Scan

_OVER = frozenset((
    "resolved", "inactive", "remission", "stopped", "completed", "cancelled", "on-hold", "draft",
    "noshow", "not-done", "preliminary", "unknown", "registered", "proposed", "pending", "waitlist",
    "partial",
))  # fmt: skip


_EVER_SAID = listed(
    "condition medication observation appointment immunization procedure allergy administration "
    "report"
)


_DOUBTED = frozenset(("unconfirmed", "provisional", "differential", "refuted"))


# A completed procedure or vaccine is what a bare mention says.
_PLAIN = {key: {"completed"} for key in ("procedure", "immunization", "administration")}


def left_out(subject: Subject, scan: Scan, binding: Binding) -> list[Finding]:
    fact = subject.fact
    own = [
        i
        for i in scan.items
        if i.kind in {"cue", "as_needed"} and subject.index in binding.owners(i)
    ]
    families = {item.family for item in own}
    found: list[Finding] = []
    over = fact.status in _OVER and fact.status not in _PLAIN.get(fact.kind, set())
    if (
        over
        and fact.kind in _EVER_SAID
        and not _entries_counted(scan)
        and not _told(own, scan, draft=fact.status == "draft")
    ):
        found.append(unsaid(subject, fact.status.replace("-", " ")))
    doubted = isinstance(fact, ConditionFact) and fact.verification in _DOUBTED
    if doubted and "verification" not in families:
        found.append(unsaid(subject, getattr(fact, "verification", "")))
    return [*found, *_as_needed(subject, scan, binding), *_allergy_unsaid(subject, scan)]


def _entries_counted(scan: Scan) -> bool:
    """ "Recorded three times": how often something stands there, and not that it is so now."""
    return bool(scan.cast.counts) and bool(_ENTRIES & set(scan.said))


_ENTRIES = listed("times twice thrice entries episodes orders records")


def stale(subject: Subject, scan: Scan, binding: Binding, chart: Chart) -> list[Finding]:
    """An old value told without a date reads as today's."""
    fact = subject.fact
    if not isinstance(fact, ObservationFact):
        return []
    if any(i.kind in {"date", "ago"} or i.family == "role" for i in scan.items):
        return []
    mine = {i.kind for i in scan.items if subject.index in binding.owners(i)}
    alike = [s for s in scan.cast.subjects if s.fact in chart.series(fact)]
    later = overtaken("last", fact, chart)
    if len(alike) > 1 or not mine & {"number", "pair", "value_text"}:
        return []
    if later is None:
        return _of_now(fact, mine, scan, chart)
    value = amount(later.value) if later.value else pair(later) or later.value_text
    told = f"{value} on {shown(later.effective)}"
    words = f"Tells {fact.name} without its date; the latest is {told}."
    return [finding("stale_value", words, ref=later.handle, chart=told, against=True)]


def _of_now(fact: ObservationFact, kinds: set[str], scan: Scan, chart: Chart) -> list[Finding]:
    """The latest value, told in the present tense without its day, when it is an old one.

    What is told in words alone ("blood group A") may well last; a number is of its day.
    """
    days = chart.days_since(fact.effective)
    if days is None or days <= PRESENT or not kinds & {"number", "pair"}:
        return []
    if not _PRESENT_TENSE & set(scan.said):
        return []
    told = shown(fact.effective)
    words = f"Tells {fact.name} as of now; its value is of {told}."
    return [finding("stale_value", words, ref=fact.handle, chart=told, against=True)]


PRESENT = 2  # days that a result may be old and still be told as of now
_PRESENT_TENSE = listed("is are has have remains remain stays runs sits stands shows")


def unsaid(subject: Subject, status: str) -> Finding:
    words = f"{subject.fact.name} is {status} in the chart, and the sentence does not say so."
    return finding("status_left_out", words, ref=subject.handle, chart=status, against=True)


def _told(own: list[Item], scan: Scan, *, draft: bool) -> bool:
    """Whether the sentence says that it is over, or tells of the day it was ordered.

    A ``draft`` was not ordered on any day.
    """
    families = {(item.family, item.value) for item in own}
    if {("verification", "refuted"), ("told", "not-taken")} & families or any(
        family == "status" and value not in {"active", "resulted"} for family, value in families
    ):
        return True
    ordered = not draft and any(item.family == "order" for item in own)
    past = bool({"was", "were", "had"} & set(scan.said))
    return ordered and past and any(item.kind in {"date", "ago"} for item in scan.items)


def strength_alone(subject: Subject, scan: Scan, binding: Binding) -> list[Finding]:
    """A strength told with a frequency reads as the dose: where the dose is another, it is said."""
    fact = subject.fact
    if not isinstance(fact, MedicationFact) or fact.dose is None or fact.differing:
        return []
    dose = (f"{fact.dose.value:f}", fact.dose.unit)
    strengths = amounts_in(fact.strength)
    said = amounts_in(scan.text)
    own = [i for i in scan.items if subject.index in binding.owners(i)]
    named = any(same_amount(a, b) for a in said for b in strengths)
    if not named or not any(i.kind == "frequency" for i in own):
        return []
    if any(i.kind == "number" and i.family != "strength" for i in own):
        return []  # the dose is told, and held against the order elsewhere
    if any(same_amount(dose, each) for each in strengths) or fact.dose.value == 1:
        return []
    shown_dose = " ".join(dose)
    words_ = (
        f"Tells the strength of {fact.name} and when it is due, but not its dose, {shown_dose}."
    )
    return [finding("dose_differs", words_, ref=fact.handle, chart=shown_dose)]


# Said of one order by itself these read as of one to be taken every day; a list of names does not.
_STANDING = frozenset((("status", "active"), ("told", "taken"), ("intake", "taken")))


def _as_needed(subject: Subject, scan: Scan, binding: Binding) -> list[Finding]:
    fact = subject.fact
    if not isinstance(fact, MedicationFact) or not fact.as_needed:
        return []
    mine = [i for i in scan.items if subject.index in binding.owners(i)]
    own = {i.kind for i in mine}
    alone = sum(s.fact.kind == "medication" for s in scan.cast.subjects) == 1
    standing = alone and any((i.family, i.value) in _STANDING for i in mine)
    if "as_needed" in own or not (own & {"frequency", "number"} or standing):
        return []
    words = f"{fact.name} is to be taken as needed, and the sentence does not say so."
    return [
        finding("as_needed_left_out", words, ref=subject.handle, chart="as needed", against=True)
    ]


def _allergy_unsaid(subject: Subject, scan: Scan) -> list[Finding]:
    """A substance named alone reads as a drug that is taken."""
    if not isinstance(subject.fact, AllergyFact) or subject.fact.none_known:
        return []
    said = {item.family or item.kind for item in scan.items}
    if said & {"allergy", "reaction", "criticality", "causes"} or _names_allergy(subject):
        return []
    words = f"{subject.fact.name} is an allergy in the chart, and the sentence does not say so."
    return [finding("kind_differs", words, ref=subject.handle, chart="allergy", against=True)]


def _names_allergy(subject: Subject) -> bool:
    low = subject.fact.name.lower()
    return any(word in low for word in ("allergy", "allergic", "intolerance"))
