"""A ready draft that leaves things out: an allergy, a critical result, a pending one, advice."""

from decimal import Decimal

from recommendations import omitted
from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    NoteFact,
    ObservationFact,
    PartialDate,
    Quantity,
    Reaction,
    Source,
)
from recommendations.clinical.results import ReadingSnapshot
from recommendations.models import Draft, Omission
from smartapp.models import Launch
from tests.recommendations import cast


def _source(kind: str, number: str) -> Source:
    return Source(resource_type=kind, resource_id=number, version="1")


FACTS = (
    *cast.FACTS,
    ObservationFact(
        handle="lab9",
        source=_source("Observation", "na"),
        name="Sodium",
        status="final",
        category="laboratory",
        value=Quantity(value=Decimal(118), unit="mmol/L"),
        interpretation="LL",
        effective=PartialDate(text="2026-11-16"),
    ),
    ObservationFact(
        handle="lab10",
        source=_source("Observation", "cx"),
        name="Blood culture",
        status="preliminary",
        category="laboratory",
        value_text="No growth so far",
        effective=PartialDate(text="2026-11-16"),
    ),
    AllergyFact(
        handle="alg1",
        source=_source("AllergyIntolerance", "a1"),
        name="Penicillin",
        status="active",
        criticality="high",
        reactions=(Reaction(manifestation="Anaphylaxis"),),
    ),
    ConditionFact(
        handle="cond1",
        source=_source("Condition", "c1"),
        name="Heart failure",
        status="active",
        verification="confirmed",
        category="problem-list-item",
    ),
    NoteFact(
        handle="note2",
        source=_source("DocumentReference", "n2"),
        name="Clinic note",
        authored=PartialDate(text="2026-11-17"),
        author="A. Okafor, MD",
        text="Seen today.\nPlan: Repeat potassium in three days.",
    ),
)


def leaving_out(of: Launch) -> Draft:
    """The cast's draft over a chart with more in it, looked through for what is missing."""
    draft = cast.ready_draft(of)
    facts = tuple(
        f.model_copy(update={"reason": "Heart failure"}) if f.handle == "med1" else f for f in FACTS
    )
    draft.reading = ReadingSnapshot(
        as_of=cast.AS_OF, facts=facts, searched={"allergies": True, "medications": True}
    ).model_dump(mode="json")
    looked = omitted.look(draft, ReadingSnapshot.model_validate(draft.reading))
    assert looked.done
    Omission.objects.bulk_create(looked.found)
    draft.looked_for_omissions = True
    draft.save()
    return draft


def row(draft: Draft, rule: str) -> Omission:
    """What is missing by a rule."""
    return Omission.objects.get(draft=draft, rule=rule)
