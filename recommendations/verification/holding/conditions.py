"""Problems and diagnoses: name, status, certainty, onset, side."""

from recommendations.clinical.facts import ConditionFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import ConditionClaim
from recommendations.verification.dates import agrees, shown
from recommendations.verification.naming import named_differently
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import differs, finding, unstated
from recommendations.verification.statuses import same_status


def condition(claim: ConditionClaim, fact: ConditionFact, chart: Chart) -> list[Finding]:
    """A condition as claimed."""
    return [
        *named_differently(claim.name, fact),
        *_status(claim.status, fact),
        *_verification(claim.verification, fact),
        *_onset(claim.onset, fact),
        *_side(claim.laterality, fact),
    ]


def _status(said: str, fact: ConditionFact) -> list[Finding]:
    if not said or same_status(said, fact.status):
        return []
    if not fact.status:
        return [unstated("status_differs", said, fact.handle, "status")]
    return [differs("status_differs", said, fact.status, fact.handle)]


def _verification(said: str, fact: ConditionFact) -> list[Finding]:
    recorded = fact.verification
    if said:
        if same_status(said, recorded):
            return []
        if not recorded:
            return [unstated("verification_differs", said, fact.handle, "certainty")]
        return [differs("verification_differs", said, recorded, fact.handle)]
    if recorded == "refuted":
        words = f"The chart says that \u201c{fact.name}\u201d was refuted."
        ref, chart = fact.handle, "refuted"
        return [finding("verification_differs", words, ref=ref, chart=chart, against=True)]
    return []


def _onset(said: str, fact: ConditionFact) -> list[Finding]:
    if not said or agrees(said[:10], fact.onset):
        return []
    if fact.onset is None:
        return [unstated("date_differs", shown(said), fact.handle, "onset")]
    return [differs("date_differs", shown(said), shown(fact.onset), fact.handle)]


def _side(said: str, fact: ConditionFact) -> list[Finding]:
    if not said or said == fact.laterality:
        return []
    if not fact.laterality:
        return [unstated("laterality_differs", said, fact.handle, "side")]
    return [differs("laterality_differs", said, fact.laterality, fact.handle)]
