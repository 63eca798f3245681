"""The smallest set of scopes that covers what the workflows need, as one EHR can be asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from smartapp.scopes.grammar import (
    LETTERS,
    Filters,
    Interaction,
    ResourceScope,
    Syntax,
    as_v1,
    in_order,
    parse,
)

_LEVEL = "patient"
# Asked together where an EHR does not say that it takes one alone: some refuse ``.s`` or ``.r``.
_USUAL = "rs"


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One kind of request that a tool makes: a search, perhaps filtered, or a read by id."""

    resource_type: str
    interaction: Interaction
    filters: Filters = ()

    @property
    def letter(self) -> str:
        """The letter of v2 that stands for it."""
        return LETTERS[self.interaction]


@dataclass(frozen=True)
class Offer:
    """The scopes an EHR lists as supported; an empty offer says nothing either way."""

    listed: tuple[ResourceScope, ...] = ()
    # How the EHR itself writes them: ``?category=http://…|laboratory`` is asked to the letter.
    written: dict[ResourceScope, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scopes_supported: Iterable[str]) -> "Offer":
        """Read ``scopes_supported`` of a SMART configuration."""
        written = {
            parsed: scope
            for scope in scopes_supported
            # v1 words are no letters: that ``.read`` is taken does not say that ``.rs`` is.
            if (parsed := parse(scope)) and parsed.level == _LEVEL and not _in_v1(scope)
        }
        return cls(tuple(written), written)

    def part(self, resource_type: str, letters: str, filters: Filters) -> ResourceScope | None:
        """Return the narrowest listed subset of a type that holds what ``filters`` ask for."""
        fitting = [
            scope
            for scope in self.listed
            if scope.restricted
            and scope.resource_type == resource_type
            and set(letters) <= set(scope.letters)
            and scope.admits(filters)
        ]
        return min(
            fitting,
            key=lambda scope: (len(scope.letters), -len(scope.filters), scope.text()),
            default=None,
        )

    def whole(self, resource_type: str, letters: str) -> str:
        """Return the fewest letters that may be asked of a type together and hold ``letters``."""
        sets = [
            scope.letters
            for scope in self.listed
            if not scope.restricted and scope.covers(resource_type, scope.letters[0])
        ]
        fitting = [each for each in sets if set(letters) <= set(each)]
        if fitting:
            return min(fitting, key=lambda each: (len(each), each))
        usual = _USUAL if set(letters) & set(_USUAL) else ""
        return in_order(letters + usual)


def smallest(needs: Iterable[Need], syntax: Syntax, offer: Offer | None = None) -> tuple[str, ...]:
    """Return the fewest, narrowest scopes that cover ``needs``, in order of resource types.

    In v1 a type is read whole or not at all. In v2 a filtered need is asked for as the subset the
    EHR lists, and as the whole type where it lists none.
    """
    offer = offer or Offer()
    by_type: dict[str, set[Need]] = defaultdict(set)
    for need in needs:
        by_type[need.resource_type].add(need)
    scopes: list[str] = []
    for _, wanted in sorted(by_type.items()):
        if syntax == "v1":
            scopes += _words_of(wanted)
        else:
            scopes += [offer.written.get(each, each.text()) for each in _parts(wanted, offer)]
    return tuple(scopes)


def covered(need: Need, scopes: Iterable[str]) -> bool:
    """Tell whether one of ``scopes`` covers ``need`` whole."""
    parsed = (parse(scope) for scope in scopes)
    return any(_covers(each, need) for each in parsed if each is not None)


def _covers(scope: ResourceScope, need: Need) -> bool:
    return scope.covers(need.resource_type, need.letter) and scope.admits(need.filters)


def _words_of(wanted: set[Need]) -> tuple[str, ...]:
    kind = next(iter(wanted)).resource_type
    letters = in_order(need.letter for need in wanted)
    return as_v1(ResourceScope(_LEVEL, kind, letters))


def _parts(wanted: set[Need], offer: Offer) -> list[ResourceScope]:
    """One type's scopes: the whole of it for some letters, subsets for others."""
    kind = next(iter(wanted)).resource_type
    by_filters: dict[Filters, set[str]] = defaultdict(set)
    for need in wanted:
        by_filters[need.filters].add(need.letter)
    whole: set[str] = set()
    parts: list[ResourceScope] = []
    for filters, letters in sorted(by_filters.items()):
        part = offer.part(kind, in_order(letters), filters) if filters else None
        if part is None:
            whole |= letters
        else:
            parts.append(part)
    if whole:
        parts.append(ResourceScope(_LEVEL, kind, offer.whole(kind, in_order(whole))))
    return _fewest(list(dict.fromkeys(parts)), wanted)


def _fewest(scopes: list[ResourceScope], wanted: set[Need]) -> list[ResourceScope]:
    """The fewest of ``scopes`` that cover all; a type has a handful, so each choice is tried."""
    for size in range(1, len(scopes)):
        for chosen in combinations(scopes, size):
            if all(any(_covers(scope, need) for scope in chosen) for need in wanted):
                return list(chosen)
    return scopes


def _in_v1(scope: str) -> bool:
    return scope.rpartition(".")[2] in {"read", "write", "*"}
