"""The CapabilityStatement is true: every search parameter it lists finds what it should."""

from typing import Any

import pytest
from fhirclient.models import capabilitystatement, fhirelementfactory

from sandbox.fhir.capability import statement
from sandbox.fhir.derived import medication_id
from sandbox.fhir.search import engine
from sandbox.fhir.search.param import Param
from sandbox.fhir.search.params import PARAMS
from sandbox.fhir.search.query import parse
from sandbox.fhir.shapes import base_url
from sandbox.fhir.store import Store
from sandbox.personalities import PERSONALITIES
from tests.sandbox.conftest import OSEI, RUTH, WRITTEN
from tests.sandbox.hospital import JSON, sign_in

ADVERTISED = [
    (personality.key, resource["type"], parameter["name"], parameter["type"])
    for personality in PERSONALITIES.values()
    for resource in statement(personality)["rest"][0]["resource"]
    for parameter in resource.get("searchParam", [])
]

# Elements that are no lists in R4, or whose value is a plain code: made as they really are.
_PLAIN_CODES = {
    "status", "intent", "gender", "lifecycleStatus", "docStatus", "criticality", "contentType",
}  # fmt: skip


def value_of(param: Param, path: str) -> tuple[Any, str, str]:
    """Return an element's value, a query that finds it, and one that must not."""
    if param.kind == "token":
        return token_of(param, path.rpartition(".")[2])
    if param.kind == "reference":
        kind = "Patient" if param.name in {"subject", "beneficiary"} else "Practitioner"
        kind = param.target or kind
        return {"reference": f"{kind}/kept"}, f"{kind}/kept", f"{kind}/left"
    part = {"code": {"coding": [{"code": "kept"}]}, "valueQuantity": {"value": 5.0}}
    return {
        "date": ("2024-03-05", "2024-03-05", "2024-03-06"),
        "string": ("Zoë", "zoe", "zzz"),
        "quantity": ({"value": 5.0, "code": "mg"}, "5.0||mg", "gt5.0"),
        "composite": (part, "kept$gt4", "kept$gt5"),
    }[param.kind]


def token_of(param: Param, last: str) -> tuple[Any, str, str]:
    """Return the same of a token, in the form its element has."""
    if param.name == "_id":
        return "the-one", "the-one", "another"
    if last == "active":
        return True, "true", "false"
    if last in _PLAIN_CODES:
        return "kept", "kept", "left"
    if last.startswith(("telecom", "identifier", "masterIdentifier")):
        system = last.partition("=")[2].rstrip("]") or "urn:s"
        return {"system": system, "value": "kept"}, "kept", "left"
    coding = {"system": "urn:s", "code": "kept"}
    value = coding if last == "class" else {"coding": [coding]}
    return value, "urn:s|kept", "urn:t|kept"


def placed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """Return a resource of a kind with a value at a path."""
    resource: dict[str, Any] = {"resourceType": kind, "id": "the-one"}
    if not path:
        return resource | value
    *steps, last = path.split(".")
    held = resource
    for step in steps:
        held[step] = [{}] if step in {"content", "participant"} else {}
        held = held[step][0] if isinstance(held[step], list) else held[step]
    held[last.partition("[")[0]] = value
    return resource


def needed(personality, kind, name):
    """Return the other parameters the vendor insists on, with what makes them match."""
    rules = personality.types[kind]
    extra, elements = [], {}
    if name == "_id":
        return extra, elements
    for group in rules.required:
        if name in group:
            continue
        other = next(one for one in sorted(group) if one != "_id")
        param = PARAMS[kind][other]
        value, query, _ = value_of(param, param.paths[0])
        if other in rules.only:
            query = next(iter(rules.only[other]))
            value = {"coding": [{"code": query}]}
        if other in rules.dates:
            value = "2024-03-05T10:00:00Z"
            upper = "lt" if "lt" in rules.dates[other].prefixes else "le"
            extra += [(other, "ge2024-03-05T00:00:00Z"), (other, f"{upper}2024-03-06T00:00:00Z")]
        else:
            extra.append((other, query))
        elements[param.paths[0]] = value
    return extra, elements


def dated(rules, name, query):
    """Return a date's values in the form a vendor insists on."""
    rule = rules.dates.get(name)
    if rule is None or not rule.prefixes:
        return [(name, query)]
    time = "T00:00:00Z" if rule.time else ""
    low = [(name, f"ge{query}{time}")]
    if not rule.pair:
        return low
    upper = "le" if "le" in rule.prefixes else "lt"
    return [*low, (name, f"{upper}2024-03-09{time}")]


@pytest.mark.parametrize(("key", "kind", "name", "type_"), ADVERTISED)
def test_an_advertised_search_parameter_finds_and_leaves_out(key, kind, name, type_):
    personality, param = PERSONALITIES[key], PARAMS[kind][name]
    assert param.kind == type_
    rules = personality.types[kind]
    for path in param.paths:
        value, finds, leaves = value_of(param, path)
        if path == "medicationCodeableConcept" and param.kind == "reference":
            value = {"text": "Aspirin"}
            finds = f"Medication/{medication_id(value)}"
        if name in rules.only:
            finds = next(iter(rules.only[name]))
            value, leaves = {"coding": [{"code": finds}]}, None
        extra, elements = needed(personality, kind, name)
        resource = placed(kind, path, value)
        for where, what in elements.items():
            merge(resource, placed(kind, where, what))
        store = Store()
        if name == "_lastUpdated":
            resource["meta"] = {"lastUpdated": "2024-03-05T10:00:00Z"}
        store.put(resource, keep_meta=True)
        found = run(personality, kind, [*dated(rules, name, finds), *extra], store)
        assert found == [resource["id"]], path
        if leaves is not None:
            assert run(personality, kind, [*dated(rules, name, leaves), *extra], store) == [], path


def merge(resource, other):
    """Add what another resource has, keeping both where they meet in one element."""
    for key, value in other.items():
        held = resource.get(key)
        if isinstance(held, dict | list) and held != value:
            resource[key] = [*as_list(held), *as_list(value)]
        else:
            resource[key] = value


def as_list(value):
    return value if isinstance(value, list) else [value]


def run(personality, kind, pairs, store):
    query = parse(kind, pairs, personality, base_url(personality))
    return [entry.id for entry in engine.run(query, store)]


@pytest.mark.parametrize("kind", sorted(PARAMS))
def test_every_search_path_is_an_element_of_the_standard(kind):
    for param in PARAMS[kind].values():
        for path in param.paths:
            element: Any = fhirelementfactory.FHIRElementFactory.instantiate(kind, None)
            for step in path.split(".") if path else []:
                properties = {one[1]: one[2] for one in element.elementProperties()}
                name = step.partition("[")[0]
                assert name in properties, f"{kind}.{path}"
                element = properties[name]() if name != "div" else None


@pytest.mark.parametrize("key", list(PERSONALITIES))
def test_the_statement_is_valid_fhir(key):
    capabilitystatement.CapabilityStatement(statement(PERSONALITIES[key]), strict=True)


@pytest.mark.parametrize("key", list(PERSONALITIES))
def test_every_listed_type_is_served_and_an_unlisted_interaction_is_not(key, ehr):
    client = ehr(key)
    for resource in client.get("metadata").json()["rest"][0]["resource"]:
        kind, codes = resource["type"], {one["code"] for one in resource["interaction"]}
        assert client.get(f"{kind}/none-such").status_code == 404, kind
        searched = client.get(kind).status_code
        assert (searched == 405) == ("search-type" not in codes), kind
        created = client.request("POST", kind, json={"resourceType": kind}).status_code
        assert (created == 405) == ("create" not in codes), kind
        path = f"{kind}/none-such"
        updated = client.request("PUT", path, json={"resourceType": kind}).status_code
        assert (updated == 405) == ("update" not in codes), kind


def test_provenance_comes_along_where_it_is_advertised(sandbox):
    client = sign_in(sandbox, "generic", RUTH, OSEI, "user/*.rs")
    query = f"Observation?patient={WRITTEN}&_revinclude=Provenance:target"
    assert client.get(query, headers={"Accept": JSON}).status_code == 200
