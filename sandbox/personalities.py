"""The three hospitals this process pretends to be, each quirk as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Personality:
    """What one vendor's server does differently."""

    key: str
    title: str
    path: str


EPIC = Personality("epic", "Epic", "epic/interconnect/api/FHIR/R4")
ORACLE = Personality("oracle", "Oracle", "oracle/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d")
GENERIC = Personality("generic", "Generic", "generic/fhir")
PERSONALITIES = {each.key: each for each in (EPIC, ORACLE, GENERIC)}
