"""What each vendor asks and allows, type by type: parameters, pages, required sets, writes."""

from dataclasses import replace
from typing import Any

from sandbox.fhir.rules import DateRule, TypeRules
from sandbox.fhir.search.params import PARAMS, names

_BINARY = TypeRules(reads=("read",))
_NO_VERSIONS = ("read", "search-type")
_ACTIVE_TEAMS: dict[str, Any] = {"shows": {"status": frozenset({"active"})}}
_PEOPLE = ("identifier", "name", "family", "given", "birthdate", "phone", "email")

Rules = dict[str, TypeRules]


def _with(rules: Rules, changes: dict[str, dict[str, Any]]) -> Rules:
    return rules | {kind: replace(rules[kind], **change) for kind, change in changes.items()}


def _patient_group(listed: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    group = tuple(name for name in ("patient", "subject", "beneficiary") if name in listed)
    return (group,) if group else ()


def _generic() -> Rules:
    rules = {kind: TypeRules(params=names(kind), page=50) for kind in PARAMS}
    both = {"writes": ("create", "update")}
    written = (
        "DocumentReference", "Observation", "Communication", "MedicationRequest", "Condition",
        "Appointment",
    )  # fmt: skip
    # Made as it is asked for, so it has no older version.
    lists = {"List": {"required": (("patient", "subject"),), "reads": _NO_VERSIONS}}
    return _with(rules, dict.fromkeys(written, both) | lists) | {"Binary": _BINARY}


def _epic() -> Rules:
    rules: Rules = {}
    for kind in PARAMS:
        # Only documents can be asked for by change; everything else needs its own dates.
        listed = names(kind, () if kind == "DocumentReference" else ("_lastUpdated",))
        rules[kind] = TypeRules(
            params=listed, required=_patient_group(listed), page=1000, page_max=999
        )
    changes: dict[str, dict[str, Any]] = {
        "Patient": {
            "required": (("_id", *_PEOPLE),),
            "useless_alone": frozenset({"birthdate"}),
            "most": 100,
            "most_refused": (400, "4127"),
        },
        "CareTeam": _ACTIVE_TEAMS,
        "AllergyIntolerance": {"bare_status": 403},
        "Observation": {
            "required": (("patient", "subject"), ("code", "category")),
            "refused": {"category": frozenset({"procedure", "therapy", "activity"})},
            "writes": ("create",),
        },
        "CarePlan": {"required": (("patient", "subject"), ("category",))},
        "List": {"required": (("patient", "subject"), ("code",)), "reads": _NO_VERSIONS},
        "DocumentReference": {"writes": ("create",)},
        "Condition": {"writes": ("create",)},
        "Provenance": {"required": (("patient", "target"),)},
        # Of community resources alone: what patients write in the portal is not found.
        "Communication": {"shows": {"category": frozenset({"community-resource"})}},
    }
    return _with(rules, changes) | {"Binary": _BINARY}


# Oracle lists few parameters for each type, and refuses the rest.
_ORACLE_PARAMS: dict[str, str] = {
    "Patient": "_id identifier name family given birthdate gender phone email address-postalcode",
    "Practitioner": "_id identifier name family given active",
    "PractitionerRole": "_id practitioner location",
    "Person": "_id identifier",
    "RelatedPerson": "_id patient identifier",
    "Organization": "_id identifier name type",
    "Location": "_id identifier name",
    "Encounter": "_id patient subject status date identifier _lastUpdated",
    "Condition": "_id patient subject category clinical-status encounter _lastUpdated",
    "AllergyIntolerance": "_id patient clinical-status _lastUpdated",
    "MedicationRequest": "_id patient status intent _lastUpdated -timing-boundsPeriod",
    "Medication": "_id",
    "MedicationAdministration": "_id patient effective-time",
    "Observation": "_id patient subject category code date _lastUpdated",
    "DocumentReference": "_id patient type category encounter date period _lastUpdated",
    "DiagnosticReport": "_id patient category code date encounter _lastUpdated",
    "Appointment": "_id patient practitioner location date -date-or-req-period status",
    "Immunization": "_id patient date status _lastUpdated",
    "CarePlan": "_id patient subject category date",
    "CareTeam": "_id patient subject status category",
    "Procedure": "_id patient subject date _lastUpdated",
    "ServiceRequest": "_id patient subject code _lastUpdated",
    "FamilyMemberHistory": "_id patient status",
    "Communication": "_id category recipient received -email-status",
    "Provenance": "_id target",
    "Goal": "_id patient lifecycle-status",
    "Group": "_id identifier name",
    "Coverage": "_id patient beneficiary -encounter status",
}
_TIMED = DateRule(prefixes=("ge", "gt", "le", "lt"), time=True)
_SINCE = DateRule(prefixes=("ge", "le"), time=True)


_ORACLE_CHANGES: dict[str, dict[str, Any]] = {
    "Patient": {
        "required": (("_id", *_PEOPLE, "address-postalcode"),),
        "page": 20,
        "most": 1000,
    },
    "Observation": {
        "page": 50,
        "page_max": 200,
        "early": frozenset({"social-history"}),
        "exclusive": (("date", "_lastUpdated"),),
        "writes": ("create", "update"),
    },
    "DocumentReference": {
        "page": 10,
        "page_max": 100,
        "exclusive": (("date", "period", "_lastUpdated"),),
        "dates": {"period": DateRule(prefixes=("ge", "lt"), pair=True)},
        "writes": ("create", "update"),
    },
    "DiagnosticReport": {"page": 10, "page_max": 100},
    "MedicationRequest": {
        "page": 25,
        "page_max": 100,
        "dates": {
            "_lastUpdated": _SINCE,
            "-timing-boundsPeriod": DateRule(prefixes=("ge",)),
        },
        "writes": ("create",),
    },
    "Encounter": {
        "page": 10,
        "page_max": 100,
        "dates": {"date": _TIMED},
        "only": {"status": frozenset({"planned", "in-progress", "finished", "cancelled"})},
    },
    "CareTeam": _ACTIVE_TEAMS,
    "MedicationAdministration": {"dates": {"effective-time": _TIMED}},
    "Appointment": {
        "required": (
            ("patient", "practitioner", "location"),
            ("date", "-date-or-req-period"),
        ),
        "exclusive": (("patient", "practitioner", "location"), ("date", "-date-or-req-period")),
        "writes": ("create", "patch"),
        "dates": dict.fromkeys(
            ("date", "-date-or-req-period"), replace(_TIMED, prefixes=("ge", "lt"), pair=True)
        ),
    },
    "CarePlan": {
        "required": (("patient", "subject"), ("category",)),
        "only": {"category": frozenset({"assess-plan"})},
        "dates": {"date": DateRule(prefixes=("ge", "le"), pair=True)},
    },
    "Immunization": {
        "dates": {
            "date": DateRule(prefixes=("ge", "le")),
            "_lastUpdated": DateRule(prefixes=("gt", "ge"), time=True),
        }
    },
    "ServiceRequest": {"page": 50, "page_max": 200, "dates": {"_lastUpdated": _SINCE}},
    "Communication": {
        "required": (("category",), ("recipient",), ("received",), ("-email-status",)),
        "dates": {"received": _SINCE},
        "writes": ("create",),
    },
    "Condition": {"writes": ("create", "update")},
    "Coverage": {"required": (("patient", "beneficiary", "-encounter"),)},
    "Provenance": {"required": (("target",),)},
}


def _oracle() -> Rules:
    rules: Rules = {}
    for kind, listed in _ORACLE_PARAMS.items():
        params = tuple(listed.split())
        rules[kind] = TypeRules(params=params, required=_patient_group(params))
    return _with(rules, _ORACLE_CHANGES) | {"Binary": _BINARY}


GENERIC_TYPES = _generic()
EPIC_TYPES = _epic()
ORACLE_TYPES = _oracle()
