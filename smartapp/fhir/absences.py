"""Why something is missing: errors and issues turned into reasons a clinician can be told."""

from smartapp.fhir.errors import (
    AccessDenied,
    BackendRefused,
    DailyLimit,
    EhrThrottled,
    EhrUnavailable,
    FhirError,
    ForeignAddress,
    MoreExists,
    NotFound,
    OtherPatientSent,
    RecordMerged,
    RequestRefused,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.outcomes import BY_CODE, NOTHING_FOUND, WITHHELD, Issue
from smartapp.fhir.results import Concept, Missing, Reason

REASONS: dict[type[FhirError], Reason] = {
    EhrUnavailable: Reason.TIMED_OUT,
    EhrThrottled: Reason.THROTTLED,
    SessionLost: Reason.FAILED,  # normally raised, not told as missing
    AccessDenied: Reason.FORBIDDEN,
    NotFound: Reason.UNSUPPORTED,  # of a search: the EHR does not know the type
    RequestRefused: Reason.FAILED,
    UnreadableResponse: Reason.UNREADABLE,
    OtherPatientSent: Reason.OTHER_PATIENT,
    ForeignAddress: Reason.FAILED,
    BackendRefused: Reason.FAILED,
    RecordMerged: Reason.MERGED,
    MoreExists: Reason.CUT_OFF,
    DailyLimit: Reason.LIMIT_REACHED,
}
# Warnings inside an otherwise good answer that say part of it is not there.
_INCOMPLETE = {"incomplete", "too-costly", "timeout", "throttled", "transient", "lock-error"}
_CODES_WITHHELD = {"suppressed", "forbidden", "security"}


def missing_for(concept: Concept, error: FhirError, *, of_search: bool = True) -> Missing:
    """Say that ``error`` kept something from being read."""
    reason = next(REASONS[kind] for kind in type(error).__mro__ if kind in REASONS)
    if isinstance(error, NotFound) and not of_search:
        reason = Reason.FAILED
    return Missing(concept, reason, error.code)


def missing_for_issue(concept: Concept, issue: Issue) -> Missing | None:
    """Say what an issue inside a searchset means for its completeness; ``None``: nothing.

    Epic puts 59204 (part withheld) in nearly every bundle and answers an empty, complete search
    with 4101. A warning that a parameter was not understood leaves more than was asked, not less.
    """
    if NOTHING_FOUND in issue.numbers:
        return None
    if issue.numbers & WITHHELD or issue.code in _CODES_WITHHELD:
        return Missing(concept, Reason.SUPPRESSED, "withheld")
    if issue.fatal:
        return missing_for(concept, (issue.numbered or BY_CODE.get(issue.code, RequestRefused))())
    if issue.severity == "warning" and issue.code in _INCOMPLETE:
        return missing_for(concept, BY_CODE.get(issue.code, EhrUnavailable)())
    return None
