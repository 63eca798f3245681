"""The verdict on one concept, from the profile, the EHR's statement and a live answer."""

from collections.abc import Iterator

from audit.events.base import Outcome
from audit.fallbacks import fallbacks_taken
from smartapp.checking.capability import Capability, TypeSays
from smartapp.checking.public import Answer
from smartapp.checking.report import Note, Verdict
from smartapp.fhir.results import ReadResult, Reason
from smartapp.fhir.vendors import Profile
from smartapp.fhir.vendors.concepts import ConceptQuery
from smartapp.models import Ehr

_BREAKS = frozenset(
    {
        "not_offered",
        "type_not_listed",
        "interaction_not_listed",
        "patient_not_listed",
        "answered_not_found",
        "answered_server_fault",
        "answered_unreadable",
        "answered_refused",
        "scope_not_granted",
        "read_failed",
    }
)
# Said, and no quirk of the EHR's.
_ONLY_SAID = frozenset({"not_probed", "needs_patient"})
_OTHER_WAYS = frozenset({"one_by_one", "fallback_taken", "fallback_counted"})
DAYS = 30  # of the trail, that fallbacks are counted over
_WAYS = {
    "search": "another search",
    "reader": "a reader of the EHR's own services",
    "narrative": "the records' own text",
}
_CAUSES = {
    "refused": "the EHR refused the usual one",
    "empty": "the usual search found nothing",
    "absent": "an element is not filled in",
}
_NAMES_OF_PATIENT = frozenset({"patient", "subject"})


def verdict_of(notes: tuple[Note, ...]) -> Verdict:
    """Return what the notes on a concept come to."""
    codes = {note.code for note in notes} - _ONLY_SAID
    if codes & _BREAKS:
        return Verdict.MISSING
    if codes & _OTHER_WAYS:
        return Verdict.FALLBACK
    return Verdict.QUIRK if codes else Verdict.SUPPORTED


def by_statement(profile: Profile, asks: ConceptQuery, capability: Capability) -> Iterator[Note]:
    """Hold the profile's way of asking against the EHR's own statement."""
    says = capability.types.get(asks.type)
    if says is None:
        yield Note("type_not_listed", asks.type)
        return
    wanted = "read" if asks.interaction == "read" else "search-type"
    if wanted not in says.interactions:
        yield Note("interaction_not_listed", f"{wanted} of {asks.type}")
    if asks.interaction == "search":
        yield from _by_params(asks, says)
        yield from _by_includes(asks, says, capability)
        yield from _by_profile(profile, asks)


def _by_params(asks: ConceptQuery, says: TypeSays) -> Iterator[Note]:
    if says.params is None:
        yield Note("parameters_unlisted", ", ".join(asks.params))
        return
    names = {name for name in asks.params if not name.startswith("_")}
    if asks.fan_out is not None:
        names.add(asks.fan_out.param)
    if asks.date is not None:
        names.add(asks.date.param)
    unlisted = names - says.params
    if unlisted & _NAMES_OF_PATIENT:
        yield Note("patient_not_listed")
    if others := unlisted - _NAMES_OF_PATIENT:
        yield Note("parameters_unlisted", ", ".join(sorted(others)))


def _by_includes(asks: ConceptQuery, says: TypeSays, capability: Capability) -> Iterator[Note]:
    if not asks.resolve:
        return
    # Epic lists "*": whatever there is to include.
    if asks.include and {*asks.include, "*", f"{asks.type}:*"} & says.includes:
        return
    if "Medication" not in capability.types:
        # Named inside each order, as Oracle does.
        return
    yield Note("one_by_one", "Medication")


def _by_profile(profile: Profile, asks: ConceptQuery) -> Iterator[Note]:
    if asks.fan_out is not None:
        yield Note("asked_one_by_one", asks.fan_out.param)
    if asks.date is not None and asks.date.time:
        yield Note("times_needed")
    if profile.total != "all":
        yield Note("no_total" if profile.total == "absent" else "page_total")


def by_count(ehr: Ehr) -> dict[str, list[Note]]:
    """Return, by concept, how often another way had to be taken lately."""
    found: dict[str, list[Note]] = {}
    if ehr._state.adding:  # noqa: SLF001 - nobody has read from it yet
        return found
    for (concept, kind, outcome), number in sorted(fallbacks_taken(ehr.slug, days=DAYS).items()):
        failed = ", and was refused there, too" if outcome == Outcome.FAILED.value else ""
        often = "once" if number == 1 else f"{number} times"
        note = Note("fallback_counted", f"{_WAYS[kind]} {often}{failed}")
        found.setdefault(concept, []).append(note)
    return found


def by_public_answer(answer: Answer) -> Iterator[Note]:
    """Read what an EHR answers to somebody without a token: it should ask for one, and no more."""
    match answer.status:
        case 401 | 403:
            return
        case 0 | 408 | 429:
            yield Note("not_probed")
        case 200 if isinstance(answer.body, dict):
            yield Note("open_without_token")
        case 200:
            yield Note("answered_unreadable")
        case 404 | 410:
            yield Note("answered_not_found")
        case status if status >= 500:
            yield Note("answered_server_fault")
        case status:
            yield Note("answered_refused", str(status))


def by_reading(result: ReadResult, *, real_patient: bool) -> Iterator[Note]:
    """Read what came of a live reading; of a patient who does not exist only success says much."""
    for taken in result.fallbacks:
        if taken.answered and (taken.count or taken.because == "refused"):
            yield Note("fallback_taken", f"{_WAYS[taken.kind]} ({_CAUSES[taken.because]})")
    if result.warnings:
        yield Note("sends_unasked")
    for missing in result.missing:
        match missing.reason:
            case Reason.CUT_OFF:
                continue
            case Reason.SUPPRESSED:
                yield Note("withholds_part")
            case Reason.TIMED_OUT | Reason.THROTTLED:
                yield Note("not_probed")
            case Reason.SCOPE_NOT_GRANTED | Reason.FORBIDDEN:
                yield Note("scope_not_granted", missing.detail)
            case _ if not real_patient:
                yield Note("needs_patient")
            case _:
                yield Note("read_failed", f"{missing.reason.value} ({missing.detail})")
