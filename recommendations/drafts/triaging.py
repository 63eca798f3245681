"""What a triage draft has beside its statements: the complaint before, the suggestion after."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.events.triage import TriageSuggested
from recommendations.clinical import complaint
from recommendations.clinical.facts import Source
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolName
from recommendations.drafts.given_words import brought_of
from recommendations.drafts.scribe import Scribe
from recommendations.models import Draft
from recommendations.verification.outcomes import Outcome, Verdict
from recommendations.verification.showable import masked
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from recommendations.workflows.triage import news2, rules, scale, triage
from recommendations.workflows.triage.destinations import Routing, routed
from recommendations.workflows.triage.destinations import sentence as destination_sentence
from recommendations.workflows.triage.flags import Flag
from recommendations.workflows.triage.offered import offered
from recommendations.workflows.triage.presented import Presented, presented
from recommendations.workflows.triage.raising import Urgency, decided

_MOST_REFS = 8


def document_of(draft: Draft) -> Document:
    """The document of a draft; a triage's with the destinations of its hospital."""
    if draft.document != triage.KEY:
        return DOCUMENTS[draft.document]
    return triage.with_destinations(offered(draft.launch.ehr))


def bring(draft: Draft, reading: Reading) -> None:
    """Have the complaint told by its tool, where the draft is a triage."""
    if draft.document != triage.KEY:
        return
    given = draft.triage
    source = given.source or {
        "resource_type": "Complaint", "resource_id": str(given.pk), "version": "1",
    }  # fmt: skip
    day = reading.as_of.date().isoformat()
    known = Source.model_validate(source)
    fact = complaint.told(given.complaint, known, day=day, brought=brought_of(draft))
    reading.bring(ToolName.COMPLAINT, fact)


@dataclass(frozen=True, slots=True)
class Suggested:
    """What one triage comes to: what rules saw and found, and what is suggested."""

    seen: Presented
    flags: list[Flag]
    urgency: Urgency
    routing: Routing
    chosen: dict[str, str]  # by a model


def conclude(draft: Draft, reading: Reading, scribe: Scribe, *, by_model: bool) -> dict[str, str]:
    """Suggest urgency and destination, and say what rules found; return the versions of both."""
    if draft.document != triage.KEY:
        return {}
    snapshot = scribe.keep_reading()
    chosen = scribe.chosen if by_model else {}
    seen = presented(snapshot.facts, reading.as_of)
    found = _suggested(seen, chosen, draft, tampered=bool(snapshot.addressed))
    for section, text, verdict in _statements(found):
        # The hospital's own words for a destination stay as its list has them.
        plain = text if section == triage.DESTINATION else masked(text)
        scribe.word(section, plain, verdict)
    versions = {"triage_rules": rules.VERSION, "triage_scale": scale.VERSION}
    scribe.note(_event(draft, found, versions))
    row = draft.triage
    row.found = {
        "urgency": found.urgency.suggested.value,
        "drafted": _number(found.urgency.drafted),
        "forced": _number(found.urgency.forced),
        "raised": found.urgency.words,
        "destination": found.routing.to.key if found.routing.to else "",
        "routing": found.routing.words,
    }
    scribe.keep(row)
    return versions


def _suggested(
    seen: Presented, chosen: dict[str, str], draft: Draft, *, tampered: bool
) -> Suggested:
    flags = rules.red_flags(seen)
    drafted = scale.category(chosen.get(triage.URGENCY, ""))
    urgency = decided(drafted, flags, tampered=tampered)
    wanted = chosen.get(triage.DESTINATION, "")
    routing = routed(wanted, urgency.suggested, offered(draft.launch.ehr))
    return Suggested(seen, flags, urgency, routing, chosen)


def _statements(found: Suggested) -> Iterator[tuple[str, str, Verdict]]:
    urgency, routing = found.urgency, found.routing
    forcing = tuple(dict.fromkeys(ref for flag in urgency.by for ref in flag.hit.refs))
    refs = forcing or tuple(filter(None, (found.seen.complaint_ref,)))
    yield triage.URGENCY, scale.sentence(urgency.suggested), _inferred(refs)
    if routing.to is not None:
        yield triage.DESTINATION, destination_sentence(routing.to), _inferred(refs)
    for words in filter(None, (urgency.words, routing.words)):
        yield triage.RED_FLAGS, words, _checked(refs)
    for flag in found.flags:
        yield triage.RED_FLAGS, flag.sentence, _checked(flag.hit.refs)
    if not found.flags:
        yield triage.RED_FLAGS, _no_flag(urgency), _checked(refs)
    for words in _would_change(found.seen):
        yield triage.WOULD_CHANGE, words, _checked(())
    asks = dict.fromkeys(question for flag in found.flags for question in flag.rule.asks)
    for question in list(asks)[: triage.TRIAGE.section(triage.TO_ASK).most]:
        yield triage.TO_ASK, question, _checked(())


def _no_flag(urgency: Urgency) -> str:
    found = f"None of {len(rules.RULES)} rules found a red flag in what was told and measured"
    if urgency.default:
        return f"{found}; the category is the default for that, and no judgement."
    return f"{found}; that is no proof that there is none."


def _would_change(seen: Presented) -> Iterator[str]:
    """What is not known now, and could only make it more urgent."""
    missing = [sign.value for sign, missed in seen.missed.items() if not missed.stale]
    if missing:
        named = ", ".join(missing)
        yield f"Not recorded, and not taken as normal: {named}. Measured, they may raise this."
    for missed in seen.missed.values():
        if missed.stale:
            yield f"{missed.words}, so that it is not taken as the patient's now."
    if news2.score(seen) is None:
        yield _no_score(seen)


def _no_score(seen: Presented) -> str:
    if seen.age is None:
        return "NEWS2 was not reckoned: the patient's age is not known."
    if not seen.adult:
        return "NEWS2 was not reckoned: it is for patients of sixteen and older."
    if seen.has("pregnan"):
        return "NEWS2 was not reckoned: it is not for pregnancy."
    return "NEWS2 was not reckoned: no vital sign of the last four hours is in the chart."


def _inferred(refs: tuple[str, ...]) -> Verdict:
    return Verdict(outcome=Outcome.INFERRED, refs=refs[:_MOST_REFS])


def _checked(refs: tuple[str, ...]) -> Verdict:
    return Verdict(outcome=Outcome.CHECKED, refs=refs[:_MOST_REFS])


def _event(draft: Draft, found: Suggested, versions: dict[str, str]) -> TriageSuggested:
    urgency, routing, missed = found.urgency, found.routing, found.seen.missed.items()
    return TriageSuggested(
        draft_id=str(draft.pk),
        document=draft.document,
        raised=urgency.raised,
        flags_found=len(found.flags),
        missing=tuple(sign.value for sign, each in missed if not each.stale),
        stale=tuple(sign.value for sign, each in missed if each.stale),
        routing=routing.code,
        versions=versions,
        urgency=urgency.suggested.value,
        drafted=_number(urgency.drafted),
        forced=_number(urgency.forced),
        by=tuple(flag.rule.id for flag in urgency.by),
        flags=tuple(f"{flag.rule.id}: {flag.hit.words}" for flag in found.flags),
        destination=routing.to.key if routing.to else "",
        drafted_destination=found.chosen.get(triage.DESTINATION, ""),
        said=urgency.words,
    )


def _number(level: scale.Category | None) -> int:
    return level.value if level is not None else 0
