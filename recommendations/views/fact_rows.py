"""What the chart says of a fact beyond its name, label by label: the rows of its drawer."""

from functools import singledispatch

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    FamilyHistoryFact,
    ImmunizationFact,
    MedicationFact,
    MessageFact,
    NoteFact,
    ObservationFact,
    ProcedureFact,
    ReferralFact,
    ReportFact,
)
from recommendations.clinical.given import TYPED
from recommendations.views import when
from recommendations.views.facts import dated, quantity


def rows(fact: Fact) -> list[tuple[str, str]]:
    """What the chart says of a fact beyond its name, label by label; empty ones left out."""
    found = [*_rows(fact), ("Status", fact.status.replace("-", " "))]
    if fact.recorded is not None and fact.recorded != dated(fact):
        found.append(("Recorded", when.full(fact.recorded)))
    return [(label, value) for label, value in found if value]


@singledispatch
def _rows(fact: object) -> list[tuple[str, str]]:
    raise TypeError(type(fact).__name__)


@_rows.register
def _(fact: ObservationFact) -> list[tuple[str, str]]:
    parts = [(part.name, quantity(part.value)) for part in fact.components]
    return [("Taken", when.full(fact.effective)), *parts, ("Comment", fact.comment)]


@_rows.register
def _(fact: MedicationFact) -> list[tuple[str, str]]:
    as_needed = {True: "as needed", False: "", None: ""}[fact.as_needed]
    return [
        ("Dose", quantity(fact.dose) if fact.dose else ""),
        ("Strength", "" if fact.dose else fact.strength),
        ("How", " ".join(p for p in (fact.route, fact.frequency, as_needed) if p)),
        ("As written", fact.dosage_text),
        ("As coded", fact.coded),
        ("Reported" if fact.reported else "Ordered", when.full(fact.authored)),
        ("For", fact.reason),
    ]


@_rows.register
def _(fact: ConditionFact) -> list[tuple[str, str]]:
    return [
        ("Certainty", fact.verification),
        ("Since", when.full(fact.onset)),
        ("Until", when.full(fact.abatement)),
        ("Severity", fact.severity),
        ("Site", " ".join(p for p in (fact.laterality, fact.body_site) if p)),
    ]


@_rows.register
def _(fact: AllergyFact) -> list[tuple[str, str]]:
    reactions = "; ".join(
        f"{r.manifestation} ({r.severity})" if r.severity else r.manifestation
        for r in fact.reactions
    )
    return [
        ("Reaction", reactions),
        ("Criticality", fact.criticality.replace("unable-to-assess", "not assessed")),
        ("Certainty", fact.verification),
        ("Since", when.full(fact.onset)),
        ("Comment", fact.comment),
    ]


@_rows.register
def _(fact: NoteFact) -> list[tuple[str, str]]:
    cut = "Only its beginning was read" if fact.truncated else ""
    replaced = "Replaced by a later version" if fact.superseded else ""
    return [
        ("Written", when.full(fact.authored)),
        ("By", fact.author),
        ("Mind", "; ".join(p for p in (cut, replaced) if p)),
    ]


@_rows.register
def _(fact: MessageFact) -> list[tuple[str, str]]:
    by = "Whoever asked for the draft" if fact.source.resource_type == TYPED else "The patient"
    return [("Written", when.full(fact.authored)), ("By", by)]


@_rows.register
def _(fact: EncounterFact) -> list[tuple[str, str]]:
    return [
        ("Begun", when.full(fact.start)),
        ("Ended", when.full(fact.end)),
        ("Kind", fact.encounter_class),
        ("For", fact.reason),
        ("Service", fact.service),
    ]


@_rows.register
def _(fact: AppointmentFact) -> list[tuple[str, str]]:
    return [("At", when.full(fact.start)), ("For", fact.reason), ("Service", fact.service)]


@_rows.register
def _(fact: ImmunizationFact) -> list[tuple[str, str]]:
    return [("Given", when.full(fact.occurred)), ("Dose", fact.dose_number)]


@_rows.register
def _(fact: AdministrationFact) -> list[tuple[str, str]]:
    begun = "Due" if fact.status == "not-done" else "Given"
    return [
        ("Dose", quantity(fact.dose) if fact.dose else ""),
        ("How", fact.route),
        ("As written", fact.dosage_text),
        (begun, when.full(fact.start)),
        ("Ended", when.full(fact.end)),
        ("Why", fact.reason),
    ]


@_rows.register
def _(fact: CarePlanFact) -> list[tuple[str, str]]:
    return [
        ("From", when.full(fact.start)),
        ("Until", when.full(fact.end)),
        ("Holds", "; ".join(fact.activities) or fact.text),
    ]


@_rows.register
def _(fact: ProcedureFact) -> list[tuple[str, str]]:
    site = " ".join(p for p in (fact.laterality, fact.body_site) if p)
    return [("Done", when.full(fact.performed)), ("Site", site)]


@_rows.register
def _(fact: ReportFact) -> list[tuple[str, str]]:
    return [("Of", when.full(fact.effective)), ("Issued", when.full(fact.recorded))]


@_rows.register
def _(fact: ReferralFact) -> list[tuple[str, str]]:
    return [
        ("Asked for", when.full(fact.authored)),
        ("By", fact.requester),
        ("Of", fact.performer),
        ("For", fact.reason),
        ("Priority", fact.priority),
        ("Says", fact.text),
    ]


@_rows.register
def _(fact: FamilyHistoryFact) -> list[tuple[str, str]]:
    return [("Relative", fact.relationship), ("Has", "; ".join(fact.conditions))]


@_rows.register
def _(fact: DemographicsFact) -> list[tuple[str, str]]:
    return [
        ("Age", fact.age_text),
        ("Sex", fact.sex),
        ("Deceased", "yes" if fact.deceased else ""),
    ]
