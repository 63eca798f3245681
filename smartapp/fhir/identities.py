"""Whether a Patient resource is of the one whom we have met under this id before.

An id is all that a Patient resource itself says about whose it is. A server that mixes up two
patients answers with the wrong person's under the right id, and nothing in that answer shows it.
So it is held against what the same EHR said of this id before, in this launch or an earlier one.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.events.fhir import PatientIdentityAccepted
from audit.recorder import record
from encryption import blind_index
from smartapp.models import Ehr, Launch, PatientIdentity
from smartapp.models.launches import patient_index

Marks = dict[str, list[str]]
# One thing may be corrected, or change with a marriage; two at once are somebody else's.
_TOO_MANY = 2
_ID = "identifier|"


class Identity:
    """What is known of one patient of one EHR."""

    def __init__(self, ehr: Ehr, patient_id: str) -> None:
        self._ehr = ehr
        self._index = patient_index(ehr, patient_id)

    def admits(self, raw: dict[str, Any]) -> bool:
        """Whether ``raw`` may be the patient's; what it newly tells of them is kept."""
        seen = marks_of(raw, self._index)
        known = PatientIdentity.objects.filter(patient_index=self._index).first()
        if known is None:
            try:
                with transaction.atomic():
                    PatientIdentity.objects.create(
                        ehr=self._ehr, patient_index=self._index, marks=seen
                    )
            except IntegrityError:  # another process met them at the same moment
                return self.admits(raw)
            return True
        rows = PatientIdentity.objects.filter(pk=known.pk)
        if is_somebody_else(known.marks, seen):
            rows.update(refused_at=timezone.now())
            return False
        if (marks := {**known.marks, **seen}) != known.marks:
            rows.update(marks=marks, seen_at=timezone.now())
        return True


def is_replaced(raw: dict[str, Any]) -> bool:
    """Whether a Patient resource says that another one has taken its place (R4 8.1.11)."""
    return any(each.get("type") == "replaced-by" for each in _listed(raw.get("link")))


def accept_anew(launch: Launch) -> bool:
    """Forget whom we have met under a launch's patient id; return whether there was anyone.

    For whoever has looked into the EHR and found that the record was rightly changed.
    """
    with transaction.atomic():
        rows = PatientIdentity.objects.filter(patient_index=launch.patient_index)
        count, _ = rows.delete()
        if count:
            record(PatientIdentityAccepted(launch_of=launch.pk))
    return bool(count)


def is_somebody_else(known: Marks, seen: Marks) -> bool:
    """Whether two sets of marks are of two people.

    A shared identifier (a record number, with its system) makes them one, whatever was corrected
    beside it. Without one, they are two where two or more of identifiers, birth date, sex, family
    and given names are told on both sides and have nothing in common.
    """
    both = known.keys() & seen.keys()
    systems = {name for name in both if name.startswith(_ID)}
    if any(set(known[name]) & set(seen[name]) for name in systems):
        return False
    differing = [name for name in both - systems if not set(known[name]) & set(seen[name])]
    return len(differing) + bool(systems) >= _TOO_MANY


def marks_of(raw: dict[str, Any], index: str) -> Marks:
    """Return keyed hashes of what identifies a person in a Patient resource."""
    found: Marks = {}
    for name, value in _told(raw):
        text = " ".join(value.split()).casefold()
        if text:
            mark = blind_index("patient-identity", f"{index}|{name}|{text}")
            found.setdefault(name, []).append(mark)
    return {name: sorted(set(marks)) for name, marks in found.items()}


def _told(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("birthDate", "gender"):
        if isinstance(value := raw.get(name), str) and value != "unknown":
            yield name, value
    for each in _listed(raw.get("identifier")):
        system, value = each.get("system"), each.get("value")
        if isinstance(system, str) and isinstance(value, str):
            # Whoever misuses a system for a number must not have it stored here.
            yield _ID + blind_index("identifier-system", system)[:16], value
    for each in _listed(raw.get("name")):
        if isinstance(family := each.get("family"), str):
            yield "family", family
        given = each.get("given")
        for one in given if isinstance(given, list) else ():
            if isinstance(one, str):
                yield "given", one


def _listed(value: Any) -> Iterator[dict[str, Any]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


Admits = Callable[[dict[str, Any]], bool]
