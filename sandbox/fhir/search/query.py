"""From the parameters of a request to a query, by the rules of one vendor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from sandbox.charts.clock import ZONE
from sandbox.fhir.errors import FhirError
from sandbox.fhir.rules import TypeRules
from sandbox.fhir.search.match import Test, condition, prefix_of, split
from sandbox.fhir.search.param import Param
from sandbox.fhir.search.params import PARAMS
from sandbox.personalities import Personality

Pairs = Sequence[tuple[str, str]]

# What steers a search rather than narrowing it; `_format` belongs to the view.
CONTROL = frozenset({"_sort", "_count", "_include", "_revinclude", "_summary"})
# Patients by the group they belong to.
IN_GROUP = "_has:Group:member:_id"
_ORDERING = frozenset({"_sort", "_include", "_summary"})
_IGNORED = frozenset({"_format", "_pretty"})


@dataclass(slots=True)
class Query:
    """A search as understood: conditions joined by AND, order, page size, what to bring along."""

    type: str
    conditions: list[tuple[Param, Test]] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)
    sort: list[tuple[Param, bool]] = field(default_factory=list)
    count: int | None = None
    count_only: bool = False
    group: str | None = None
    either: list[tuple[Param, Test]] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    revincludes: list[str] = field(default_factory=list)
    applied: list[tuple[str, str]] = field(default_factory=list)

    def plain(self, name: str) -> list[str] | None:
        """Return the alternatives of a parameter given once and without modifier, else None."""
        values = self.given.get(name)
        return split(values[0]) if values and len(values) == 1 else None


def parse(
    kind: str, pairs: Pairs, personality: Personality, base_url: str, *, strict: bool = False
) -> Query:
    """Return the query; ``strict`` refuses what the vendor would otherwise ignore.

    Raises FhirError where the vendor would refuse the search.
    """
    rules, query = personality.types[kind], Query(kind)
    for name, value in _id_rule(pairs, personality):
        if name in _IGNORED:
            continue
        if name in CONTROL:
            _control(query, name, value, personality)
        elif name == IN_GROUP and kind == "Patient" and personality.searching.by_group:
            query.group = value
        elif name.partition(":")[0] in rules.params:
            _add(query, name, value, base_url, ZONE if personality.searching.local_times else UTC)
        else:
            _unknown(query, name, value, personality, strict=strict)
            continue
        query.applied.append((name, value))
    _check(query, rules)
    if personality.searching.problems_with_encounter and kind == "Condition":
        _widen(query)
    return query


def _widen(query: Query) -> None:
    """Let an encounter's diagnoses bring the patient's whole problem list along."""
    category = PARAMS["Condition"]["category"]
    for number, (param, test) in enumerate(query.conditions):
        if param.name == "encounter":
            del query.conditions[number]
            query.either = [(param, test), (category, lambda codes: "problem-list-item" in codes)]
            return


def _id_rule(pairs: Pairs, personality: Personality) -> Pairs:
    names = {name for name, _ in pairs}
    if "_id" not in names:
        return pairs
    others = names - {"_id"} - CONTROL - _IGNORED
    match personality.searching.id_with_others:
        case "ignore":
            return [pair for pair in pairs if pair[0] not in others]
        case "refuse" if others or names & _ORDERING:
            raise FhirError(400, "invalid", "_id cannot be combined with other parameters.")
        case "refuse":
            return [(name, value) for name, value in pairs if name != "_count"]
    return pairs


def _add(query: Query, name: str, value: str, base_url: str, zone: tzinfo) -> None:
    bare, _, modifier = name.partition(":")
    param = PARAMS[query.type][bare]
    query.conditions.append((param, condition(param, modifier, value, base_url, zone)))
    query.given.setdefault(name if modifier else bare, []).append(value)


def _unknown(
    query: Query, name: str, value: str, personality: Personality, *, strict: bool
) -> None:
    policy = personality.searching.unknown_param
    if policy == "refuse" or strict:
        raise FhirError(
            400, "not-supported", f"The parameter {name} is not supported for {query.type}."
        )
    if policy == "echo":
        # Epic drops it without a word, and the self link still claims that it was used.
        query.applied.append((name, value))


def _control(query: Query, name: str, value: str, personality: Personality) -> None:
    match name:
        case "_count":
            query.count = _count(value, personality.types[query.type])
        case "_sort":
            query.sort = [_sort_key(query.type, one, personality) for one in value.split(",")]
        case "_summary":
            _summary(query, value, personality)
        case "_include":
            query.includes.append(_include(query.type, value, personality))
        case "_revinclude":
            query.revincludes.append(_revinclude(value, query, personality))


def _count(value: str, rules: TypeRules) -> int:
    if not value.isdigit():
        raise FhirError(400, "invalid", "_count must be a whole number.")
    return min(int(value), rules.page_max)


def _sort_key(kind: str, text: str, personality: Personality) -> tuple[Param, bool]:
    name = text.removeprefix("-")
    if name not in personality.types[kind].params:
        raise FhirError(400, "not-supported", f"{kind} cannot be sorted by {name}.")
    return PARAMS[kind][name], text.startswith("-")


def _summary(query: Query, value: str, personality: Personality) -> None:
    if not personality.searching.summary_count or value not in {"count", "false"}:
        raise FhirError(400, "not-supported", "This _summary is not supported.")
    query.count_only = value == "count"


def _include(kind: str, value: str, personality: Personality) -> str:
    source, _, rest = value.partition(":")
    name = rest.partition(":")[0]
    param = PARAMS[kind].get(name)
    known = name == "*" or (param and param.kind == "reference")
    if not personality.searching.includes or source != kind or not known:
        raise FhirError(400, "not-supported", f"This _include is not supported for {kind}.")
    return rest


def _revinclude(value: str, query: Query, personality: Personality) -> str:
    if personality.searching.revinclude_strictly and query.revincludes:
        raise FhirError(400, "invalid", "_revinclude can be given once.")
    if value not in personality.searching.revincludes:
        raise FhirError(400, "not-supported", "This _revinclude is not supported.")
    return value


def _check(query: Query, rules: TypeRules) -> None:
    bare = {name.partition(":")[0] for name in query.given}
    if "_id" not in bare:
        _check_required(bare, rules)
    for group in rules.exclusive:
        if len(bare & set(group)) > 1:
            raise FhirError(400, "invalid", f"Only one of {', '.join(group)} can be given.")
    for name, values in query.given.items():
        for value in values:
            _check_codes(name, value, rules)
    _check_dates(query, rules)


def _check_required(bare: set[str], rules: TypeRules) -> None:
    for group in rules.required:
        if bare.isdisjoint(group):
            wanted = " or ".join(group)
            # Some refuse a bare search of one type as forbidden rather than incomplete.
            status = rules.bare_status if group == rules.required[0] else 400
            code = "forbidden" if status == 403 else "required"
            sentence = f"Must have either {wanted}." if len(group) > 1 else f"Must have {wanted}."
            raise FhirError(status, code, sentence)


def _check_codes(name: str, value: str, rules: TypeRules) -> None:
    codes = {one.rpartition("|")[2] for one in split(value)}
    if name in rules.only and not codes <= rules.only[name]:
        allowed = ", ".join(sorted(rules.only[name]))
        raise FhirError(400, "value", f"{name} must be {allowed}.")
    if name in rules.refused and codes & rules.refused[name]:
        raise FhirError(400, "value", f"This {name} is not supported.")


def _check_dates(query: Query, rules: TypeRules) -> None:
    for name, rule in rules.dates.items():
        values = query.given.get(name, [])
        prefixes = [prefix_of(value)[0] for value in values]
        if rule.prefixes and not set(prefixes) <= set(rule.prefixes):
            raise FhirError(400, "value", f"{name} needs a prefix: {_listed(rule.prefixes)}.")
        if rule.time and not all("T" in value for value in values):
            raise FhirError(400, "value", f"{name} needs a time.")
        if rule.pair and values and len(set(prefixes)) != 2:
            raise FhirError(400, "value", f"{name} needs both {_listed(rule.prefixes)}.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
