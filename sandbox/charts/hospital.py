"""Northfield General: its buildings and its people. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.charts.chart import Resource, concept
from sandbox.charts.clock import instant

ORGANIZATION_ID = "eNG-0001"
STAFF_SYSTEM = "https://northfield-general.example/fhir/staff-number"
MRN_SYSTEM = "https://northfield-general.example/fhir/mrn"
TAXONOMY = "http://nucc.org/provider-taxonomy"


@dataclass(frozen=True)
class Staff:
    """A practitioner: `degree` follows the name; taxonomy is the NUCC specialty code."""

    id: str
    given: str
    family: str
    degree: str
    taxonomy: str
    specialty: str
    unit: Place

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}, {self.degree}"

    @property
    def ref(self) -> Resource:
        return {"reference": f"Practitioner/{self.id}", "display": self.name}


@dataclass(frozen=True)
class Place:
    """A unit where patients are seen."""

    id: str
    name: str

    @property
    def ref(self) -> Resource:
        return {"reference": f"Location/{self.id}", "display": self.name}


HEART_CLINIC = Place("eL-hfc07", "Heart Failure Clinic, HFC-07")
FAMILY_CLINIC = Place("eL-fam02", "Family Medicine, FAM-02")
WARD = Place("eL-med04", "Medicine ward 4 East")
DIALYSIS = Place("eL-dia01", "Dialysis unit")
CHILDREN = Place("eL-ped01", "Children's clinic")
OBSTETRICS = Place("eL-obs01", "Obstetric clinic")
EMERGENCY = Place("eL-emd01", "Emergency department")
PLACES = (HEART_CLINIC, FAMILY_CLINIC, WARD, DIALYSIS, CHILDREN, OBSTETRICS, EMERGENCY)

OSEI = Staff(
    "eM5w-203", "Amara", "Osei", "MD", "207RA0001X", "Cardiology, heart failure", HEART_CLINIC
)
ORTIZ = Staff("eM5w-118", "Rafael", "Ortiz", "MD", "207Q00000X", "Family medicine", FAMILY_CLINIC)
WHITCOMBE = Staff("eM5w-341", "Lena", "Whitcombe", "MD", "208M00000X", "Hospital medicine", WARD)
FERRIS = Staff("eM5w-407", "J.", "Ferris", "RN", "163W00000X", "Nursing", HEART_CLINIC)
NAND = Staff("eM5w-522", "Priya", "Nand", "PharmD", "183500000X", "Pharmacy", WARD)
LINDQVIST = Staff("eM5w-266", "Maren", "Lindqvist", "MD", "207RN0300X", "Nephrology", DIALYSIS)
BRANDVOLD = Staff("eM5w-290", "Tomas", "Brandvold", "MD", "208000000X", "Pediatrics", CHILDREN)
ADEYEMI = Staff("eM5w-315", "Grace", "Adeyemi", "MD", "207V00000X", "Obstetrics", OBSTETRICS)
KELLER = Staff("eM5w-377", "Ivo", "Keller", "MD", "2085R0202X", "Radiology", WARD)
# Shares a surname with a patient: what a reviewer of accesses must be able to see.
DANIEL = Staff("eM5w-433", "Daniel", "Halloway", "RN", "163W00000X", "Nursing", WARD)
STAFF = (OSEI, ORTIZ, WHITCOMBE, FERRIS, NAND, LINDQVIST, BRANDVOLD, ADEYEMI, KELLER, DANIEL)

# A clerk is a user of the EHR but no Practitioner: an app for clinicians must turn her away.
CLERK_ID = "eP-tully"


def resources(today: date) -> list[Resource]:
    """Organization, Locations, Practitioners, their roles, and the clerk."""
    found = [_organization(), *map(_location, PLACES), *map(_practitioner, STAFF)]
    found += [*map(_role, STAFF), _clerk()]
    opened = instant(date(today.year - 4, 1, 1), "08:00")
    return [each | {"meta": {"versionId": "1", "lastUpdated": opened}} for each in found]


def _organization() -> Resource:
    return {
        "resourceType": "Organization",
        "id": ORGANIZATION_ID,
        "active": True,
        "name": "Northfield General",
        "telecom": [{"system": "phone", "value": "555-0100", "use": "work"}],
        "address": [{"line": ["1 Example Way"], "city": "Northfield", "country": "US"}],
    }


def _at_hospital() -> Resource:
    return {"reference": f"Organization/{ORGANIZATION_ID}", "display": "Northfield General"}


def _location(place: Place) -> Resource:
    return {
        "resourceType": "Location",
        "id": place.id,
        "status": "active",
        "name": place.name,
        "mode": "instance",
        "managingOrganization": _at_hospital(),
    }


def _practitioner(staff: Staff) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": staff.id,
        "active": True,
        "identifier": [{"system": STAFF_SYSTEM, "value": staff.id.rpartition("-")[2]}],
        "name": [
            {
                "use": "official",
                "text": staff.name,
                "family": staff.family,
                "given": [staff.given],
                "suffix": [staff.degree],
            }
        ],
        "qualification": [{"code": {"text": staff.degree}}],
    }


def _role(staff: Staff) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "id": f"{staff.id}-r",
        "active": True,
        "practitioner": staff.ref,
        "organization": _at_hospital(),
        "code": [{"text": staff.degree}],
        "specialty": [concept(staff.specialty, (TAXONOMY, staff.taxonomy, staff.specialty))],
        "location": [staff.unit.ref],
    }


def _clerk() -> Resource:
    return {
        "resourceType": "Person",
        "id": CLERK_ID,
        "active": True,
        "name": [{"use": "official", "text": "M. Tully", "family": "Tully", "given": ["M."]}],
        "managingOrganization": _at_hospital(),
    }
