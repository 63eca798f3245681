"""The door's records: EHRs, signing keys, launches, tokens, staff."""

from smartapp.models.bulk import BulkExport, BulkFile
from smartapp.models.changes import ChangeBookmark
from smartapp.models.destinations import Destination
from smartapp.models.ehrs import BackendClient, Ehr, SecretAge, SigningKey
from smartapp.models.events import (
    EventLane,
    EventProgress,
    EventSubscription,
    InboundEvent,
    PatientChange,
)
from smartapp.models.identities import PatientIdentity
from smartapp.models.launches import Clinician, Launch, PendingLaunch
from smartapp.models.nights import Night, NightPart, NightPatient
from smartapp.models.schedules import Schedule
from smartapp.models.scopes import EhrReport, ScopeJustification, ScopeUse, ScopeUseMark
from smartapp.models.staff import StaffUser
from smartapp.models.tokens import BackendToken, TokenSet

__all__ = [
    "BackendClient",
    "BackendToken",
    "BulkExport",
    "BulkFile",
    "ChangeBookmark",
    "Clinician",
    "Destination",
    "Ehr",
    "EhrReport",
    "EventLane",
    "EventProgress",
    "EventSubscription",
    "InboundEvent",
    "Launch",
    "Night",
    "NightPart",
    "NightPatient",
    "PatientChange",
    "PatientIdentity",
    "PendingLaunch",
    "Schedule",
    "ScopeJustification",
    "ScopeUse",
    "ScopeUseMark",
    "SecretAge",
    "SigningKey",
    "StaffUser",
    "TokenSet",
]
