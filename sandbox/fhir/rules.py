"""The form of what a vendor says about one resource type."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DateRule:
    """What a date parameter insists on; ``pair`` wants a lower and an upper bound together."""

    prefixes: tuple[str, ...] = ()
    time: bool = False
    pair: bool = False


@dataclass(frozen=True)
class TypeRules:
    """One resource type at one vendor.

    ``required``: of each group one parameter must be given; ``_id`` replaces them all.
    ``exclusive``: of each group at most one. ``only``, ``refused``: the codes a token parameter
    must, or must not, be. ``shows``: of a token parameter, the codes whose resources are found at
    all. ``most``: more matches are refused, by ``most_refused`` (status, vendor's number).
    ``useless_alone``: parameters that
    find nothing by themselves. ``page`` None: everything in one page;
    ``early``: categories that stand on the first page, however many. ``reads`` and ``writes`` are
    interactions as the CapabilityStatement names them.
    """

    params: tuple[str, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    bare_status: int = 400
    page: int | None = None
    early: frozenset[str] = frozenset()
    page_max: int = 1000
    most: int | None = None
    most_refused: tuple[int, str] = (422, "")
    useless_alone: frozenset[str] = frozenset()
    dates: Mapping[str, DateRule] = field(default_factory=dict)
    exclusive: tuple[tuple[str, ...], ...] = ()
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    shows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reads: tuple[str, ...] = ("read", "vread", "search-type")
    writes: tuple[str, ...] = ()
