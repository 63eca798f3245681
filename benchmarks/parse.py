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
from typing import Any

from benchmarks.apparatus.laboratory import AS_OF, PATIENT, result
from benchmarks.goals import Goal

GOALS = [Goal("ratio_to_fhirclient", at_most=1.5)]
PAGES, A_PAGE, RUNS = 10, 200, 9


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
    from recommendations.clinical.reading import Reading  # noqa: PLC0415
    from recommendations.clinical.results import ToolName  # noqa: PLC0415 - after the settings

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
        {"fullUrl": f"https://ehr.example/fhir/R4/Observation/o{each}", "resource": result(each)}
        for each in range(number * A_PAGE, (number + 1) * A_PAGE)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()
