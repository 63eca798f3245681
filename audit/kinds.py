"""The kinds of event a reviewer thinks in, over the types the rooms record."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Kind:
    """Types that begin with one of ``prefixes`` or are named in ``types``."""

    key: str
    label: str
    prefixes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


# A type named in full belongs to that kind, whatever prefix it has.
KINDS = (
    Kind("opened", "Opened", ("launch.", "token.", "panel.")),
    Kind("read", "Read from the EHR", ("fhir.",)),
    Kind("drafted", "Drafted", ("draft.", "model.", "triage.")),
    Kind(
        "evidence",
        "Evidence looked at",
        ("citation.", "passage."),
        ("draft.viewed", "omission.opened"),
    ),
    Kind("edited", "Decided and edited", ("statement.", "edit.", "decision.", "omission.")),
    Kind(
        "signed",
        "Signed or rejected",
        (),
        ("draft.signed", "draft.rejected", "triage.decided", "fhir.write_intended"),
    ),
    Kind("nights", "Worked by night", ("night.", "schedule.")),
    Kind("notified", "Notified by the EHR", ("notification.",)),
    Kind("looked", "Looked at by reviewers", ("trail.",)),
    Kind(
        "managed", "Administration", ("config.", "staff.", "scope.", "ehr.", "release.", "budget.")
    ),
    # Not by type but by outcome: cuts across the others.
    Kind("refused", "Refused or failed"),
)
BY_KEY = {kind.key: kind for kind in KINDS}
_NAMED = {type_: kind.key for kind in KINDS for type_ in kind.types}
_UNHAPPY = ("refused", "failed")


def of(event_type: str, outcome: str) -> list[str]:
    """Return the keys of the kinds that a row belongs to."""
    found = [_NAMED[event_type]] if event_type in _NAMED else _by_prefix(event_type)
    return [*found, "refused"] if outcome in _UNHAPPY else found


def _by_prefix(event_type: str) -> list[str]:
    return [kind.key for kind in KINDS if kind.prefixes and event_type.startswith(kind.prefixes)]


def condition(key: str) -> Q:
    """Return the same as a condition on rows."""
    if key == "refused":
        return Q(outcome__in=_UNHAPPY)
    kind = BY_KEY[key]
    matching = Q(type__in=kind.types)
    named_elsewhere = [type_ for type_, owner in _NAMED.items() if owner != key]
    for prefix in kind.prefixes:
        matching |= Q(type__startswith=prefix) & ~Q(type__in=named_elsewhere)
    return matching
