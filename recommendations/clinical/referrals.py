"""Referrals, and what other services were asked for. That something is asked for is not that it
was done, nor that it is so: a reason given here is somebody's, as a note's words are."""

from collections.abc import Iterator, Sequence
from typing import Any

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import ReferralFact
from recommendations.clinical.reasons import reasons
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Choice,
    Filter,
    Resource,
    Tool,
    first,
    name_and_codings,
    since,
    standing,
)
from recommendations.clinical.untrusted import is_cut
from smartapp.fhir.results import Concept

_CAP = 15
_MOST_NOTES = 5
_LONGEST = 4_000  # characters of one comment
# R4 has no category that every referral bears: SNOMED's "Patient referral" and "Consultation" are
# what IGs use, and the words are what is left where a site codes otherwise.
_CODES = frozenset(("3457005", "11429006"))
_WORDS = ("referral", "refer to", "consult")
FORBIDDEN = "not to be done"  # doNotPerform turns all that it says


def build(resource: Resource) -> ReferralFact:
    """A ServiceRequest."""
    raw = resource.raw
    name, codes = name_and_codings(fhir_json.item(raw, "code"), missing="no name")
    forbidden = fhir_json.boolean(raw, "doNotPerform") is True
    status = fhir_json.string(raw, "status")
    notes, more = fhir_json.some(fhir_json.items(raw, "note"), _MOST_NOTES, "of its comments")
    texts = [fhir_json.string(each, "text", limit=_LONGEST) for each in notes]
    reason, truncated = reasons(resource)
    return ReferralFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=FORBIDDEN if forbidden and status != "entered-in-error" else status,
        intent=fhir_json.string(raw, "intent"),
        priority=fhir_json.string(raw, "priority"),
        is_referral=_is_referral(raw, name),
        authored=fhir_json.date(raw, "authoredOn"),
        requester=resource.free_text(fhir_json.item(raw, "requester"), "display"),
        performer=_performer(resource),
        reason=reason,
        text=resource.masked("\n".join(filter(None, texts))),
        truncated=truncated or bool(more) or any(is_cut(each, _LONGEST) for each in texts),
        warnings=more,
    )


def _is_referral(raw: dict[str, Any], name: str) -> bool:
    categories = fhir_json.items(raw, "category")
    codes = {c.code for each in (*categories, raw.get("code")) for c in fhir_json.codings(each)}
    words = " ".join((name, *map(fhir_json.words, categories))).lower()
    return bool(codes & _CODES) or any(each in words for each in _WORDS)


def _performer(resource: Resource) -> str:
    """Who is asked, else which sort of service."""
    asked = (resource.free_text(each, "display") for each in _performers(resource.raw))
    return next(filter(None, asked), "") or fhir_json.first_words(resource.raw, "performerType")


def _performers(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from fhir_json.items(raw, "performer")
    yield from fhir_json.items(raw, "locationReference")


def choose(facts: Sequence[ReferralFact], given: Filter) -> Choice:
    """Newest first, referrals before what else was asked for."""
    dated = since(standing(facts), given.since, lambda fact: fact.authored)
    dated.sort(key=lambda fact: not fact.is_referral)
    return first(dated, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.REFERRALS,
    description=(
        "Referrals, then other services asked for, newest first: what, status, date, by whom, of "
        "whom, reason, comment. Asked for is not done; reason and comment are somebody's words."
    ),
    arguments=Filter,
    concepts=(Concept.REFERRALS,),
    prefix="req",
    build=build,
    choose=choose,
    when=lambda fact: fact.authored,
)
