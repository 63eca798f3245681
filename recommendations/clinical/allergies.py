"""Allergies and intolerances, and what is not one."""

from collections.abc import Iterator, Sequence

from pydantic import Field

from recommendations.clinical import fhir_json, observations
from recommendations.clinical.facts import AllergyFact, Coding, Reaction
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Arguments,
    Choice,
    Limit,
    NotAFact,
    Resource,
    Term,
    Tool,
    Unusable,
    first,
    matches,
    standing,
)
from smartapp.fhir.results import Concept

# SNOMED CT "no known …" situations: somebody asked, and the answer was no.
_NONE_KNOWN = {"716186003", "409137002", "428607008", "429625007", "716184000", "716185004"}
_NOT_ASKED = {"1631000175102"}  # Epic's "Not on File": nobody asked
_CAP = 50
_REACTIONS = 20


class AllergyArguments(Arguments):
    """Which allergies."""

    names: list[Term] | None = Field(None, max_length=10, description="Substances to look for.")
    limit: Limit | None = Field(None, description="At most this many.")


def build(resource: Resource) -> AllergyFact:
    """An AllergyIntolerance."""
    raw = resource.raw
    name, codes = _substance(raw)
    known_codes = {c.code for c in codes}
    comment, more_comments = observations.comments(raw)
    reactions, more_reactions = fhir_json.some(list(_reactions(raw)), _REACTIONS, "reactions")
    if known_codes & _NOT_ASKED:
        raise NotAFact("The chart does not say whether the patient was asked about allergies.")
    return AllergyFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=fhir_json.code(fhir_json.item(raw, "clinicalStatus")),
        none_known=bool(known_codes & _NONE_KNOWN) or name.lower().startswith("no known "),
        verification=fhir_json.code(fhir_json.item(raw, "verificationStatus")),
        category=_category(raw),
        criticality=fhir_json.string(raw, "criticality"),
        reactions=tuple(reactions),
        onset=fhir_json.date(raw, "onsetDateTime", "onsetPeriod"),
        recorded=fhir_json.date(raw, "recordedDate"),
        comment=resource.masked(comment),
        warnings=(*more_reactions, *more_comments),
    )


def _substance(raw: dict[str, object]) -> tuple[str, tuple[Coding, ...]]:
    concept = fhir_json.item(raw, "code")
    if name := fhir_json.words(concept):
        return name, fhir_json.codings(concept)
    for reaction in fhir_json.items(raw, "reaction"):
        concept = fhir_json.item(reaction, "substance")
        if name := fhir_json.words(concept):
            return name, fhir_json.codings(concept)
    raise Unusable("no substance")


def _category(raw: dict[str, object]) -> str:
    found = raw.get("category")
    listed = found if isinstance(found, list) else [found]
    return ", ".join(str(c) for c in listed if isinstance(c, str))


def _reactions(raw: dict[str, object]) -> Iterator[Reaction]:
    for reaction in fhir_json.items(raw, "reaction"):
        for manifestation in fhir_json.items(reaction, "manifestation"):
            if said := fhir_json.words(manifestation):
                yield Reaction(manifestation=said, severity=fhir_json.string(reaction, "severity"))


def choose(facts: Sequence[AllergyFact], given: AllergyArguments) -> Choice:
    """Those still active first, the most critical among them first; refuted ones are left out."""
    found = [f for f in standing(facts) if f.verification != "refuted"]
    if given.names:
        found = [f for f in found if matches(f, given.names)]
    found.sort(key=lambda f: (f.status in {"inactive", "resolved"}, f.criticality != "high"))
    return first(found, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.ALLERGIES,
    description=(
        "Allergies and intolerances with reactions and criticality. A row with none_known says "
        "that somebody asked; no rows at all says nothing."
    ),
    arguments=AllergyArguments,
    concepts=(Concept.ALLERGIES,),
    prefix="alg",
    build=build,
    choose=choose,
)
