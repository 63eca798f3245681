"""What a List names: of the lists that stand, the entries that were not taken off them.

An EHR that cannot be searched for orders may keep them in a list of its own (Epic's medication
list). A list says what is current, and is no history.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from smartapp.fhir.addresses import Base, Reference
from smartapp.fhir.errors import ForeignAddress
from smartapp.fhir.results import Fetched

_GONE = {"retired", "entered-in-error"}


def items_of(
    lists: Iterable[Fetched], wanted: str, base: Base
) -> Iterator[Reference | ForeignAddress | None]:
    """Yield the references of ``wanted`` type; what cannot be followed is yielded as such.

    That is a ForeignAddress where it is at another server, and ``None`` where it is of another
    type, inside the list, or no reference at all.
    """
    for each in lists:
        if each.raw.get("status") in _GONE:
            continue
        entries: Any = each.raw.get("entry")
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict) or entry.get("deleted") is True:
                continue
            yield _followed(entry.get("item"), wanted, base)


def _followed(item: Any, wanted: str, base: Base) -> Reference | ForeignAddress | None:
    try:
        reference = base.reference(item.get("reference") if isinstance(item, dict) else None)
    except ForeignAddress as error:
        return error
    return reference if reference is not None and reference.resource_type == wanted else None
