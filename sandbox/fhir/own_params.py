"""What one vendor's parameters mean that no element of the stored resources answers."""

from sandbox.fhir.gate import Gate
from sandbox.fhir.search.match import Test, split
from sandbox.fhir.search.params import PARAMS
from sandbox.fhir.search.query import Query
from sandbox.fhir.shapes import order_number

ENCOUNTER = "-encounter"


def adapt(query: Query, gate: Gate) -> Query:
    """Let a query ask what its vendor means by it: coverage by encounter, orders by own codes."""
    if query.type == "Coverage" and ENCOUNTER in query.given:
        _replace(query, ENCOUNTER, "beneficiary", _of_encounters(query, gate))
    own = gate.personality.reading.own_orders
    if query.type == "ServiceRequest" and own and "code" in query.given:
        _replace(query, "code", "code", _ordered(query, own))
    return query


def _replace(query: Query, name: str, by: str, test: Test) -> None:
    kept = [one for one in query.conditions if one[0].name != name]
    query.conditions = [*kept, (PARAMS[query.type][by], test)]


def _of_encounters(query: Query, gate: Gate) -> Test:
    """The coverage of whoever an encounter is of, for a coverage names no encounter."""
    named = [one.rpartition("/")[2] for value in query.given[ENCOUNTER] for one in split(value)]
    entries = [gate.store.entry("Encounter", one) for one in named]
    whose = {f"Patient/{one}" for entry in entries if entry for one in entry.patients}
    return lambda references: not whose.isdisjoint(references)


def _ordered(query: Query, system: str) -> Test:
    wanted = {one for value in query.given["code"] for one in split(value)}
    numbers = {one.removeprefix(f"{system}|") for one in wanted}
    return lambda tokens: any(order_number(one) in numbers for one in tokens if "|" in one)
