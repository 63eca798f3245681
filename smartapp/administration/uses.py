"""How often each kind of request was made of an EHR: counted from the trail, by the day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from audit.requests import Request, answered_requests
from smartapp.fhir.vendors import Profile, profile_of
from smartapp.fhir.vendors.concepts import ConceptQuery
from smartapp.fhir.vendors.needs import needs_of_concept
from smartapp.models import Ehr, ScopeUse, ScopeUseMark

DAYS = 90
_AT_ONCE = 5000
_Use = tuple[str, str]  # resource type, letter
_MOST_ROUNDS = 20  # of one look; the next look goes on where this one ended


def uses(ehr: Ehr, *, days: int = DAYS) -> dict[_Use, int]:
    """Return how often each type was read ("r") and searched ("s") in the last ``days``.

    Brings the counts up to the newest row of the trail first.
    """
    for _ in range(_MOST_ROUNDS):
        if _count_some(ehr) < _AT_ONCE:
            break
    since = timezone.now().date() - timedelta(days=days)
    rows = ScopeUse.objects.filter(ehr=ehr, day__gte=since).values_list("resource_type", "letter")
    return {(kind, letter): total for kind, letter, total in rows.annotate(total=Sum("count"))}


@transaction.atomic
def _count_some(ehr: Ehr) -> int:
    """Count the next rows; return how many there were. One process at a time, each row once."""
    ScopeUseMark.objects.get_or_create(ehr=ehr)
    mark = ScopeUseMark.objects.select_for_update().get(ehr=ehr)
    found = answered_requests(ehr.slug, after=mark.counted_to, most=_AT_ONCE)
    profile = profile_of(ehr)
    by_ehr = [each for each in found if each.by_ehr]
    tally = Counter((use, each.day) for each in by_ehr for use in _uses_of(each, profile))
    for ((kind, letter), day), number in tally.items():
        row, _ = ScopeUse.objects.get_or_create(ehr=ehr, resource_type=kind, letter=letter, day=day)
        ScopeUse.objects.filter(pk=row.pk).update(count=F("count") + number)
    if found:
        mark.counted_to = found[-1].row
        mark.save(update_fields=["counted_to"])
    return len(found)


def _uses_of(request: Request, profile: Profile) -> Iterator[_Use]:
    kind, _, rest = request.path.partition("/")
    if not kind[:1].isupper():
        return
    yield (kind, "r" if rest else "s")
    if "_include" in request.parameters:
        # What came along was read without a request of its own.
        yield from ((each, "r") for each in sorted(_included(kind, profile)))


def _included(kind: str, profile: Profile) -> set[str]:
    concepts = [
        concept
        for concept, asks in profile.concepts.items()
        if isinstance(asks, ConceptQuery) and asks.type == kind and asks.include
    ]
    return {
        need.resource_type
        for concept in concepts
        for need in needs_of_concept(profile, concept)
        if need.resource_type != kind
    }


def of_scope(counts: dict[_Use, int], kind: str, letters: Iterable[str]) -> int:
    """Return how often anything that a scope allows was asked for."""
    wanted = set(letters)
    return sum(
        number
        for (each, letter), number in counts.items()
        if letter in wanted and kind in {"*", each}
    )
