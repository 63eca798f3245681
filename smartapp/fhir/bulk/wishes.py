"""What to export, and the address that asks for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from urllib.parse import parse_qsl, quote, urlencode

from smartapp.fhir.addresses import is_id, is_type
from smartapp.fhir.vendors.profiles import Bulk

_MOST_ALTERNATIVES = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """One group's data. ``filters`` are ``Type?query``; several for a type are alternatives.

    ``since`` is an aware time: what changed at the EHR before it is left out. Raises
    ``ValueError`` where a part is not what FHIR allows.
    """

    group: str
    types: tuple[str, ...] = ()
    since: datetime | None = None
    filters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not is_id(self.group):
            raise ValueError("The group's id is not a FHIR id.")
        if not all(map(is_type, self.types)):
            raise ValueError("A type to export is not a FHIR resource type.")
        if self.since is not None and self.since.tzinfo is None:
            raise ValueError("Give since with its time zone.")
        for each in self.filters:
            kind, _, query = each.partition("?")
            if not is_type(kind) or not query or (self.types and kind not in self.types):
                raise ValueError("A filter is Type?query, of a type that is exported.")

    def link(self, ways: Bulk) -> str:
        """Return the kick-off's address, relative to the FHIR base, as the EHR wants it.

        Joined, types have commas between them: Oracle takes them no other way. Filters have
        ``%2C``, as Epic wants them, so no filter may hold a comma of its own: a list of values is
        sent as so many alternatives, which means the same.
        """
        params = []
        if self.types:
            params += _listed("_type", [",".join(self.types)], self.types, ways.types)
        if self.since is not None and ways.since:
            at = self.since.astimezone(UTC).isoformat(timespec="milliseconds")
            params.append(f"_since={quote(at.replace('+00:00', 'Z'), safe=':')}")
        alternatives = [one for each in self.filters for one in _without_commas(each)]
        if len(alternatives) > _MOST_ALTERNATIVES:
            raise ValueError("The filters list too many values; export the type whole.")
        if alternatives:
            each = [quote(one, safe="") for one in alternatives]
            params += _listed("_typeFilter", ["%2C".join(each)], each, ways.filters)
        return f"Group/{self.group}/$export{'?' if params else ''}{'&'.join(params)}"

    def stored(self) -> dict[str, object]:
        """Return it as JSON; :meth:`of` is the way back."""
        since = self.since.isoformat() if self.since else None
        return {
            "group": self.group,
            "types": list(self.types),
            "since": since,
            "filters": list(self.filters),
        }

    @classmethod
    def of(cls, stored: dict[str, object]) -> "Wish":
        """Return what :meth:`stored` gave."""
        since, types, filters = (stored[name] for name in ("since", "types", "filters"))
        assert isinstance(types, list)  # noqa: S101 - we wrote it
        assert isinstance(filters, list)  # noqa: S101
        at = datetime.fromisoformat(str(since)) if since else None
        return cls(str(stored["group"]), tuple(types), at, tuple(filters))


def _listed(name: str, joined: Iterable[str], each: Iterable[str], way: str) -> list[str]:
    return [f"{name}={value}" for value in (joined if way == "joined" else each)]


def _without_commas(one: str) -> Iterator[str]:
    kind, _, query = one.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    for values in product(*(value.split(",") for _, value in pairs)):
        named = zip((name for name, _ in pairs), values, strict=True)
        yield f"{kind}?{urlencode(list(named), quote_via=quote, safe=':|')}"
