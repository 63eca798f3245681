"""The door's records: EHRs, signing keys, launches, tokens, staff."""

from smartapp.models.ehrs import Ehr, SigningKey
from smartapp.models.launches import Clinician, Launch, PendingLaunch
from smartapp.models.staff import StaffUser
from smartapp.models.tokens import TokenSet

__all__ = [
    "Clinician",
    "Ehr",
    "Launch",
    "PendingLaunch",
    "SigningKey",
    "StaffUser",
    "TokenSet",
]
