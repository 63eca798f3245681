"""Running a query over the store: candidates by patient or id, conditions, order, inclusions."""

import math
from collections.abc import Iterable
from typing import Any

from sandbox.fhir.search.match import Test
from sandbox.fhir.search.param import Param
from sandbox.fhir.search.params import PARAMS
from sandbox.fhir.search.query import Query
from sandbox.fhir.search.values import references, values
from sandbox.fhir.store import Entry, Store

_OWNERS = ("patient", "subject", "beneficiary")


def patients_asked(query: Query) -> set[str] | None:
    """Return the ids of the patients a search names, or None when it names none."""
    for name, given in query.given.items():
        bare, _, modifier = name.partition(":")
        owner = bare in _OWNERS or (query.type == "Patient" and bare == "_id")
        if owner and modifier in {"", "Patient"}:
            names = [one.split("/")[-2:] for value in given for one in value.split(",")]
            # A subject may be a Group; who asks for one asks for no patient.
            if all(name[:-1] in ([], ["Patient"]) for name in names):
                return {name[-1] for name in names}
    return None


def run(query: Query, store: Store, patient: str | None = None) -> list[Entry]:
    """Return the matches of a query in order, of one patient if given."""
    found = _candidates(query, store, patient)
    for param, test in query.conditions:
        found = [entry for entry in found if test(values(entry, param))]
    return narrowed(found, [[one] for one in query.either]) if query.either else found


def narrowed(entries: list[Entry], alternatives: list[list[tuple[Param, Test]]]) -> list[Entry]:
    """Return the entries that meet all the conditions of at least one alternative."""
    return [
        entry
        for entry in entries
        if any(all(test(values(entry, p)) for p, test in one) for one in alternatives)
    ]


def _candidates(query: Query, store: Store, patient: str | None) -> list[Entry]:
    if patient is not None:
        return store.entries(query.type, patient)
    if query.group is not None:
        return _members(store, query.group)
    identifiers = query.plain("_id")
    if identifiers:
        found = (store.entry(query.type, one) for one in identifiers)
        return [entry for entry in found if entry]
    asked = patients_asked(query)
    if asked:
        held = {entry.id: entry for one in asked for entry in store.entries(query.type, one)}
        return list(held.values())
    return store.entries(query.type)


def _members(store: Store, group: str) -> list[Entry]:
    found = store.get("Group", group) or {}
    named = (one["entity"]["reference"].rpartition("/")[2] for one in found.get("member", []))
    entries = (store.entry("Patient", one) for one in named)
    return [entry for entry in entries if entry]


def ordered(entries: list[Entry], sort: list[tuple[Param, bool]]) -> list[Entry]:
    """Return the entries sorted; those without a value come last in either direction."""
    for param, descending in reversed(sort):
        held = [(_sort_value(entry, param, descending), entry) for entry in entries]
        known = [pair for pair in held if pair[0] is not None]
        known.sort(key=lambda pair: pair[0], reverse=descending)
        entries = [entry for _, entry in known]
        entries += [entry for value, entry in held if value is None]
    return entries


def newest_first(kind: str) -> list[tuple[Param, bool]]:
    """Return the order some vendors use unasked: by the type's own date, the newest first."""
    dated = (p for p in PARAMS[kind].values() if p.kind == "date" and p.name != "_lastUpdated")
    return [(param, True) for param in list(dated)[:1]]


def _sort_value(entry: Entry, param: Param, descending: bool) -> Any:  # noqa: FBT001
    found = values(entry, param)
    if not found:
        return None
    if param.kind == "date":
        edge = max(end for _, end in found) if descending else min(start for start, _ in found)
        return None if math.isinf(edge) and not descending else edge
    best = max if descending else min
    return best(str(value) for value in found)


def included(matches: Iterable[Entry], query: Query, store: Store, allowed: Any) -> list[Entry]:
    """Return what the matches refer to (``_include``) and what refers to them (``_revinclude``).

    ``allowed(entry)`` tells whether the grant may see one.
    """
    matches = list(matches)
    seen = {(entry.type, entry.id) for entry in matches}
    found = [*_forward(matches, query, store), *_backward(matches, query, store)]
    kept: list[Entry] = []
    for entry in found:
        if (entry.type, entry.id) not in seen and allowed(entry):
            seen.add((entry.type, entry.id))
            kept.append(entry)
    return kept


def _forward(matches: list[Entry], query: Query, store: Store) -> Iterable[Entry]:
    for rest in query.includes:
        name, _, target = rest.partition(":")
        known = PARAMS[query.type].values()
        params = [p for p in known if p.kind == "reference" and name in {"*", p.name}]
        for entry in matches:
            yield from _targets(entry, params, target, store)


def _targets(entry: Entry, params: list[Param], target: str, store: Store) -> Iterable[Entry]:
    for param in params:
        for reference in references(entry.resource, param):
            kind, _, identifier = "/".join(reference.split("/")[-2:]).partition("/")
            found = store.entry(kind, identifier)
            wanted = target or param.target
            if found and (not wanted or wanted == kind):
                yield found


def _backward(matches: list[Entry], query: Query, store: Store) -> Iterable[Entry]:
    for rest in query.revincludes:
        kind, _, name = rest.partition(":")
        param = PARAMS[kind][name]
        wanted = {f"{entry.type}/{entry.id}" for entry in matches}
        for entry in store.entries(kind):
            if not wanted.isdisjoint(values(entry, param)):
                yield entry
