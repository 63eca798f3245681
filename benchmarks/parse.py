"""Two thousand observations, parsed and made into facts, against fhirclient's parsing alone.

Ten pages of two hundred laboratory results, as bytes. Both in turn, in this process; medians.

- ``ours_ms``: parsed, taken apart, held to be the patient's, the newest of each kept, and made into
  the typed facts that the laboratory tool gives, with their ranges and trends.
- ``fhirclient_ms``: the same bytes through ``json`` and fhirclient's ``Bundle``; nothing else.
"""

import gc
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.goals import Goal

GOALS = [Goal("ratio_to_fhirclient", at_most=1.5)]
PAGES, A_PAGE, RUNS = 10, 200, 9
PATIENT = "p-1"
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
TESTS = (
    ("2823-3", "Potassium", "mmol/L", 3.5, 5.1),
    ("2951-2", "Sodium", "mmol/L", 135.0, 145.0),
    ("2160-0", "Creatinine", "mg/dL", 0.6, 1.2),
    ("718-7", "Hemoglobin", "g/dL", 12.0, 16.0),
    ("4548-4", "Hemoglobin A1c", "%", 4.0, 5.6),
)


def run() -> dict[str, float]:
    """Measure; milliseconds, medians."""
    _set_up()
    pages = [_page(number) for number in range(PAGES)]
    ours, peer = [], []
    _facts(pages), _fhirclient(pages)  # to warm up: models are imported when first met
    for _ in range(RUNS):
        ours.append(_milliseconds(_facts, pages))
        peer.append(_milliseconds(_fhirclient, pages))
    return {
        "ours_ms": statistics.median(ours),
        "fhirclient_ms": statistics.median(peer),
        "ratio_to_fhirclient": statistics.median(ours) / statistics.median(peer),
        "observations": float(PAGES * A_PAGE),
    }


def _set_up() -> None:
    os.environ.setdefault("COUNTERSIGN_DATA_DIR", tempfile.mkdtemp(prefix="countersign-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")
    import django  # noqa: PLC0415 - its settings are in the environment only now

    django.setup()


def _milliseconds(work: Callable[[list[bytes]], object], pages: list[bytes]) -> float:
    gc.collect()
    started = time.perf_counter()
    work(pages)
    return (time.perf_counter() - started) * 1000


def _facts(pages: list[bytes]) -> object:
    from recommendations.clinical.facts import ToolName  # noqa: PLC0415 - after the settings
    from recommendations.clinical.reading import Reading  # noqa: PLC0415

    reading = Reading(_Chart(pages), AS_OF)
    answer = reading.call(ToolName.LABS)
    assert answer.total == PAGES * A_PAGE
    return answer


class _Chart:
    """Reads the pages as the reader does, without the way to the EHR."""

    def __init__(self, pages: list[bytes]) -> None:
        self._pages = pages

    def read(self, concept: Any, /) -> Any:
        """Return the results."""
        from smartapp.fhir.addresses import Base  # noqa: PLC0415 - after the settings
        from smartapp.fhir.bundles import newest_of_each, page_of  # noqa: PLC0415
        from smartapp.fhir.ownership import Owner, owner_of  # noqa: PLC0415
        from smartapp.fhir.payloads import parse_json  # noqa: PLC0415
        from smartapp.fhir.results import Concept, ReadResult  # noqa: PLC0415

        if concept is not Concept.LABS:
            return ReadResult(concept)
        base = Base("https://ehr.example/fhir/R4")
        found = [
            each
            for body in self._pages
            for each in page_of(parse_json(body), expected="Observation").matches
            if owner_of(each.raw, patient_id=PATIENT, base=base) is Owner.PATIENT
        ]
        return ReadResult(concept, newest_of_each(found))

    def read_all(self, concepts: Iterable[Any], /) -> Mapping[Any, Any]:
        """Return each."""
        return {concept: self.read(concept) for concept in concepts}

    def attachment(self, document: Any, /) -> Any:
        """There are no notes."""
        raise NotImplementedError


def _fhirclient(pages: list[bytes]) -> object:
    from fhirclient.models.bundle import Bundle  # noqa: PLC0415 - slow to import, not measured

    return [Bundle(json.loads(body)) for body in pages]


def _page(number: int) -> bytes:
    entries = [
        {"fullUrl": f"https://ehr.example/fhir/R4/Observation/o{each}", "resource": _result(each)}
        for each in range(number * A_PAGE, (number + 1) * A_PAGE)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def _result(number: int) -> dict[str, Any]:
    code, name, unit, low, high = TESTS[number % len(TESTS)]
    at = AS_OF - timedelta(hours=7 * number)
    value = round(low + (high - low) * (number * 37 % 130) / 100, 2)

    def quantity(amount: float) -> dict[str, Any]:
        return {
            "value": amount,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        }

    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "meta": {"versionId": "1", "lastUpdated": at.isoformat()},
        "identifier": [{"system": "urn:oid:1.2.3", "value": f"A-{number}"}],
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                        "display": "Laboratory",
                    }
                ],
                "text": "Laboratory",
            }
        ],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": code, "display": name}],
            "text": name,
        },
        "subject": {"reference": f"Patient/{PATIENT}", "display": "Example, Patient"},
        "encounter": {"reference": f"Encounter/e{number // 5}"},
        "effectiveDateTime": at.isoformat(),
        "issued": (at + timedelta(hours=2)).isoformat(),
        "performer": [{"reference": "Organization/lab", "display": "Laboratory"}],
        "valueQuantity": quantity(value),
        "referenceRange": [
            {"low": quantity(low), "high": quantity(high), "text": f"{low} - {high} {unit}"}
        ],
    }
