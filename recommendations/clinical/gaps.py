"""What is missing, in a plain sentence for a clinician (and the same for the model)."""

from recommendations.clinical.results import Gap
from smartapp.fhir.results import Concept, Missing, Reason

LABELS: dict[Concept, str] = {
    Concept.PATIENT: "the patient's details",
    Concept.PROBLEMS: "entries of the problem list",
    Concept.ENCOUNTER_DIAGNOSES: "visit diagnoses",
    Concept.MEDICATIONS: "medications",
    Concept.ALLERGIES: "allergies",
    Concept.LABS: "laboratory results",
    Concept.VITALS: "vital signs",
    Concept.NOTES: "notes",
    Concept.ENCOUNTERS: "visits",
    Concept.APPOINTMENTS: "appointments",
    Concept.IMMUNIZATIONS: "immunizations",
    Concept.CARE_PLANS: "care plans",
    Concept.PROCEDURES: "procedures",
    Concept.REPORTS: "reports",
    Concept.FAMILY_HISTORY: "family history entries",
    Concept.ADMINISTRATIONS: "doses given",
    Concept.MESSAGES: "patient messages",
    Concept.REFERRALS: "referrals and orders",
}

NOT_GIVEN = "not_given"  # read, and the drafter had no room for it
NOT_RECORDED = "not_recorded"  # read, and the chart itself leaves it open

_SENTENCES: dict[Reason, str] = {
    Reason.SUPPRESSED: "Some {label} were withheld by the EHR.",
    Reason.FORBIDDEN: "The EHR does not allow {label} to be read.",
    Reason.SCOPE_NOT_GRANTED: "This app was not given access to {label}.",
    Reason.TIMED_OUT: "Not all {label} could be read: the EHR did not answer in time.",
    Reason.THROTTLED: "Not all {label} could be read: the EHR asked us to wait.",
    Reason.CUT_OFF: "Not all {label} were read: there are more in the chart.",
    Reason.UNSUPPORTED: "This EHR does not offer {label} to apps.",
    Reason.UNREADABLE: "Some {label} could not be understood.",
    Reason.FAILED: "Not all {label} could be read: the EHR reported a fault.",
    Reason.OTHER_PATIENT: "The EHR sent {label} of another patient; they were left out.",
    Reason.MERGED: (
        "The EHR has merged this patient's record into another one. "
        "Close the app and open it again from the chart."
    ),
    Reason.LIMIT_REACHED: "Not all {label} could be read: the EHR gives no more of them today.",
}


def gap_of(missing: Missing) -> Gap:
    """The gap that a :class:`Missing` stands for."""
    return gap(missing.concept, missing.reason, outside="outside" in missing.detail.lower())


def gap(concept: Concept, reason: Reason, *, outside: bool = False) -> Gap:
    """A gap in house words. ``outside``: the EHR said that records from elsewhere are withheld."""
    sentence = _SENTENCES[reason].format(label=LABELS[concept])
    if outside and reason is Reason.SUPPRESSED:
        # Epic 59204: "Client not authorized for MedicationRequest - Outside Record".
        sentence = f"Outside {LABELS[concept]} were withheld by the EHR."
    return Gap(concept=concept.value, reason=reason.value, words=sentence)


def worded(concept: Concept, words: str, reason: str = Reason.UNREADABLE.value) -> Gap:
    """A gap that a tool words itself."""
    return Gap(concept=concept.value, reason=reason, words=words)
