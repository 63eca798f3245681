"""From a vendor profile's words to addresses: what is asked for one concept of one patient."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode

from smartapp.fhir.grants import Grants
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors.concepts import ConceptQuery, DateRule, Fallback, Search

# Where a vendor takes bounds only in pairs, how far ahead the open one lies: beyond any plan.
_AHEAD = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Query:
    """One search or read. ``link`` is relative to the FHIR base.

    ``reader`` names the proprietary reader that is asked instead, where there is one.
    """

    concept: Concept
    asks: Search
    link: str
    reader: str = ""

    @property
    def is_search(self) -> bool:
        """Whether the answer is a Bundle."""
        return self.asks.interaction == "search"


@dataclass(frozen=True, slots=True)
class Step:
    """One fallback, with what it asks."""

    fallback: Fallback
    queries: tuple[Query, ...]


def queries_for(
    concept: Concept,
    asks: Search,
    *,
    patient_id: str,
    codes: Sequence[str] = (),
    since: date | None = None,
    today: date | None = None,
) -> list[Query]:
    """Return what to ask, more than one where the profile fans out.

    ``codes`` are ``system|code`` or bare codes. ``since`` is used where the profile has a date
    rule. Windows turn with the day, not the second, so that the cache can answer them.
    """
    if asks.interaction == "read":
        return [Query(concept, asks, f"{asks.type}/{patient_id}")]
    params = [(name, value.replace("{patient}", patient_id)) for name, value in asks.params.items()]
    if codes:
        params.append(("code", ",".join(codes)))
    params += _dates(asks, since, today or datetime.now(UTC).date())
    if asks.page_size is not None:
        params.append(("_count", str(asks.page_size)))
    params += [("_include", include) for include in asks.include]
    params += [("_revinclude", include) for include in asks.revinclude]
    path = f"{asks.type}/{asks.operation}" if asks.operation else asks.type
    return [Query(concept, asks, f"{path}?{_encode([*params, *extra])}") for extra in _fans(asks)]


def steps_for(
    concept: Concept,
    asks: ConceptQuery,
    *,
    patient_id: str,
    codes: Sequence[str] = (),
    since: date | None = None,
) -> list[Step]:
    """Return what is asked where the first way fails, in the profile's order."""
    return [
        Step(fallback, (Query(concept, asks, "", reader=fallback.reader),))
        if fallback.reader is not None
        else Step(
            fallback,
            tuple(
                queries_for(
                    concept,
                    fallback.search or asks,
                    patient_id=patient_id,
                    codes=codes,
                    since=since,
                )
            ),
        )
        for fallback in asks.fallback
    ]


def _fans(asks: Search) -> Iterator[list[tuple[str, str]]]:
    if asks.fan_out is None:
        yield []
        return
    for value in asks.fan_out.values:
        yield [(asks.fan_out.param, value)]


def _dates(asks: Search, since: date | None, today: date) -> Iterator[tuple[str, str]]:
    rule = asks.date
    if rule is None:
        return
    if asks.window is not None:
        start = today - timedelta(days=asks.window.past_days)
        end = today + timedelta(days=asks.window.future_days + 1)
        yield rule.param, _bound(rule.since, max(start, since or start), rule)
        yield rule.param, _bound(rule.until, end, rule)
    elif since is not None:
        yield rule.param, _bound(rule.since, since, rule)
        if rule.pair:
            yield rule.param, _bound(rule.until, today + _AHEAD, rule)


def _bound(prefix: str, day: date, rule: DateRule) -> str:
    return f"{prefix}{day.isoformat()}{'T00:00:00Z' if rule.time else ''}"


def _encode(params: list[tuple[str, str]]) -> str:
    return urlencode(params, quote_via=quote, safe=",:")


def told_of(asks: ConceptQuery, grants: Grants) -> ConceptQuery:
    """Return the search with those companions alone that may be read."""
    kinds = tuple(each for each in asks.revinclude if grants.allow(each.partition(":")[0], "read"))
    return asks if kinds == asks.revinclude else asks.model_copy(update={"revinclude": kinds})
