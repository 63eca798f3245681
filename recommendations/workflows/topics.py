"""What a section may tell, by name; the offline drafter has a writer for each."""

from enum import StrEnum


class Topic(StrEnum):
    """A kind of thing that a chart holds, as a section of a document asks for it.

    Those that begin with ``your`` are worded to the patient.
    """

    WHO = "who"
    TODAY = "today"
    OPEN_REFERRALS = "open_referrals"
    PRESENTING = "presenting"
    STAY = "stay"
    PROBLEMS = "problems"
    MEDICATIONS = "medications"
    ORDERED_MEDICATIONS = "ordered_medications"
    DOSES_OF_STAY = "doses_of_stay"
    HOME_MEDICATIONS = "home_medications"
    ENDED_MEDICATIONS = "ended_medications"
    ALLERGIES = "allergies"
    ABNORMAL_RESULTS = "abnormal_results"
    MOVED_RESULTS = "moved_results"
    FEW_VITAL_SIGNS = "few_vital_signs"
    OTHER_RESULTS = "other_results"
    VITAL_SIGNS = "vital_signs"
    PENDING_RESULTS = "pending_results"
    RECENT_VISITS = "recent_visits"
    RECENT_PROCEDURES = "recent_procedures"
    PROCEDURES_OF_STAY = "procedures_of_stay"
    RECENT_NOTES = "recent_notes"
    NOTES_OF_VISIT = "notes_of_visit"
    NOTES_OF_STAY = "notes_of_stay"
    FAMILY_HISTORY = "family_history"
    APPOINTMENTS = "appointments"
    CARE_PLANS = "care_plans"
    YOUR_VISIT = "your_visit"
    YOUR_MEDICINES = "your_medicines"
    YOUR_STOPPED_MEDICINES = "your_stopped_medicines"
    YOUR_ALLERGIES = "your_allergies"
    YOUR_RESULTS = "your_results"
    YOUR_APPOINTMENTS = "your_appointments"
    ASKED_MEDICINES = "asked_medicines"
    ASKED_RESULTS = "asked_results"
    ASKED_APPOINTMENTS = "asked_appointments"
