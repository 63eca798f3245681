"""Charts as no EHR should send them: one resource of a real page, spoilt somewhere."""

import json
import random
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sandbox.charts import build
from tests.recommendations.charts import concept_of
from tests.smartapp.fhir.ehr import PATIENT

Json = Any
HALLOWAY = "eQ81-774"
# What follows it is written as it stands, without the quotes.
RAW = "raw:"
JUNK: list[Json] = [
    None, True, False, 0, -1, 1e308, 10**400, "", " ", "\x00", "x" * 20_000, "٣", "\u202eabc", [], {},
    [[]], [None], [{}], {"": None}, {"reference": "#self"}, {"reference": "Patient/other"},
    {"reference": "https://elsewhere.example/Patient/1"}, {"coding": "x"}, {"coding": [None, 7]},
    {"value": "7.1", "unit": 7}, "0000-00-00", "2025-02-31", "9999-12-31T23:59:60Z", "10000-01-01",
    "2025-01-01T00:00:00+99:99", "../../Patient/1", "Patient/1|2", "entered-in-error",
    f"{RAW}1e999", f"{RAW}-1e999", f"{RAW}1e99999999999999999999", f"{RAW}{'9' * 5000}",
    f'{RAW}"\\ud800"', f'{RAW}"\\udc00\\ud800"', f'{RAW}{{"a":1,"a":[2],"coding":[],"coding":7}}',
    f"{RAW}{'[' * 150}{']' * 150}", f"{RAW}0.{'1' * 900}",
]  # fmt: skip


@cache
def chart() -> dict[Any, list[dict[str, Json]]]:
    """The sandbox's first chart by concept, at most six resources of each."""
    text = json.dumps(build(date(2026, 11, 24))).replace(HALLOWAY, PATIENT)
    found: dict[Any, list[dict[str, Json]]] = {}
    for resource in json.loads(text):
        concept = concept_of(resource)
        if f"Patient/{PATIENT}" in json.dumps(resource) or resource["id"] == PATIENT:
            found.setdefault(concept, []).append(resource)
    return {concept: listed[:6] for concept, listed in found.items()}


def places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a resource."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def spoilt(resource: dict[str, Json], dice: random.Random) -> Json:
    """Return the resource with one to three places changed for something else."""
    changed: Json = json.loads(json.dumps(resource))
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        path = dice.choice(list(places(changed)))
        if not path:
            if dice.random() < 0.05:
                return dice.choice(JUNK)
            continue
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        _change(holder, path[-1], dice)
    return changed


def _change(holder: Json, key: Any, dice: random.Random) -> None:
    match dice.randrange(7):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key]]
        case 2:
            holder[key] = {"value": holder[key]}
        case 3 if isinstance(holder, dict):
            holder["contained"] = [{"resourceType": "Medication", "id": "self"}, dict(holder)]
        case _:
            holder[key] = json.loads(json.dumps(dice.choice(JUNK)))


def as_it_stands(text: str) -> str:
    """A resource to be written as this very text, which no serializer would write."""
    return f"{RAW}{text}"


def written(resources: list[Json]) -> bytes:
    """A searchset of them, as bytes."""
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": each, "search": {"mode": "match"}} for each in resources],
    }
    text = json.dumps(bundle)
    for each in (*JUNK, *resources):
        if isinstance(each, str) and each.startswith(RAW):
            text = text.replace(json.dumps(each), each.removeprefix(RAW))
    return text.encode()
