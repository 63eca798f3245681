"""Whose charts: the members of a Group at the EHR, which the hospital keeps, or a list of ids.

A Group is what both large vendors export by, so a hospital that lets a backend in has them. The
coming day's appointments would be nearer to the purpose, but Epic answers a search for them only
where it names a patient.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from audit import context
from smartapp.fhir.addresses import Base, is_id
from smartapp.fhir.errors import FhirError, ForeignAddress, UnreadableResponse
from smartapp.fhir.rounds import Round
from smartapp.models import Ehr
from smartapp.night.errors import GroupUnreadable, NobodyToRead, TooManyToRead
from smartapp.night.ways import asker_of

MOST = 50_000
_SECONDS = 120.0


def members_of(ehr: Ehr, group: str) -> list[str]:
    """Ask the EHR for a group's patients; raises NightError."""
    if not is_id(group):
        raise GroupUnreadable("not_an_id")
    asker = asker_of(ehr)
    try:
        with context.bind(ehr=ehr.slug), Round(_SECONDS, fresh=True) as round_:
            found = asker.resource(f"Group/{group}", round_.asked())
        if (found["resourceType"], found.get("id")) != ("Group", group):
            raise UnreadableResponse
    except FhirError as error:
        raise GroupUnreadable(error.code) from None
    return distinct(_patients(found, asker.base))


def distinct(ids: Iterable[str]) -> list[str]:
    """Return each id once, in order; raises NightError for none, too many, or what is no id."""
    found = list(dict.fromkeys(ids))
    if not found or not all(is_id(each) for each in found):
        raise NobodyToRead
    if len(found) > MOST:
        raise TooManyToRead
    return found


def _patients(group: dict[str, Any], base: Base) -> Iterator[str]:
    members = group.get("member")
    for member in members if isinstance(members, list) else ():
        if not isinstance(member, dict) or member.get("inactive") is True:
            continue
        entity = member.get("entity")
        with suppress(ForeignAddress):  # somebody of another hospital, who is not ours to read
            text = entity.get("reference") if isinstance(entity, dict) else None
            reference = base.reference(text)
            if reference is not None and reference.resource_type == "Patient":
                yield reference.id
