"""A source, opened in place: what it is, what it says, how it moved, what code compared."""

import re
from dataclasses import dataclass

from recommendations.clinical.facts import Fact, NoteFact, ObservationFact
from recommendations.clinical.observations import versus_range
from recommendations.clinical.results import ReadingSnapshot
from recommendations.models import Statement
from recommendations.verification.outcomes import Outcome, Verdict
from recommendations.views import fact_rows, facts
from recommendations.views.plots import Plot, plot_of

_AROUND = 280  # characters of a note shown on each side of what is quoted
_ALONE = 900  # of a note of which nothing is quoted
_COMPARED = {
    "name": "name", "value": "value", "value_text": "value", "unit": "unit", "when": "date",
    "role": "place in the series", "versus_range": "range", "systolic": "value",
    "diastolic": "value", "direction": "direction", "number": "count", "dose": "dose",
    "route": "route", "frequency": "frequency", "as_needed": "as needed", "status": "status",
    "ordered": "date", "verification": "certainty", "onset": "since", "laterality": "side",
    "substance": "substance", "reaction": "reaction", "criticality": "criticality",
    "relationship": "relative", "condition": "condition", "age": "age", "sex": "sex",
    "quote": "word for word", "text": "word for word", "coded": "coding",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a note, with what the statement quotes of it."""

    before: str
    quoted: str
    after: str
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """One opened source."""

    handle: str
    icon: str
    title: str
    value: str
    value_words: str  # unit and range
    flag: str  # "High", "Low", as the range tells
    plot: Plot | None
    passage: Passage | None
    compared: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    source: str
    source_id: str
    source_version: str


def evidence_of(statement: Statement, handle: str, snapshot: ReadingSnapshot) -> Evidence | None:
    """The source that ``statement`` cites by ``handle``; nothing where it does not cite it."""
    if handle not in cited_by(statement):
        return None
    quotes = (c.get("quote") for c in statement.claims if c.get("ref") == handle)
    quote = next(filter(None, quotes), "")
    compared = _compared(statement, handle)
    return evidence_of_fact(handle, snapshot, quote=quote, compared=compared)


def evidence_of_fact(
    handle: str, snapshot: ReadingSnapshot, *, quote: str = "", compared: tuple[str, ...] = ()
) -> Evidence | None:
    """What the chart has under a handle, with ``quote`` marked in a note."""
    fact = next((f for f in snapshot.facts if f.handle == handle), None)
    if fact is None:
        return None
    result = fact if isinstance(fact, ObservationFact) else None
    known = [f for f in snapshot.facts if isinstance(f, ObservationFact)]
    return Evidence(
        handle=handle,
        icon=facts.icon(fact),
        title=fact.name,
        value=facts.value_of(result, unit=False) if result else "",
        value_words=_value_words(result) if result else "",
        flag=_flag(result) if result else "",
        plot=plot_of(result, known) if result else None,
        passage=_passage(fact, quote) if isinstance(fact, NoteFact) else None,
        compared=compared,
        rows=tuple(fact_rows.rows(fact)),
        warnings=fact.warnings,
        source=fact.source.resource_type,
        source_id=fact.source.resource_id,
        source_version=_version(fact),
    )


def cited_by(statement: Statement) -> set[str]:
    """The handles a statement shows, those that contradict it included."""
    verdict = Verdict.model_validate(statement.verdict)
    return {*verdict.refs, *(f.ref for f in verdict.findings if f.ref)}


def _value_words(fact: ObservationFact) -> str:
    unit = (
        fact.value.unit if fact.value else fact.components[0].value.unit if fact.components else ""
    )
    words = facts.range_of(fact.reference_range)
    return ", ".join(part for part in (unit, f"reference {words}" if words else "") if part)


def _flag(fact: ObservationFact) -> str:
    by_range = {"above": "High", "below": "Low", "within": "In range", "": ""}[versus_range(fact)]
    by_lab = {
        "H": "High",
        "HH": "Critically high",
        "L": "Low",
        "LL": "Critically low",
        "A": "Abnormal",
    }
    return by_lab.get(fact.interpretation, by_range)


def _version(fact: Fact) -> str:
    """Which version was read; some EHRs number none, and then the trail has a hash of it."""
    version = fact.source.version
    hashed = not version or version.startswith("sha256:")
    return "as it stood when it was read" if hashed else f"version {version}"


def _compared(statement: Statement, handle: str) -> tuple[str, ...]:
    """The fields that a checked statement's claims hold against this source."""
    if statement.outcome != Outcome.CHECKED:
        return ()
    found = [
        _COMPARED[field]
        for claim in statement.claims
        if handle in (claim.get("ref"), claim.get("from_ref"), claim.get("to_ref"))
        for field, value in claim.items()
        if field in _COMPARED and value not in ("", None)
    ]
    return tuple(dict.fromkeys(found))


def _passage(fact: NoteFact, quote: str) -> Passage | None:
    if not fact.text:
        return None
    # A note breaks its lines where a quotation does not.
    wanted = r"\s+".join(map(re.escape, quote.split()))
    if wanted and (found := re.search(wanted, fact.text, re.IGNORECASE)) is not None:
        return around(fact.text, *found.span())
    long = len(fact.text) > _ALONE
    return Passage("", "", fact.text[:_ALONE], cut_before=False, cut_after=long)


def around(text: str, start: int, end: int) -> Passage:
    """``text[start:end]`` with what stands about it."""
    first, last = max(start - _AROUND, 0), min(end + _AROUND, len(text))
    return Passage(
        text[first:start],
        text[start:end],
        text[end:last],
        cut_before=first > 0,
        cut_after=last < len(text),
    )
