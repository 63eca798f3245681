"""The patient's age and sex; relatives and what they have."""

from recommendations.clinical.facts import DemographicsFact, FamilyHistoryFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DemographicsClaim, FamilyHistoryClaim
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bag, words
from recommendations.verification.rules import differs, unstated

_SEXES = {
    "woman": "female", "f": "female", "man": "male", "m": "male", "girl": "female", "boy": "male",
}  # fmt: skip


def patient(claim: DemographicsClaim, fact: DemographicsFact, chart: Chart) -> list[Finding]:
    """Age, sex and death as claimed."""
    found: list[Finding] = []
    if claim.age is not None and claim.age != fact.age:
        found.append(differs("age_differs", str(claim.age), fact.age_text, fact.handle))
    said = _SEXES.get(claim.sex.lower(), claim.sex.lower())
    if said and said != fact.sex:
        rule, chart_says = "sex_differs", fact.sex or "nothing"
        found.append(
            differs(rule, said, chart_says, fact.handle)
            if fact.sex
            else unstated(rule, said, fact.handle, "sex")
        )
    if claim.deceased and not fact.deceased:
        found.append(unstated("status_differs", "deceased", fact.handle, "death"))
    if claim.deceased is False and fact.deceased:
        found.append(differs("status_differs", "living", "deceased", fact.handle))
    return found


def relative(claim: FamilyHistoryClaim, fact: FamilyHistoryFact, chart: Chart) -> list[Finding]:
    """A relative's condition as claimed."""
    found: list[Finding] = []
    if words(claim.relationship) != words(fact.relationship):
        found.append(
            differs("relation_differs", claim.relationship, fact.relationship, fact.handle)
        )
    if bag(claim.condition) not in {n for c in fact.conditions for n in condition_names(c)}:
        recorded = ", ".join(fact.conditions) or "nothing"
        found.append(differs("name_differs", claim.condition, recorded, fact.handle))
    return found
